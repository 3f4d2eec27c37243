// Values → classes and their colours, told apart by the colour-blind too.

import { quantile, ranked } from "./statistics.js";

// Samples of viridis (Smith & van der Walt 2015, CC0): dark to bright, also in print without colour.
const SEQUENCE = ["#440154", "#443983", "#31688e", "#21918c", "#35b779", "#90d743", "#fde725"];
// Orange loses, blue gains, the middle is nearly paper.
const DIVERGING = ["#8f3b06", "#d4803a", "#f3dcc3", "#f1f1ee", "#c9dcec", "#5b97c9", "#14497f"];

function mixed(stops, share) {
  const at = Math.min(stops.length - 1.000001, Math.max(0, share * (stops.length - 1)));
  const [from, to] = [stops[Math.floor(at)], stops[Math.floor(at) + 1]];
  const part = (k) => {
    const [a, b] = [parseInt(from.slice(k, k + 2), 16), parseInt(to.slice(k, k + 2), 16)];
    return Math.round(a + (b - a) * (at % 1));
  };
  return `rgb(${part(1)},${part(3)},${part(5)})`;
}

/** The values below which each share of the cells, or of their weights, lies. */
function cuts(values, classes, weights) {
  if (!weights) {
    const sorted = values.filter(Number.isFinite).sort();
    return Array.from({ length: classes - 1 }, (_, k) => sorted[Math.floor((sorted.length * (k + 1)) / classes)]);
  }
  const order = ranked(values, weights);
  return Array.from({ length: classes - 1 }, (_, k) => quantile(order, values, weights, (k + 1) / classes));
}

/** Values between which classes lie, rising: of equal steps, of equal numbers of cells or, by `weights`, of people; fewer
 * where values are tied. */
export function breaksOf(values, classes, method, weights) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [];
  const equal = (_, k) => low + ((high - low) * (k + 1)) / classes;
  const between =
    method === "equal" ? Array.from({ length: classes - 1 }, equal) : cuts(values, classes, method === "people" ? weights : null);
  const breaks = [low];
  for (const next of between) if (next > breaks[breaks.length - 1]) breaks.push(next);
  breaks.push(high);
  return breaks;
}

/** How far differences are from 0, and ratios, as factors, from 1. */
const SIZES = {
  0: { size: Math.abs, below: (size) => -size },
  1: { size: (ratio) => Math.max(ratio, 1 / ratio), below: (size) => 1 / size },
};

/** The same around a centre, with a class for what lies in it. */
function breaksAround(values, centre, classes, method, weights) {
  const { size, below } = SIZES[centre];
  const sizes = values.map((value) => (Number.isFinite(value) && value !== centre ? size(value) : NaN));
  const side = Math.max(1, Math.floor(classes / 2));
  const up = breaksOf(sizes, side, method, weights);
  if (!up.length && sizes.includes(Infinity)) up.push(1, 1);
  const down = up.slice().reverse().map(below);
  // A ratio of nothing is as far as can be.
  if (centre === 1 && down.length && values.includes(0)) down[0] = 0;
  return [up, down];
}

/** Classes of values, between given breaks or of one's own, or to both sides of a centre (`diverging`): their bounds, colours, and the class of each value; -1 blank, -2 infinite. */
export function classify(values, { classes, method, diverging, reversed, weights, breaks: given }) {
  const of = new Int16Array(values.length);
  let bounds;
  let colours;
  if (diverging !== null) {
    const [up, down] = breaksAround(values, diverging, classes, method, weights);
    const side = Math.max(0, up.length - 1);
    bounds = [];
    for (let k = 0; k < side; k++) bounds.push([down[k], down[k + 1]]);
    bounds.push([diverging, diverging]);
    for (let k = 0; k < side; k++) bounds.push([up[k], up[k + 1]]);
    colours = bounds.map((_, k) => mixed(DIVERGING, side ? k / (2 * side) : 0.5));
    if (reversed) colours.reverse();
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (Number.isNaN(value)) of[i] = -1;
      else if (!Number.isFinite(value)) of[i] = -2;
      else if (value === diverging) of[i] = side;
      else {
        const k = place(up, SIZES[diverging].size(value));
        of[i] = value > diverging ? side + 1 + k : side - 1 - k;
      }
    }
  } else {
    const breaks = given || breaksOf(values, classes, method, weights);
    const n = Math.max(1, breaks.length - 1);
    bounds = breaks.length ? Array.from({ length: n }, (_, k) => [breaks[k], breaks[k + 1]]) : [];
    colours = bounds.map((_, k) => mixed(SEQUENCE, n > 1 ? k / (n - 1) : 0.6));
    if (reversed) colours.reverse();
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      of[i] = Number.isNaN(value) ? -1 : Number.isFinite(value) ? place(breaks, value) : -2;
    }
  }
  return { bounds, colours, of };
}

/** The class of a value: the last whose lower bound it reaches. */
function place(breaks, value) {
  let k = 0;
  while (k < breaks.length - 2 && value >= breaks[k + 1]) k += 1;
  return k;
}
