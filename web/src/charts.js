// The charts below the map. Each says in a sentence what it shows.
import { facts, groups, income, lessIsBetter, population, results, weights } from "./data.js";
import { byId, drawn, element, fill } from "./dom.js";
import { COLOURS, dotted, drawPlots, key, lined, plot, steps } from "./plots.js";
import { state } from "./state.js";
import { byRank, changes, histogram, mean, quantile, ranked } from "./statistics.js";
import { about, percent, t } from "./texts.js";

function card(id, title, says, ...content) {
  return element("section", { class: "card", id }, element("h3", {}, title), element("p", { class: "says" }, says), ...content);
}

export function groupName(name) {
  if (name === "all") return t("all");
  const found = /^income_(\d+)_of_(\d+)$/.exec(name);
  return found ? t("incomeGroup", { i: found[1], n: found[2] }) : name.replace(/_/g, " ");
}

/** The common indices in the reader's language, others as the register names them. */
function indexName(name) {
  const percentile = /^p(\d+)$/.exec(name);
  if (percentile) return t("indexPercentile", { n: percentile[1] });
  const word = t(`index_${name}`);
  const plain = name.replace(/_/g, " ");
  return word.startsWith("index_") ? plain[0].toUpperCase() + plain.slice(1) : word;
}

/** Rows of the equity table of a measure: group, index, value, lower, upper. */
function equityOf(result, measure) {
  const table = result.equity;
  if (!table) return [];
  const m = table.measures.indexOf(measure);
  return table.rows
    .filter((row) => row[0] === m)
    .map(([, group, index, value, lower = null, upper = null]) => ({
      group: table.groups[group],
      index: table.indices[index],
      value,
      lower,
      upper,
    }));
}

function withInterval({ value, lower, upper }) {
  return lower === null ? about(value) : t("intervalOf", { value: about(value), lower: about(lower), upper: about(upper) });
}

function histogramCard(shown, order) {
  const { edges, shares } = histogram(order, shown.values, weights, 40);
  if (!shares.length) return null;
  const at = (share) => about(quantile(order, shown.values, weights, share));
  const says = t(population ? "histogramSays" : "histogramSaysCells", { median: at(0.5), low: at(0.1), high: at(0.9) });
  const unit = population ? t("people") : t("cells");
  const last = shares[shares.length - 1];
  const chart = plot({
    data: [edges, [...shares.map((share) => share * 100), last * 100]],
    series: [steps(COLOURS[0])],
    x: { label: shown.short || shown.title },
    y: { label: `% ${unit}` },
    scales: { y: { range: (_, low, high) => [0, high * 1.05 || 1] }, x: { range: (_, low, high) => [low, high] } },
    label: `${t("histogram")}. ${says}`,
  });
  return card("histogram", t("histogram"), says, chart);
}

/** The interval's ends over `x` (percent of the people), straight between the points that have one; none without. */
function bandOf(rows, x) {
  const points = rows.filter((row) => row.group === "all" && ordinate(row.index) && Number.isFinite(row.lower));
  if (!points.length) return [];
  return ["lower", "upper"].map((end) => {
    const knots = [[0, 0], ...points.map((row) => [ordinate(row.index), row[end] * 100]), [100, 100]];
    knots.sort((a, b) => a[0] - b[0]);
    return x.map((at) => {
      const k = Math.max(1, knots.findIndex(([to]) => to >= at));
      const [[x0, y0], [x1, y1]] = [knots[k - 1], knots[k]];
      return y0 + ((at - x0) / (x1 - x0)) * (y1 - y0);
    });
  });
}

function levelOf() {
  const level = facts.parameters.equity?.bootstrap?.level ?? 0.95;
  return level.toLocaleString(document.documentElement.lang, { style: "percent" });
}

