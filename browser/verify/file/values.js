/** Values of a proof file, each with the one way in which it is written (P2 of docs/spec/proof-file.md). */
import { fromHex } from "../../shared/bytes.js";
import { Malformed } from "../../shared/errors.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */

/**
 * Read an object that has exactly these members (P2.1).
 * @param {unknown} data
 * @param {string[]} names
 * @param {string} what
 * @returns {Record<string, unknown>} Without a prototype.
 */
export function members(data, names, what) {
  if (!(data instanceof Map)) throw new Malformed("{what} is not an object", { what });
  const missing = names.filter((name) => !data.has(name)).sort();
  if (missing.length) throw new Malformed("{what} lacks {names}", { what, names: missing.join(", ") });
  const more = [...data.keys()].filter((name) => !names.includes(name));
  if (more.length) throw new Malformed("{what} has the unknown member {name}", { what, name: String(more[0]).slice(0, 80) });
  const found = Object.create(null);
  for (const name of names) found[name] = data.get(name);
  return found;
}

/**
 * @param {unknown} data
 * @param {string} what
 * @returns {unknown[]}
 */
export function array(data, what) {
  if (!Array.isArray(data)) throw new Malformed("{what} is not an array", { what });
  return data;
}

/**
 * Read a number from 0 to 2**bits - 1 (P2.3).
 * @param {unknown} data
 * @param {number} bits
 * @param {string} what
 * @returns {number}
 */
export function integer(data, bits, what) {
  if (typeof data !== "number" || !Number.isSafeInteger(data) || data < 0 || data >= 2 ** bits) {
    throw new Malformed("{what} is not a whole number of at most {bits} bits", { what, bits });
  }
  return data;
}

/**
 * Read one of a few words.
 * @param {unknown} data
 * @param {readonly string[]} words
 * @param {string} what
 * @returns {string}
 */
export function chosen(data, words, what) {
  if (typeof data !== "string" || !words.includes(data)) {
    throw new Malformed("{what} is not one of {words}", { what, words: words.join(", ") });
  }
  return data;
}

/**
 * Read bytes of a fixed size, which stay hexadecimal (P2.2).
 * @param {unknown} data
 * @param {number} bytes
 * @param {string} what
 * @returns {Hex}
 */
export function fixed(data, bytes, what) {
  const found = hex(data, what);
  const count = found.length / 2 - 1;
  if (count !== bytes) throw new Malformed("{what} has {count} bytes, not {bytes}", { what, count, bytes });
  return found;
}

/**
 * Read bytes of any size.
 * @param {unknown} data
 * @param {string} what
 */
export const octets = (data, what) => fromHex(hex(data, what));

/** @param {unknown} data @param {string} what @returns {Hex} */
function hex(data, what) {
  if (typeof data !== "string" || data.length % 2 || !/^0x[0-9a-f]*$/.test(data)) {
    throw new Malformed("{what} is not 0x and lower-case hexadecimal digits in pairs", { what });
  }
  return data;
}
