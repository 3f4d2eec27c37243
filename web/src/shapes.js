// Coded places → coordinates on the square of the Web Mercator projection, 0 … 1 from the north-west.
import { Numbers } from "./codec.js";

export function mercatorX(lon) {
  return (lon + 180) / 360;
}

export function mercatorY(lat) {
  return (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;
}

export function lonLat(x, y) {
  return [x * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI];
}

/** How far from each point its nearest neighbour lies, in the projection: `dx`, `dy`. */
function neighbours(x, y) {
  const n = x.length;
  const [dx, dy] = [new Float64Array(n), new Float64Array(n)];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    left = Math.min(left, x[i]);
    top = Math.min(top, y[i]);
    right = Math.max(right, x[i]);
    bottom = Math.max(bottom, y[i]);
  }
  const side = Math.max(1, Math.round(Math.sqrt(n / 2)));
  const size = Math.max(right - left, bottom - top) / side || 1;
  const buckets = new Map();
  const key = (column, row) => column * 1e6 + row;
  const column = (i) => Math.floor((x[i] - left) / size);
  const row = (i) => Math.floor((y[i] - top) / size);
  for (let i = 0; i < n; i++) {
    const at = key(column(i), row(i));
    if (buckets.has(at)) buckets.get(at).push(i);
    else buckets.set(at, [i]);
  }
  for (let i = 0; i < n; i++) {
    let best = Infinity;
    // Rings of buckets, until no nearer one can come.
    for (let ring = 0; ring <= side && (ring - 1) * size < best; ring++) {
      for (let c = column(i) - ring; c <= column(i) + ring; c++) {
        const edge = Math.abs(c - column(i)) === ring;
        for (let r = row(i) - ring; r <= row(i) + ring; r += edge ? 1 : Math.max(1, 2 * ring)) {
          for (const k of buckets.get(key(c, r)) || []) {
            const far = Math.hypot(x[k] - x[i], y[k] - y[i]);
            if (k !== i && far > 0 && far < best) [best, dx[i], dy[i]] = [far, x[k] - x[i], y[k] - y[i]];
          }
        }
      }
    }
  }
  return { dx, dy };
}

/** Corners around points, which have no outline: squares where they lie on a grid, else octagons that hardly touch. */
function aroundPoints(x, y) {
  const { dx, dy } = neighbours(x, y);
  const far = Float64Array.from(dx, (d, i) => Math.hypot(d, dy[i]));
  const sorted = far.slice().sort();
  const middle = sorted[sorted.length >> 1] || 1e-5;
  const ninth = sorted[Math.floor(sorted.length * 0.9)];
  const grid = ninth < middle * 1.05;
  let typical = 0;
  while (typical < far.length - 1 && Math.abs(far[typical] - middle) > middle * 0.01) typical += 1;
  return (i) => {
    if (!grid) {
      const at = (k) => [(Math.cos(((k + 0.5) * Math.PI) / 4) * middle) / 2, (Math.sin(((k + 0.5) * Math.PI) / 4) * middle) / 2];
      return [[0, 1, 2, 3, 4, 5, 6, 7].map(at)];
    }
    // A lonely one takes the size and the turn of the others.
    const as = Math.abs(far[i] - middle) < middle * 0.05 ? i : typical;
    const [a, b] = [dx[as] / 2, dy[as] / 2];
    return [[[a - b, b + a], [-a - b, -b + a], [-a + b, -b - a], [a + b, b - a]]];
  };
}

function readOutline(numbers, quantum) {
  let [x, y] = [0, 0];
  return Array.from({ length: numbers.next() }, () =>
    Array.from({ length: numbers.next() }, () => {
      x += numbers.signed();
      y += numbers.signed();
      return [x * quantum, y * quantum];
    }),
  );
}