function lorenzCard(result, rows) {
  const curves = (result.curves || []).filter(([measure, kind]) => measure === state.m && kind === "lorenz");
  const all = curves.find(([, , group]) => group === "all");
  if (!all) return null;
  // All curves over the hundredths of the first.
  const x = all[3].map((share) => share / 100);
  const over = (curve) =>
    all[3].map((share) => {
      const at = curve[3].indexOf(share);
      return at < 0 ? null : curve[4][at] / 100;
    });
  const chosen = curves.slice(0, 6);
  const band = bandOf(rows, x);
  const half = all[4][all[3].findIndex((share) => share >= 5000)] / 10000;
  const gini = rows.find((row) => row.index === "gini" && row.group === "all");
  const says = t(gini ? "lorenzSays" : "lorenzSaysShort", { share: percent(half), gini: gini ? withInterval(gini) : "" });
  const chart = plot({
    data: [x, x, ...chosen.map(over), ...band],
    series: [lined("#9aa5b1", [4, 4]), ...chosen.map((_, k) => lined(COLOURS[k])), ...band.map(() => lined("transparent"))],
    bands: band.length ? [{ series: [chosen.length + 3, chosen.length + 2], fill: `${COLOURS[0]}33` }] : [],
    x: { label: `% ${t("shareOfPeople")}` },
    y: { label: `% ${t("shareOfMeasure")}` },
    scales: { x: { range: [0, 100] }, y: { range: [0, 100] } },
    label: `${t("lorenz")}. ${says}`,
  });
  const names = chosen.map(([, , group], k) => [groupName(group), COLOURS[k]]);
  if (band.length) names.splice(1, 0, [t("intervalOfAll", { level: levelOf() }), `${COLOURS[0]}55`]);
  return card("lorenz", t("lorenz"), says, chart, key([...names, [t("even"), "#9aa5b1", true]]));
}

/** Rows that count people and cells are for the table, not for comparison. */
const COUNTS = ["people", "people_left_out", "cells_left_out", "people_without_income", "people_never", "blocks"];
let index = "mean";

/** `lorenz_30` → 30: points of Lorenz's curve are drawn as its band. */
function ordinate(name) {
  const found = /^lorenz_(\d+)$/.exec(name);
  return found ? Number(found[1]) : null;
}

function whiskers(rows) {
  const numbers = rows.flatMap(({ value, lower, upper }) => [value, lower ?? value, upper ?? value]).filter(Number.isFinite);
  const low = Math.min(0, ...numbers);
  const high = Math.max(...numbers, low + 1e-12);
  const at = (value) => 4 + ((value - low) / (high - low)) * 192;
  return ({ value, lower, upper }) => {
    const parts = [drawn("line", { x1: at(0), x2: at(0), y1: 0, y2: 20, stroke: "#c3cad1" })];
    if (Number.isFinite(lower) && Number.isFinite(upper)) {
      parts.push(drawn("line", { x1: at(lower), x2: at(upper), y1: 10, y2: 10, stroke: "#6f9db0", "stroke-width": 4 }));
    }
    if (Number.isFinite(value)) parts.push(drawn("circle", { cx: at(value), cy: 10, r: 4.5, fill: COLOURS[0] }));
    return drawn("svg", { viewBox: "0 0 200 20", class: "whisker", "aria-hidden": "true" }, ...parts);
  };
}

function equityCard(rows, again) {
  const indices = [...new Set(rows.map((row) => row.index))].filter((name) => !COUNTS.includes(name) && !ordinate(name));
  if (!indices.length) return null;
  if (!indices.includes(index)) index = indices[0];
  const chosen = rows.filter((row) => row.index === index);
  const all = chosen.find((row) => row.group === "all");
  const others = chosen.filter((row) => row.group !== "all" && Number.isFinite(row.value));
  const best = others.reduce((a, b) => (b.value > a.value ? b : a), others[0]);
  const least = others.reduce((a, b) => (b.value < a.value ? b : a), others[0]);
  const words = { index: indexName(index), all: all ? withInterval(all) : "–" };
  const says = best
    ? t("equitySays", {
        ...words,
        high: groupName(best.group),
        highValue: about(best.value),
        low: groupName(least.group),
        lowValue: about(least.value),
      })
    : t("equitySaysAll", words);
  const mark = whiskers(chosen);
  const level = levelOf();
  const choose = (event) => {
    index = event.target.value;
    again();
    byId("index").focus();
  };
  const list = element("select", { id: "index", onchange: choose });
  for (const name of indices) list.append(element("option", { value: name, selected: name === index }, indexName(name)));
  const body = chosen.map((row) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, groupName(row.group)),
      element("td", {}, about(row.value)),
      element("td", { class: "interval" }, row.lower === null ? "" : t("to", { a: about(row.lower), b: about(row.upper) })),
      element("td", { class: "drawn" }, mark(row)),
    ),
  );
  const heads = [t("group"), t("value"), t("interval", { level }), ""];
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  return card(
    "equity",
    t("equity"),
    says,
    element("div", { class: "field inline" }, element("label", { for: "index" }, t("index")), list),
    element("div", { class: "scroll" }, element("table", { class: "equity" }, element("thead", {}, head), element("tbody", {}, ...body))),
  );
}

