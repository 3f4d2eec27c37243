// The legend: colours with their bounds and who lives there, patterns with their words.
import { population, weights } from "./data.js";
import { element, fill } from "./dom.js";
import { hatchUrl } from "./patterns.js";
import { STRESS } from "./stress.js";
import { about, percent, t } from "./texts.js";

/** Colours of streets by their stress, with how much there is of each. */
function stressLegend({ table, km }) {
  const row = (length, k) =>
    element(
      "li",
      {},
      element("span", { class: "stroke", style: `background:${STRESS[k].colour};height:${STRESS[k].width + 2}px`, "aria-hidden": "true" }),
      element("span", { class: "bound" }, `${k + 1}: ${t(`stress_${k + 1}`)}`),
      element("span", { class: "share" }, t("km", { n: about(length) })),
    );
  return element(
    "section",
    { id: "stress-legend" },
    element("h3", {}, t("stress")),
    element("p", { class: "by" }, t("stressBy", { table })),
    element("ul", {}, ...km.map(row)),
  );
}

/** `classes` as classify gives them; of the scene the `marked` cells by the first letter of their status, and `stress` of
 * streets, where it is drawn; and what is shown. */
export function buildLegend(title, classes, { marked, stress }, { decimals, isTime, isDifference, isRatio, isScenario }) {
  const sums = new Map();
  let all = 0;
  for (let i = 0; i < classes.of.length; i++) {
    all += weights[i];
    sums.set(classes.of[i], (sums.get(classes.of[i]) || 0) + weights[i]);
  }
  const share = (k) => percent(all > 0 ? (sums.get(k) || 0) / all : 0);
  const whole = decimals === 0 && !isTime && !isRatio;
  const bound = ([low, high], k) => {
    const isCentre = low === high && (isDifference || isRatio) && classes.bounds.length > 1;
    if (isCentre && 2 * k + 1 === classes.bounds.length) return t(isScenario ? "same" : "equalBoth");
    if (low === high) return about(low);
    // Whole numbers up to the last before the next class say what belongs where.
    const last = k === classes.bounds.length - 1 || low < 0;
    const upper = whole && !last && Number.isInteger(high) && high - 1 >= low ? high - 1 : high;
    return upper === low ? about(low) : t("to", { a: about(low), b: about(upper) });
  };
  const row = (style, text, note) =>
    element(
      "li",
      {},
      element("span", { class: "swatch", style, "aria-hidden": "true" }),
      element("span", { class: "bound" }, text),
      element("span", { class: "share" }, note),
    );
  const rows = classes.bounds.map((bounds, k) => row(`background:${classes.colours[k]}`, bound(bounds, k), share(k)));
  if (sums.get(-2)) rows.push(row("background:#4a4f57", t("never"), share(-2)));
  if (sums.get(-1)) rows.push(row("background:#dde1e6", t(isTime && !isDifference ? "never" : "blank"), share(-1)));
  const words = { u: "unlinked", i: "island", n: "no_service" };
  for (const [letter, cells] of Object.entries(marked)) {
    if (cells.length) {
      const style = `background-image:url(${hatchUrl(letter)});background-color:#b9c0c8`;
      rows.push(row(style, t(words[letter]), `${about(cells.length)} ${t("cells")}`));
    }
  }
  fill(
    "legend",
    element("h2", {}, title),
    element("p", { class: "shares" }, population ? t("ofPeople", { share: "%" }) : t("ofCells", { share: "%" })),
    element("ul", { class: stress ? "pale" : null }, ...rows),
    stress && stressLegend(stress),
  );
}
