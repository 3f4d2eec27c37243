// Weighted figures of the values on the map, as docs/measures.md defines them.

/** Cells with a finite value and somebody living there, the smallest value first. */
export function ranked(values, weights) {
  const order = [];
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i]) && weights[i] > 0) order.push(i);
  return order.sort((a, b) => values[a] - values[b]);
}

/** The smallest value with at least that share of the weight at or below it. */
export function quantile(order, values, weights, share) {
  let all = 0;
  for (const i of order) all += weights[i];
  let sum = 0;
  for (const i of order) {
    sum += weights[i];
    if (sum >= share * all) return values[i];
  }
  return NaN;
}

export function mean(order, values, weights) {
  let [sum, all] = [0, 0];
  for (const i of order) {
    sum += weights[i] * values[i];
    all += weights[i];
  }
  return all > 0 ? sum / all : NaN;
}

/** Shares of the weight in equal steps from the smallest value to the largest. */
export function histogram(order, values, weights, bins) {
  if (!order.length) return { edges: [], shares: [] };
  const [low, high] = [values[order[0]], values[order[order.length - 1]]];
  const width = (high - low) / bins || 1;
  const shares = new Array(bins).fill(0);
  let all = 0;
  for (const i of order) {
    shares[Math.min(bins - 1, Math.floor((values[i] - low) / width))] += weights[i];
    all += weights[i];
  }
  return {
    edges: Array.from({ length: bins + 1 }, (_, k) => low + k * width),
    shares: shares.map((share) => share / all),
  };
}

/** Groups of equal weight by a key, as [mean key, mean value]. */
export function byRank(values, keys, weights, parts) {
  const order = ranked(keys, weights).filter((i) => Number.isFinite(values[i]));
  const all = order.reduce((sum, i) => sum + weights[i], 0);
  const sums = Array.from({ length: parts }, () => [0, 0, 0]);
  let done = 0;
  for (const i of order) {
    // The middle of the cell's people decides where all of them belong.
    const part = Math.min(parts - 1, Math.floor(((done + weights[i] / 2) / all) * parts));
    done += weights[i];
    sums[part][0] += weights[i] * keys[i];
    sums[part][1] += weights[i] * values[i];
    sums[part][2] += weights[i];
  }
  return sums.filter(([, , weight]) => weight > 0).map(([key, value, weight]) => [key / weight, value / weight]);
}

/** Shares of the weight with a value above, at and below a centre: 0 of differences, 1 of ratios. */
export function changes(values, weights, centre) {
  let [gain, same, lose] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    if (values[i] > centre) gain += weights[i];
    else if (values[i] < centre) lose += weights[i];
    else same += weights[i];
  }
  const all = gain + same + lose || 1;
  return { gain: gain / all, same: same / all, lose: lose / all };
}
