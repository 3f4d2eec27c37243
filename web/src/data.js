// What travels with the page: facts, map, results. Columns are unpacked when they are first asked for.
import { bytesOf, columnOf, timesOf } from "./codec.js";
import { areasOf, cellsOf, linesOf, stopsOf } from "./shapes.js";
import { t } from "./texts.js";

function parsed(id) {
  const element = document.getElementById(id);
  const value = JSON.parse(element.textContent);
  element.remove();
  return value;
}

const facts = parsed("facts");
const { map: drawing, results, contrasts } = parsed("data");
const ids = drawing.ids;
const cells = cellsOf(drawing.cells);
const streets = drawing.streets.map(linesOf);
const stops = stopsOf(drawing.stops);
// Maps of older results have no water.
const water = drawing.water && { areas: areasOf(drawing.water.areas), lines: linesOf(drawing.water.lines) };
// Of each table of traffic stress the streets by level, 1 first; none where nobody cycles.
const stresses = drawing.stress || [];
const unpacked = new Map();

export { contrasts, facts, results, ids, cells, streets, stops, water };

function once(coded) {
  if (!unpacked.has(coded)) unpacked.set(coded, columnOf(coded, cells.n));
  return unpacked.get(coded);
}

export const population = drawing.population && once(drawing.population);
export const income = drawing.income && once(drawing.income);
export const groups = drawing.groups.map((group) => ({ name: group.name, values: once(group.values) }));

/** Streets by traffic stress: by the table of who travels, if they cycle, else by the first; null where nobody does. */
export function stressFor(result) {
  const { lts } = (facts.parameters.profile || []).find((one) => one.name === result.profile) || {};
  const found = stresses.find(({ table }) => table === lts) || stresses[0];
  if (!found) return null;
  found.lines ??= found.levels.map(linesOf);
  return found;
}

export const hasStress = stresses.length > 0;

/** Weights of the cells: people, or one each. */
export const weights = population || new Float64Array(cells.n).fill(1);

/** Metres to the street: no measure, but shown like one, for how sure the others are. */
export const LINK = "link_m";

export function measureOf(result, name) {
  if (name === LINK && result.link_m) return { name, values: result.link_m };
  return result.measures.find((measure) => measure.name === name);
}

export function valuesOf(result, name) {
  const measure = measureOf(result, name);
  return measure ? once(measure.values) : null;
}

export function linkOf(result) {
  return once(result.link_m);
}

export function timesFrom(result, cell) {
  return timesOf(result.times.rows[cell], cells.n);
}

/** The mode that wins on the way from a cell to each: true on foot; null where it is not known. */
export function onFootFrom(result, cell) {
  const coded = result.times.foot?.[cell];
  if (!coded) return null;
  const bytes = bytesOf(coded);
  return (to) => Boolean((bytes[to >> 3] >> (to & 7)) & 1);
}

export const STATUS = { o: "ok", u: "unlinked", i: "island", n: "no_service" };

/** Cells that are not ok, by the first letter of their status. */
export function markedOf(result) {
  const marked = { u: [], i: [], n: [] };
  for (let i = 0; i < cells.n; i++) marked[result.status[i]]?.push(i);
  return marked;
}

/** `jobs_30min_p50` → what, cutoff and percentile. */
export function partsOf(name) {
  const found = /^(.*?)(?:_(\d+)min)?(?:_(p[\d_]+|mean))?$/.exec(name);
  return { what: found[1].replace(/_/g, " "), cutoff: found[2] || "", percentile: found[3] || "" };
}

export function percentileText(code) {
  if (code === "p50") return t("median");
  return code === "mean" ? t("mean") : t("p", { n: code.slice(1).replace("_", ".") });
}

/** A measure in words. */
export function titleOf(name) {
  if (name === LINK) return t("linkM");
  const { what, cutoff, percentile } = partsOf(name);
  const words = cutoff ? t("within", { what, n: cutoff }) : what;
  return percentile && percentile !== "p50" ? `${words}, ${percentileText(percentile)}` : words;
}

/** Times and costs: the kinds of which less is better. */
const COSTS = ["nearest", "dual"];
const costly = (facts.parameters.measure || [])
  .filter((measure) => COSTS.includes(measure.kind))
  .map((measure) => measure.name || measure.kind);

export function lessIsBetter(name) {
  return name === LINK || costly.some((cost) => name.includes(cost));
}
