// What was found in the data, the method, inputs with their hashes, whose data it is and how to cite.
import { facts, results } from "./data.js";
import { element, fill } from "./dom.js";
import { state } from "./state.js";
import { about, percent, t } from "./texts.js";

function tableOf(heads, rows, name) {
  return element(
    "div",
    { class: "scroll" },
    element(
      "table",
      { class: name },
      element("thead", {}, element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cell))))),
    ),
  );
}

function placeText([, , , file, at]) {
  return [file, at].filter(Boolean).join(": ");
}

/** More findings of a kind, folded. */
function others([, ...rest]) {
  if (!rest.length) return "";
  const items = rest.map((row) => element("li", {}, [placeText(row), row[5]].filter(Boolean).join(" · ")));
  return element("details", {}, element("summary", {}, t("more", { n: rest.length })), element("ul", {}, ...items));
}

export function buildFindings() {
  const { counts, findings } = facts;
  const result = results[state.r];
  const status = counts[`status of ${result.folder}`] || {};
  const numbers = Object.fromEntries(["ok", "unlinked", "island", "no_service"].map((key) => [key, about(status[key] ?? 0)]));
  const headways = counts.trips_by_headway || 0;
  const shareOf = { n: about(headways), all: about(counts.trips), share: percent(headways / (counts.trips || 1)) };
  const kinds = new Map();
  for (const row of findings.rows) {
    const kind = `${row[0]} ${row[2]}`;
    if (kinds.has(kind)) kinds.get(kind).push(row);
    else kinds.set(kind, [row]);
  }
  const rows = [...kinds.values()].map((alike) => {
    const [, severity, input, , , what, remedy] = alike[0];
    return [element("span", { class: `kind ${severity}` }, t(severity)), input, placeText(alike[0]), element("div", {}, what, others(alike)), remedy];
  });
  fill(
    "findings",
    element("h2", {}, t("findings")),
    element("p", {}, t("statusSays", { ...numbers, all: about(counts.cells) })),
    counts.trips ? element("p", {}, t(headways ? "headway" : "headwayNone", shareOf)) : null,
    element("p", {}, rows.length ? t("findingsSay", { shown: findings.rows.length, all: findings.all }) : t("findingsNone")),
    rows.length ? tableOf([t("severity"), t("input"), t("place"), t("what"), t("remedy")], rows, "findings") : null,
  );
}

export function buildMethod() {
  const rounded = results[state.r].measures.filter((measure) => measure.values.r).map((measure) => measure.name);
  const some = rounded.slice(0, 5).join(", ") + (rounded.length > 5 ? " …" : "");
  const inputs = facts.inputs.map((file) => [file.path, file.bytes.toLocaleString(), element("code", {}, file.blake3)]);
  fill(
    "method",
    element("h2", {}, t("method")),
    element("p", {}, t("methodSays")),
    element("p", {}, t("precision", { rounded: rounded.length ? t("rounded", { n: rounded.length, names: some }) : "" })),
    element("h3", {}, t("attribution")),
    element("ul", {}, ...facts.attribution.map((text) => element("li", {}, text))),
    element("h3", {}, t("inputs")),
    tableOf([t("file"), t("bytes"), t("hash")], inputs, "inputs"),
    element("h3", {}, t("cite")),
    element("p", {}, facts.citation),
    element("p", {}, t("version", facts)),
    element(
      "details",
      {},
      element("summary", {}, t("parameters")),
      element("pre", {}, JSON.stringify(facts.parameters, null, 1)),
    ),
  );
}
