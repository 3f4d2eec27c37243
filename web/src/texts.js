// Words and numbers in the reader's language. Languages are files in web/texts; the bundle has them as TEXTS.

/* global TEXTS */
let language = "en";

export function languages() {
  return Object.keys(TEXTS).map((code) => [code, TEXTS[code].language]);
}

export function currentLanguage() {
  return language;
}

export function setLanguage(code) {
  language = TEXTS[code] ? code : "en";
  document.documentElement.lang = language;
}

/** The reader's first language that there is. */
export function preferredLanguage() {
  const wanted = (navigator.languages || []).map((tag) => tag.slice(0, 2));
  return wanted.find((code) => TEXTS[code]) || "en";
}

/** A text with its places filled. */
export function t(key, values = {}) {
  const text = TEXTS[language][key] ?? TEXTS.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** A number with all its decimals, up to `decimals`. */
export function exact(value, decimals) {
  if (value === Infinity) return t("never");
  if (!Number.isFinite(value)) return t("blank");
  return value.toLocaleString(language, { maximumFractionDigits: decimals });
}

/** A number to three or four digits, for sentences and axes. */
export function about(value) {
  if (value === Infinity || value === "inf") return t("never");
  if (value === null || value === undefined || Number.isNaN(value)) return t("blank");
  const size = Math.abs(value);
  const options = size >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: size < 1 ? 3 : 4 };
  return value.toLocaleString(language, options);
}

export function percent(share) {
  // Nearly nothing and nearly all are neither.
  const digits = (share > 0 && share < 0.1) || (share > 0.9 && share < 1) ? 1 : 0;
  return share.toLocaleString(language, { style: "percent", maximumFractionDigits: digits });
}
