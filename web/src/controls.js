// What to show: selects and buttons for measure, cutoff, percentile, profile, period, scenario, comparison and classes.
import { LINK, contrastTitle, contrasts, measureOf, partsOf, percentileText, population, resultTitle, results, titleOf } from "./data.js";
import { element, fill } from "./dom.js";
import { state } from "./state.js";
import { t } from "./texts.js";

/** Values in their order, each once. */
function distinct(values) {
  return [...new Set(values)];
}

function select(id, label, options, value, change) {
  const list = element("select", { id, onchange: (event) => change(event.target.value) });
  for (const [code, text] of options) list.append(element("option", { value: code, selected: code === value }, text));
  return element("div", { class: "field" }, element("label", { for: id }, label), list);
}

/** A few short choices side by side. */
function choices(id, label, options, value, change) {
  if (options.length > 6) return select(id, label, options, value, change);
  const buttons = options.map(([code, text]) =>
    element(
      "label",
      { class: "choice" },
      element("input", { type: "radio", name: id, value: code, checked: code === value, onchange: () => change(code) }),
      element("span", {}, text),
    ),
  );
  return element(
    "fieldset",
    { class: "field", id },
    element("legend", {}, label),
    element("div", { class: "choices" }, ...buttons),
  );
}

/** The measure of the same name with some part changed, or the nearest that there is. */
function withParts(names, change) {
  const wanted = { ...partsOf(state.m), ...change };
  const of = names.map((name) => [name, partsOf(name)]).filter(([, parts]) => parts.what === wanted.what);
  const fits = (keys) => of.find(([, parts]) => keys.every((key) => parts[key] === wanted[key]));
  return (fits(["cutoff", "percentile"]) || fits(["cutoff"]) || fits(["percentile"]) || of[0])[0];
}

/** Builds the panel; `changed` is called when something was chosen. */
export function buildControls(changed) {
  const set = (key) => (value) => {
    state[key] = value;
    changed();
  };
  const names = [...results[state.r].measures.map((measure) => measure.name), LINK];
  const parts = partsOf(state.m);
  const siblings = names.map(partsOf).filter((other) => other.what === parts.what);
  const cutoffs = distinct(siblings.map((other) => other.cutoff)).filter(Boolean);
  const percentiles = distinct(siblings.map((other) => other.percentile)).filter(Boolean);
  const whats = distinct(names.map((name) => partsOf(name).what));
  const part = (key) => (value) => {
    state.m = withParts(names, { [key]: value });
    changed();
  };
  const link = partsOf(LINK).what;
  const named = whats.map((what) => [what, what === link ? titleOf(LINK) : what]);
  const fields = [
    select("measure", t("measure"), named, parts.what, part("what")),
    cutoffs.length > 1 &&
      choices("cutoff", t("cutoff"), cutoffs.map((n) => [n, t("minutes", { n })]), parts.cutoff, part("cutoff")),
    percentiles.length > 1 &&
      choices("percentile", t("percentile"), percentiles.map((p) => [p, percentileText(p)]), parts.percentile, part("percentile")),
  ];
  for (const key of ["scenario", "profile", "period"]) {
    const values = distinct(results.map((result) => result[key]));
    if (values.length < 2) continue;
    const choose = (value) => {
      const now = { ...results[state.r], [key]: value };
      const same = (keys) => results.findIndex((result) => keys.every((k) => result[k] === now[k]));
      const exactly = same(["scenario", "profile", "period"]);
      state.r = exactly >= 0 ? exactly : same([key]);
      if (state.d === state.r) state.d = "";
      if (!measureOf(results[state.r], state.m)) state.m = results[state.r].measures[0].name;
      changed();
    };
    fields.push(select(key, t(key), values.map((value) => [value, value]), results[state.r][key], choose));
  }
  if (results.length > 1) {
    const others = results.map((result, i) => [String(i), resultTitle(result)]).filter(([i]) => Number(i) !== state.r);
    const compare = (value) => {
      state.d = value === "" ? "" : Number(value);
      state.t = "";
      state.k = "";
      changed();
    };
    fields.push(select("compare", t("compare"), [["", t("nothing")], ...others], String(state.d), compare));
  }
  if (contrasts.length) {
    const choose = (value) => {
      state.k = value === "" ? "" : Number(value);
      state.d = "";
      state.t = "";
      changed();
    };
    const all = contrasts.map((contrast, i) => [String(i), contrastTitle(contrast)]);
    fields.push(select("contrast", t("contrast"), [["", "–"], ...all], String(state.k), choose));
  }
  const methods = [["quantiles", t("quantiles")], population && ["people", t("equalPeople")], ["equal", t("equal")]].filter(Boolean);
  const number = ["3", "4", "5", "6", "7", "8", "9"].map((n) => [n, n]);
  fields.push(
    element(
      "div",
      { class: "pair" },
      select("classes", t("classes"), methods, state.c, set("c")),
      select("number", t("howMany"), number, String(state.n), (n) => {
        state.n = Number(n);
        changed();
      }),
    ),
  );
  fill("controls", ...fields.filter(Boolean));
}
