// The chosen cell: all its values, and the way to its travel times.
import { LINK, STATUS, groups, ids, income, linkOf, measureOf, population, results, titleOf, valuesOf } from "./data.js";
import { element, fill } from "./dom.js";
import { state } from "./state.js";
import { canShowTimes } from "./shown.js";
import { about, exact, t } from "./texts.js";

export function timeText(seconds) {
  if (!Number.isFinite(seconds)) return t("never");
  const size = Math.abs(seconds);
  return (seconds < 0 ? "−" : "") + t("time", { min: Math.floor(size / 60), s: size % 60 });
}

/** Fills the panel for a cell, or with a hint. */
export function buildDetail(cell, { close, times }) {
  if (cell < 0) {
    fill("detail", element("p", { class: "hint" }, t("choose")));
    return;
  }
  const result = results[state.r];
  const status = STATUS[result.status[cell]];
  const rows = [[t("status"), t(status)]];
  if (population) rows.push([t("population"), exact(population[cell], 2)]);
  for (const group of groups) rows.push([group.name.replace(/_/g, " "), exact(group.values[cell], 2)]);
  if (income) rows.push([t("income"), exact(income[cell], 2)]);
  rows.push([t("linkM"), exact(linkOf(result)[cell], 3), state.m === LINK]);
  for (const measure of result.measures) {
    const values = valuesOf(result, measure.name);
    rows.push([titleOf(measure.name), exact(values[cell], measure.values.d), measure.name === state.m]);
  }
  const list = rows.map(([name, value, now]) =>
    element("tr", { class: now ? "now" : null }, element("th", { scope: "row" }, name), element("td", {}, value)),
  );
  let way;
  if (canShowTimes()) {
    const text = state.t ? t("timesOff") : t("times");
    way = element("button", { type: "button", id: "times", "aria-pressed": String(Boolean(state.t)), onclick: times }, text);
  } else {
    way = element("p", { class: "hint" }, result.times ? t("timesTooLarge", { file: result.times.file }) : t("timesNone"));
  }
  fill(
    "detail",
    element(
      "div",
      { class: "head" },
      element("h2", {}, `${t("cell")} ${ids[cell]}`),
      element("button", { type: "button", class: "plain", "aria-label": t("close"), onclick: close }, "×"),
    ),
    way,
    element("table", { class: "values" }, element("tbody", {}, ...list)),
  );
}

/** A value as it is shown. */
export function valueText({ isTime, isDifference, decimals }, value) {
  return isTime && !(isDifference && Number.isNaN(value)) ? timeText(value) : exact(value, decimals);
}

/** The line beside the pointer. */
export function tipText(cell, shown, stop) {
  const lines = [];
  const value = valueText(shown, shown.values[cell]);
  const sign = shown.isDifference && shown.values[cell] > 0 ? "+" : "";
  lines.push(element("strong", {}, sign + value), element("span", {}, shown.title));
  for (const side of shown.sides || []) {
    lines.push(element("span", {}, `${side.title}: ${valueText(side, side.values[cell])}`));
  }
  if (shown.onFoot && Number.isFinite(shown.values[cell])) {
    lines.push(element("span", {}, t(shown.onFoot(cell) ? "onFoot" : "byTransit")));
  }
  const status = STATUS[results[state.r].status[cell]];
  if (status !== "ok") lines.push(element("em", {}, t(status)));
  const people = population ? ` · ${about(population[cell])} ${t("people")}` : "";
  lines.push(element("span", { class: "id" }, ids[cell] + people));
  if (stop) lines.push(element("span", { class: "stop" }, `${t("stop")}: ${stop}`));
  return lines;
}
