// Line, step and point plots by uPlot, in the page's style, as wide as their place.
import { element } from "./dom.js";
import { about } from "./texts.js";

/* global uPlot */
const INK = "#52606d";
const GRID = { stroke: "#e4e8ec", width: 1 };
const FONT = "12px system-ui, sans-serif";
const HEIGHT = 250;
export const COLOURS = ["#0b5c7a", "#c4601d", "#6b4fa0", "#3f8f4f", "#a23b62", "#7a6a1f", "#52606d"];

const plots = new Set();

function axis(label, extra) {
  return {
    stroke: INK,
    font: FONT,
    labelFont: FONT,
    label,
    labelSize: 22,
    labelGap: 2,
    grid: GRID,
    ticks: { ...GRID, size: 4 },
    gap: 4,
    values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : about(tick))),
    ...extra,
  };
}

/** Room for the longest number of an upright axis. */
function room(plot, values) {
  const longest = (values || []).reduce((n, text) => Math.max(n, String(text).length), 0);
  return 14 + 6.7 * longest;
}

/** A plot in a box of its own. `label` says in words what it shows. */
export function plot({ data, series, x, y, label, scales = {}, hooks = {}, bands = [] }) {
  const box = element("div", { class: "plot", role: "img", "aria-label": label });
  const options = () => ({
    width: Math.max(220, box.clientWidth || 420),
    height: HEIGHT,
    pxAlign: 0,
    padding: [10, 12, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, ...scales.x }, y: { ...scales.y } },
    axes: [axis(x.label, { size: 30, ...x.extra }), axis(y.label, { size: room, ...y.extra })],
    series: [{}, ...series],
    bands,
    hooks,
  });
  const draw = () => {
    if (box.plot) box.plot.destroy();
    box.plot = new uPlot(options(), data, box);
  };
  plots.add({ box, draw });
  return box;
}

/** Draws all plots that stand in the page; forgets those that no longer do. */
export function drawPlots() {
  for (const one of plots) {
    if (one.box.isConnected) one.draw();
    else {
      one.box.plot?.destroy();
      plots.delete(one);
    }
  }
}

export function fitPlots() {
  for (const { box } of plots) {
    if (box.isConnected && box.plot) box.plot.setSize({ width: Math.max(220, box.clientWidth), height: HEIGHT });
  }
}

/** Steps filled to the axis. */
export function steps(colour) {
  return { stroke: colour, fill: `${colour}55`, width: 1.2, paths: uPlot.paths.stepped({ align: 1 }), points: { show: false } };
}

export function lined(colour, dash) {
  return { stroke: colour, width: 2, dash, points: { show: false }, spanGaps: true };
}

export function dotted(colour, size) {
  return { stroke: colour, fill: colour, paths: () => null, points: { show: true, size, stroke: colour, fill: colour, width: 0 } };
}

/** Names of lines beside their colours. */
export function key(entries) {
  const items = entries.map(([name, colour, dash]) =>
    element("li", {}, element("span", { style: `border-top:3px ${dash ? "dashed" : "solid"} ${colour}` }), name),
  );
  return element("ul", { class: "key" }, ...items);
}