/** Cells: `x`, `y` their middles, `box` four numbers each, `rings[first[i]] … rings[first[i + 1]]` offsets in `corners`. */
export function cellsOf(coded) {
  const n = coded.n;
  const numbers = new Numbers(coded.b);
  const middles = new Float64Array(2 * n);
  const outlines = new Array(n);
  const known = [];
  let [px, py] = [0, 0];
  let points = 0;
  for (let i = 0; i < n; i++) {
    px += numbers.signed();
    py += numbers.signed();
    middles[2 * i] = coded.x + px * coded.q;
    middles[2 * i + 1] = coded.y + py * coded.q;
    const code = numbers.next();
    if (code === 1) known.push(readOutline(numbers, coded.q));
    outlines[i] = code === 0 ? null : code === 1 ? known[known.length - 1] : known[code - 2];
    points += code === 0;
  }
  const x = Float64Array.from({ length: n }, (_, i) => mercatorX(middles[2 * i]));
  const y = Float64Array.from({ length: n }, (_, i) => mercatorY(middles[2 * i + 1]));
  const dot = points ? aroundPoints(x, y) : null;
  const first = new Uint32Array(n + 1);
  const rings = [0];
  const corners = [];
  const box = new Float64Array(4 * n);
  for (let i = 0; i < n; i++) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    const outline = outlines[i];
    for (const places of outline || dot(i)) {
      for (const [dx, dy] of places) {
        const cx = outline ? mercatorX(middles[2 * i] + dx) : x[i] + dx;
        const cy = outline ? mercatorY(middles[2 * i + 1] + dy) : y[i] + dy;
        corners.push(cx, cy);
        if (cx < left) left = cx;
        if (cy < top) top = cy;
        if (cx > right) right = cx;
        if (cy > bottom) bottom = cy;
      }
      rings.push(corners.length / 2);
    }
    first[i + 1] = rings.length - 1;
    box.set([left, top, right, bottom], 4 * i);
  }
  return { n, x, y, box, first, rings: Uint32Array.from(rings), corners: Float64Array.from(corners) };
}

/** Lines of one level as offsets and coordinates. */
export function linesOf(coded) {
  const numbers = new Numbers(coded.b);
  const first = [0];
  const places = [];
  let [x, y] = [0, 0];
  while (numbers.at < numbers.bytes.length) {
    for (let left = numbers.next(); left > 0; left--) {
      x += numbers.signed();
      y += numbers.signed();
      places.push(mercatorX(coded.x + x * coded.q), mercatorY(coded.y + y * coded.q));
    }
    first.push(places.length / 2);
  }
  return { first: Uint32Array.from(first), places: Float64Array.from(places) };
}

/** Areas as offsets of rings and corners: `area[k] … area[k + 1]` rings of one, as `linesOf` has lines. */
export function areasOf(coded) {
  const numbers = new Numbers(coded.b);
  const area = [0];
  const first = [0];
  const places = [];
  let [x, y] = [0, 0];
  while (numbers.at < numbers.bytes.length) {
    for (let rings = numbers.next(); rings > 0; rings--) {
      for (let left = numbers.next(); left > 0; left--) {
        x += numbers.signed();
        y += numbers.signed();
        places.push(mercatorX(coded.x + x * coded.q), mercatorY(coded.y + y * coded.q));
      }
      first.push(places.length / 2);
    }
    area.push(first.length - 1);
  }
  return { area: Uint32Array.from(area), first: Uint32Array.from(first), places: Float64Array.from(places) };
}

/** Stops: names and places. */
export function stopsOf(coded) {
  const numbers = new Numbers(coded.b);
  const n = coded.names.length;
  const stops = { names: coded.names, x: new Float64Array(n), y: new Float64Array(n) };
  let [x, y] = [0, 0];
  for (let i = 0; i < n; i++) {
    x += numbers.signed();
    y += numbers.signed();
    stops.x[i] = mercatorX(coded.x + x * coded.q);
    stops.y[i] = mercatorY(coded.y + y * coded.q);
  }
  return stops;
}
