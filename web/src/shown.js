// The values on the map: a measure, a contrast, one result against another, or travel times from the chosen cell.
import { contrasts, ids, lessIsBetter, measureOf, onFootFrom, results, timesFrom, titleOf, valuesOf } from "./data.js";
import { state } from "./state.js";
import { t } from "./texts.js";
import { SIGNS, apartTitle, contrastName, contrastTitle, differByMode } from "./titles.js";

/** A ratio's decimals where no table gives it. */
const DECIMALS = 3;

/** Number by number; what is not known stays so. */
function against(how, isScenario, values, others, decimals) {
  const scale = 10 ** decimals;
  const rounded = (value) => (Number.isFinite(value) ? Math.round(value * scale) / scale : value);
  // In a scenario, never before and never now is no change, and to get there at last is one. Else what gives no number
  // is blank, as in the study's contrasts.
  const change = (a, b) => (a === b ? 0 : rounded(a - b));
  const finite = (value) => (Number.isFinite(value) ? value : NaN);
  const difference = isScenario ? change : (a, b) => finite(rounded(a - b));
  const set = how === "ratio" ? (a, b) => finite(a / b) : difference;
  return values.map((value, i) => (Number.isNaN(value) || Number.isNaN(others[i]) ? NaN : set(value, others[i])));
}

/** How the legend and the charts are to take it. */
function kindOf(how) {
  return { isDifference: how === "difference", isRatio: how === "ratio" };
}

/** One result's values against those of another: `of` gives a result's values, decimals and whether they are times. */
function pair(of, what, reversed) {
  const [result, other] = [results[state.r], results[state.d]];
  const how = state.h || "difference";
  const [one, two] = [of(result), of(other)];
  const decimals = Math.max(one.decimals, two.decimals);
  const isScenario = result.scenario !== other.scenario;
  const between = [apartTitle(result, other), apartTitle(other, result)];
  const isOfModes = differByMode && result.profile !== other.profile;
  const title = how === "ratio" || isOfModes
    ? t("against", { what, one: between[0], sign: SIGNS[how], other: between[1] })
    : t("difference", { what, other: between[1] });
  const shown = {
    values: against(how, isScenario, one.values, two.values, decimals),
    decimals: how === "ratio" ? DECIMALS : decimals,
    title,
    short: how === "ratio" ? t("howRatio") : `Δ ${what}`,
    sides: [one, two].map((side, k) => ({ ...side, title: between[k] })),
    isTime: one.isTime && how === "difference",
    isScenario,
    between,
    reversed,
    ...kindOf(how),
  };
  const contrast = one.isTime ? null : contrasts.find(({ name }) => name === contrastName(how, result, other));
  const measure = contrast && measureOf(contrast, state.m);
  // The study's own has figures of equity as well.
  return measure ? { ...shown, values: valuesOf(contrast, state.m), contrast } : shown;
}

function timesNow() {
  const of = (result) => ({ values: timesFrom(result, chosenCell()), decimals: 0, isTime: true });
  const title = t("timesOf", { cell: state.cell });
  if (state.d !== "") return pair(of, title, true);
  const result = results[state.r];
  return { ...of(result), title, onFoot: onFootFrom(result, chosenCell()), reversed: true };
}

function chosenCell() {
  return ids.indexOf(state.cell);
}

/** Whether a result has travel times from each cell. */
function hasTimes(result) {
  return Boolean(result?.times?.rows);
}

/** Whether travel times can be shown of the result, and of the one that it is compared with. */
export function canShowTimes() {
  return hasTimes(results[state.r]) && (state.d === "" || hasTimes(results[state.d]));
}

export function valuesNow() {
  if (state.t && chosenCell() >= 0 && canShowTimes()) return timesNow();
  const what = titleOf(state.m);
  const reversed = lessIsBetter(state.m);
  const contrast = state.k === "" ? null : contrasts[state.k];
  const contrasted = contrast && measureOf(contrast, state.m);
  if (contrasted) {
    const how = contrast.name.includes("_minus_") ? "difference" : "ratio";
    const named = contrastTitle(contrast);
    return { values: valuesOf(contrast, state.m), decimals: contrasted.values.d, title: `${what}: ${named}`, short: what, contrast, reversed, ...kindOf(how) };
  }
  const of = (result) => ({ values: valuesOf(result, state.m), decimals: measureOf(result, state.m).values.d });
  if (state.d !== "" && measureOf(results[state.d], state.m)) return pair(of, what, reversed);
  return { ...of(results[state.r]), title: what, reversed };
}
