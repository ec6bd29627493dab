/** What a step says: a template with values, so that it can be said in another language. */
import { filled } from "../../shared/errors.js";

/** @typedef {{template: string, values: Record<string, unknown>}} Said */

const LAST = 253402300799n;

/** @param {string} template @param {Record<string, unknown>} [values] @returns {Said} */
export const said = (template, values = {}) => ({ template, values });

/** @param {Said} one */
export const inEnglish = ({ template, values }) => filled(template, values);

/**
 * Write Unix seconds as a date; 0 as "never", and a number beyond the year 9999 as a number.
 * @param {number | bigint} time
 */
export function instant(time) {
  if (time <= 0 || BigInt(time) > LAST) return time ? `${time}` : "never";
  return new Date(Number(time) * 1000).toISOString().replace("T", " ").replace(".000Z", " UTC");
}

/** Name entries in a sentence, not too many of them. @param {(number | string)[]} names */
export const listed = (names) => names.slice(0, 10).join(", ") + (names.length > 10 ? ` (+${names.length - 10})` : "");