function hoursCard(result) {
  const rows = (result.hours || []).filter(([, measure]) => measure === state.m);
  const hours = [...new Set(rows.map(([hour]) => hour))];
  if (hours.length < 2) return null;
  const names = [...new Set(rows.map(([, , group]) => group))].slice(0, 6);
  const at = (hour) => Number(hour.slice(0, 2)) + Number(hour.slice(3, 5)) / 60;
  const value = (hour, group) => {
    const found = rows.find((row) => row[0] === hour && row[2] === group)?.[3];
    return Number.isFinite(found) ? found : null;
  };
  const all = hours.map((hour) => [hour, value(hour, "all")]).filter(([, found]) => found !== null);
  if (!all.length) return null;
  const high = all.reduce((a, b) => (b[1] > a[1] ? b : a));
  const low = all.reduce((a, b) => (b[1] < a[1] ? b : a));
  const says = t("hoursSays", { high: high[0], highValue: about(high[1]), low: low[0], lowValue: about(low[1]) });
  const chart = plot({
    data: [hours.map(at), ...names.map((group) => hours.map((hour) => value(hour, group)))],
    series: names.map((_, k) => ({ ...lined(COLOURS[k]), points: { show: true, size: 5, fill: COLOURS[k] } })),
    x: { label: t("hour"), extra: { values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? `${tick}:00` : "")) } },
    y: { label: t("mean") },
    scales: { y: { range: (_, __, most) => [0, most * 1.05 || 1] } },
    label: `${t("hours")}. ${says}`,
  });
  return card("hours", t("hours"), says, chart, key(names.map((name, k) => [groupName(name), COLOURS[k]])));
}

function incomeCard(shown) {
  if (!income) return null;
  const fifths = byRank(shown.values, income, weights, 5);
  if (fifths.length < 2) return null;
  const says = t("incomeSays", { low: about(fifths[0][1]), high: about(fifths[fifths.length - 1][1]) });
  // A cloud of some thousand says as much as one of thirty thousand.
  const order = ranked(income, weights).filter((i) => Number.isFinite(shown.values[i]));
  const every = Math.max(1, Math.ceil(order.length / 2500));
  const cloud = order.filter((_, k) => k % every === 0);
  const tenths = byRank(shown.values, income, weights, 10);
  const points = [...cloud.map((i) => [income[i], shown.values[i], null]), ...tenths.map(([x, y]) => [x, null, y])];
  points.sort((a, b) => a[0] - b[0]);
  const line = { ...lined(COLOURS[1]), points: { show: true, size: 6, fill: COLOURS[1] } };
  const chart = plot({
    data: [0, 1, 2].map((k) => points.map((point) => point[k])),
    series: [dotted("#0b5c7a66", 3), line],
    x: { label: t("income") },
    y: { label: shown.short || shown.title },
    label: `${t("incomeChart")}. ${says}`,
  });
  return card("income", t("incomeChart"), says, chart, key([[t("incomeTenth"), COLOURS[1]]]));
}

/** Of a scenario against the base: group → its mean change with an interval, from the table of winners. */
function meansOf(shown) {
  const [now, then] = [results[state.r], results[state.d]];
  const same = ["profile", "period"].every((key) => then && now[key] === then[key]);
  if (shown.contrast || shown.isRatio || shown.isTime || !same || then.scenario !== "base" || !now.winners) return () => null;
  const rows = new Map(now.winners.filter(([measure]) => measure === state.m).map((row) => [row[1], row]));
  return (group) => rows.get(group) || null;
}

