// Results in words: how the people of a profile travel, what tells a result from others, and what is set against what.
import { facts, results } from "./data.js";
import { currentLanguage, t } from "./texts.js";

const WALKED = "walk>transit>walk";
/** In which order several are named. */
const ORDER = ["walk", "transit", "bicycle", "car"];

/** The ways to travel of a profile. To public transport one walks anyway, so that walking says nothing beside it. */
export function modeOf(profile) {
  const given = (facts.parameters.profile || []).find((one) => one.name === profile)?.modes || [];
  const modes = new Set(given.map((mode) => (mode === WALKED ? "transit" : mode)));
  if ([...modes].some((mode) => mode.includes("transit"))) modes.delete("walk");
  const rank = (mode) => (ORDER.includes(mode) ? ORDER.indexOf(mode) : ORDER.length);
  return [...modes].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).join(" ");
}

/** Whether there is a mode to choose. */
export const differByMode = new Set(results.map((result) => modeOf(result.profile))).size > 1;

/** Ways to travel in words, as `modeOf` gives them. */
export function modeTitle(mode) {
  const words = mode.split(" ").map((one) => t(`mode_${one}`));
  const text = words.join(` ${t("or")} `);
  return text[0].toLocaleUpperCase(currentLanguage()) + text.slice(1);
}

/** A profile by its modes, where these differ; with its name, where it is not the only one that travels so. */
export function profileTitle(profile) {
  if (!differByMode) return profile;
  const mode = modeOf(profile);
  const isAlone = results.every((other) => other.profile === profile || modeOf(other.profile) !== mode);
  return isAlone ? modeTitle(mode) : `${modeTitle(mode)} (${profile})`;
}

function titleBy(result, differs) {
  const parts = ["scenario", "profile", "period"].filter(differs);
  return parts.map((key) => (key === "profile" ? profileTitle(result.profile) : result[key])).join(" · ");
}

/** What tells a result from the others: only the parts that differ. */
export function resultTitle(result) {
  const title = titleBy(result, (key) => results.some((other) => other[key] !== results[0][key]));
  return title || `${result.profile} · ${result.period}`;
}

/** What tells a result from one other. */
export function apartTitle(result, other) {
  return titleBy(result, (key) => result[key] !== other[key]);
}

export const SIGNS = { ratio: "÷", difference: "−" };
const WORDS = { ratio: "over", difference: "minus" };

/** The contrast of the study that sets a result against another of the same period. */
export function contrastName(how, result, other) {
  const isPair = result.scenario === "base" && other.scenario === "base" && result.period === other.period;
  return isPair ? `${result.profile}_${WORDS[how]}_${other.profile}-${result.period}` : null;
}

/** `adult_over_child-morning` in words: ÷ for over, − for minus. */
export function contrastTitle({ name }) {
  for (const how of Object.keys(WORDS)) {
    for (const [a, b] of results.flatMap((one) => results.map((other) => [one, other]))) {
      if (differByMode && a !== b && contrastName(how, a, b) === name) {
        const period = results.some((other) => other.period !== a.period) ? ` · ${a.period}` : "";
        return `${profileTitle(a.profile)} ${SIGNS[how]} ${profileTitle(b.profile)}${period}`;
      }
    }
  }
  return name.replace(/_over_/, " ÷ ").replace(/_minus_/, " − ").replace(/_/g, " ");
}
