// The view as a few words in the page's address, so that a link brings it back.
import { contrasts, measureOf, results } from "./data.js";
import { preferredLanguage } from "./texts.js";

const measures = results[0]?.measures || [];
const first =
  ["_30min_p50", "_30min_", ""].map((part) => measures.find((measure) => measure.name.includes(part))).find(Boolean);

export const state = {
  /** The measure's name. */
  m: first?.name || "",
  /** The result, and the one it is compared with ("" none), by number. */
  r: 0,
  d: "",
  /** How they are compared: "" their difference, "ratio". */
  h: "",
  /** The contrast that is shown, by number; "" none. */
  k: "",
  /** How classes are cut, and into how many. */
  c: "quantiles",
  n: 7,
  /** Latitude, longitude, zoom: "" the whole region. */
  v: "",
  /** The chosen cell's id; "1": its travel times are shown. */
  cell: "",
  t: "",
  /** "1": streets are drawn by traffic stress. */
  s: "",
  lang: preferredLanguage(),
};

export function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const key of Object.keys(state)) {
    if (!given.has(key)) continue;
    state[key] = given.get(key);
  }
  const number = (value, low, high, otherwise) => {
    const n = Number(value);
    return value !== "" && Number.isInteger(n) && n >= low && n <= high ? n : otherwise;
  };
  state.r = number(state.r, 0, results.length - 1, 0);
  state.d = number(state.d, 0, results.length - 1, "");
  state.k = number(state.k, 0, contrasts.length - 1, "");
  state.n = number(state.n, 3, 9, 7);
  if (state.d === state.r) state.d = "";
  if (state.h !== "ratio") state.h = "";
  if (state.s !== "1") state.s = "";
  if (!["quantiles", "people", "equal"].includes(state.c)) state.c = "quantiles";
  if (!measureOf(results[state.r], state.m)) state.m = first?.name || "";
}

export function address() {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) {
    if (value !== "") words.set(key, value);
  }
  return `${location.href.split("#")[0]}#${words}`;
}

let waiting = 0;

/** Writes the address soon: browsers allow few changes a second. */
export function keepAddress() {
  clearTimeout(waiting);
  waiting = setTimeout(writeAddress, 250);
}

export function writeAddress() {
  clearTimeout(waiting);
  try {
    history.replaceState(null, "", address());
  } catch {
    // Where a file's history may not be touched, the button still copies the link.
  }
}
