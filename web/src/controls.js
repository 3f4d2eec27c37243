// What to show: selects and buttons for measure, cutoff, percentile, profile, period, scenario, comparison and classes.
import { LINK, contrasts, hasStress, measureOf, partsOf, percentileText, population, results, titleOf } from "./data.js";
import { byId, element, fill } from "./dom.js";
import { canShowTimes } from "./shown.js";
import { state } from "./state.js";
import { t } from "./texts.js";
import { contrastTitle, modeOf, modeTitle, resultTitle } from "./titles.js";

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

/** What a result is chosen by. The mode goes before the profile: of it there are only those that travel so. */
const KEYS = ["scenario", "mode", "profile", "period"];

function part(result, key) {
  return key === "mode" ? modeOf(result.profile) : result[key];
}

/** The result like another in all but `key`, where there is one, else the first with that value; -1 none. */
function likeBut(result, key, value) {
  // A profile has one mode.
  const kept = KEYS.filter((other) => other !== key && other !== "mode" && !(key === "mode" && other === "profile"));
  const found = (keys) => results.findIndex((one) => part(one, key) === value && keys.every((k) => one[k] === result[k]));
  const like = found(kept);
  return like >= 0 ? like : found([]);
}

function chooseResult(key, value) {
  const before = results[state.r];
  const other = state.d === "" ? null : results[state.d];
  state.r = likeBut(before, key, value);
  // What is compared within a scenario or a period goes along to another.
  if (other && ["scenario", "period"].includes(key) && other[key] === before[key]) state.d = likeBut(other, key, value);
  if (state.d === state.r) state.d = "";
  if (!canShowTimes()) state.t = "";
  if (!measureOf(results[state.r], state.m)) state.m = results[state.r].measures[0].name;
}

/** Which result, and against which other. */
function resultFields(changed) {
  const fields = [];
  const now = results[state.r];
  for (const key of KEYS) {
    const among = key === "profile" ? results.filter((one) => part(one, "mode") === part(now, "mode")) : results;
    const values = distinct(among.map((one) => part(one, key)));
    if (values.length < 2) continue;
    const named = values.map((value) => [value, key === "mode" ? modeTitle(value) : value]);
    const choose = (value) => {
      chooseResult(key, value);
      changed();
    };
    fields.push(select(key, t(key), named, part(now, key), choose));
  }
  if (results.length < 2) return fields;
  const others = results.map((result, i) => [String(i), resultTitle(result)]).filter(([i]) => Number(i) !== state.r);
  const compare = (value) => {
    state.d = value === "" ? "" : Number(value);
    state.k = "";
    if (!canShowTimes()) state.t = "";
    changed();
  };
  fields.push(select("compare", t("compare"), [["", t("nothing")], ...others], String(state.d), compare));
  if (state.d !== "") {
    const how = (value) => {
      state.h = value;
      changed();
    };
    fields.push(choices("how", t("how"), [["", t("howDifference")], ["ratio", t("howRatio")]], state.h, how));
  }
  return fields;
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
  fields.push(...resultFields(changed));
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
  if (hasStress) {
    const turn = (event) => set("s")(event.target.checked ? "1" : "");
    const box = element("input", { id: "stress", type: "checkbox", checked: Boolean(state.s), onchange: turn });
    fields.push(element("label", { class: "check" }, box, element("span", {}, t("showStress"))));
  }
  // Who chooses by keys goes on where they were.
  const { id, name } = byId("controls").contains(document.activeElement) ? document.activeElement : {};
  fill("controls", ...fields.filter(Boolean));
  if (id) byId(id)?.focus();
  else if (name) document.querySelector(`#${name} input:checked`)?.focus();
}