function signed(value) {
  return (value > 0 ? "+" : "") + about(value);
}

/** Who gains and who loses, or has more or less in one of two results; by group and by income. */
function changesCard(shown, order) {
  const [title, sentence, more, less] = shown.isScenario
    ? ["changes", "changesSays", "gain", "lose"]
    : ["moreOrLess", "moreOrLessSays", "withMore", "withLess"];
  const { isRatio, isTime, between = [] } = shown;
  const sharesOf = (of) => changes(shown.values, of, isRatio ? 1 : 0);
  const number = (value) => {
    if (isTime) return t("minutes", { n: signed(value / 60) });
    return isRatio ? about(value) : signed(value);
  };
  const all = sharesOf(weights);
  const means = meansOf(shown);
  const says = t(sentence, {
    one: between[0] || t("first"),
    other: between[1] || t("second"),
    gain: percent(all.gain),
    lose: percent(all.lose),
    same: percent(all.same),
    mean: number(mean(order, shown.values, weights)),
  });
  const meanOf = (group, of) => {
    const [, , change, lower, upper] = means(group) || [];
    if (!Number.isFinite(change)) return number(mean(order, shown.values, of));
    if (!Number.isFinite(lower)) return signed(change);
    return t("intervalOf", { value: signed(change), lower: signed(lower), upper: signed(upper) });
  };
  const rows = [[t("all"), all, meanOf("all", weights)]];
  for (const group of groups) {
    rows.push([group.name.replace(/_/g, " "), sharesOf(group.values), meanOf(group.name, group.values)]);
  }
  if (income) {
    const by = ranked(income, weights);
    const total = by.reduce((sum, i) => sum + weights[i], 0);
    const tenths = Array.from({ length: 10 }, () => new Float64Array(weights.length));
    let done = 0;
    for (const i of by) {
      tenths[Math.min(9, Math.floor(((done + weights[i] / 2) / total) * 10))][i] = weights[i];
      done += weights[i];
    }
    tenths.forEach((tenth, k) => rows.push([t("incomeGroup", { i: k + 1, n: 10 }), sharesOf(tenth), meanOf("", tenth)]));
  }
  const kinds = [["gain", "#14497f"], ["same", "#d3d8dd"], ["lose", "#b4561a"]];
  const bar = (shares) => {
    let at = 0;
    const parts = kinds.map(([kind, colour]) => {
      const part = drawn("rect", { x: at * 200, width: shares[kind] * 200, y: 3, height: 14, fill: colour });
      at += shares[kind];
      return part;
    });
    return drawn("svg", { viewBox: "0 0 200 20", class: "whisker", "aria-hidden": "true" }, ...parts);
  };
  const heads = [t("group"), t(more), t(less), "", t(shown.isScenario ? "meanChange" : "index_mean")].map((text) => element("th", { scope: "col" }, text));
  const body = rows.map(([name, shares, change]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", {}, percent(shares.gain)),
      element("td", {}, percent(shares.lose)),
      element("td", { class: "drawn" }, bar(shares)),
      element("td", { class: "interval" }, change),
    ),
  );
  const table = element("table", { class: "equity" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...body));
  const note = shown.reversed ? element("p", { class: "hint" }, t("lessIsBetter")) : null;
  return card("changes", t(title), says, note, element("div", { class: "scroll" }, table));
}

/** `shown`: the values on the map, with their title. */
export function buildCharts(shown) {
  const result = shown.contrast || results[state.r];
  const rows = equityOf(result, state.m);
  const order = ranked(shown.values, weights);
  const cards = [];
  const isCompared = shown.isDifference || shown.isRatio;
  if (isCompared) cards.push(changesCard(shown, order));
  cards.push(histogramCard(shown, order));
  if (!shown.isTime && (shown.contrast || !isCompared)) {
    cards.push(equityCard(rows, () => buildCharts(shown)), lorenzCard(result, rows), hoursCard(result));
  }
  if (!shown.isTime) cards.push(incomeCard(shown));
  fill("cards", ...cards.filter(Boolean));
  drawPlots();
}
