/** The page's two languages: English is written in the sources, other words stand in the page as data. */
import { filled } from "../../shared/errors.js";

/** @typedef {import("../steps/said.js").Said} Said */

/** @type {Record<string, Map<string, string>>} */
const DICTIONARIES = { en: new Map() };
let language = "en";

/** Take the words that stand in the page. @param {Record<string, string>} chinese */
export function learn(chinese) {
  DICTIONARIES.zh = new Map(Object.entries(chinese));
}

/** @param {string} wanted */
export function speak(wanted) {
  language = wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
  document.documentElement.lang = language;
}

export const spoken = () => language;

/** @param {string} text */
const translated = (text) => DICTIONARIES[language].get(text) ?? text;

/**
 * Say something in the reader's language.
 * @param {string} template
 * @param {Record<string, unknown>} [values]
 */
export const t = (template, values = {}) => filled(template, values, translated);

/** @param {Said} one */
export const told = ({ template, values }) => t(template, values);

/** Translate what the page's own markup says, and the title. */
export function translatePage() {
  for (const element of document.querySelectorAll("[data-t]")) {
    const own = /** @type {HTMLElement} */ (element);
    own.dataset.t ||= own.textContent ?? "";
    own.textContent = translated(own.dataset.t);
  }
  document.title = t("Verify a support ticket");
}
