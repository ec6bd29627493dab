/**
 * Bytes, and hexadecimal texts that stand for them.
 *
 * What has a fixed size (hashes, addresses, words) is a text like "0x00ff" in lower case, so that it compares with
 * === and can be a key; what has any size is a Uint8Array.
 */
import { Impossible } from "./errors.js";

/** @typedef {string} Hex Lower-case hexadecimal digits in pairs, after 0x. */

/** 32 zero bytes: no content, no authority, nothing stored. */
export const NOTHING = "0x" + "0".repeat(64);

/** The zero address: no customer, no assignee, no gate. */
export const NOBODY = "0x" + "0".repeat(40);

const DIGITS = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));

/** @param {Uint8Array} data @returns {Hex} */
export function toHex(data) {
  let text = "0x";
  for (const value of data) text += DIGITS[value];
  return text;
}

/**
 * @param {Hex} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromHex(text) {
  if (!/^0x(?:[0-9a-f]{2})*$/.test(text)) throw new Impossible("not hexadecimal: {text}", { text: text.slice(0, 80) });
  const data = new Uint8Array(text.length / 2 - 1);
  for (let at = 0; at < data.length; at++) data[at] = parseInt(text.slice(2 * at + 2, 2 * at + 4), 16);
  return data;
}

/** Count the bytes that a hexadecimal text stands for. @param {Hex} text */
export const size = (text) => text.length / 2 - 1;

/**
 * Lay parts side by side.
 * @param {...(Uint8Array | Hex)} parts
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function joined(...parts) {
  const pieces = parts.map((one) => (typeof one === "string" ? fromHex(one) : one));
  const whole = new Uint8Array(pieces.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of pieces) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
}

/** @param {Uint8Array} one @param {Uint8Array} other */
export const sameBytes = (one, other) =>
  one.length === other.length && one.every((value, at) => value === other[at]);

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
export const utf8 = (text) => new TextEncoder().encode(text);

/**
 * Read UTF-8 strictly: no replacement characters, and a byte order mark stays what it is.
 * @param {Uint8Array} data
 * @returns {string | null} Null when it is none.
 */
export function fromUtf8(data) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Tell whether a text is Unicode: no half of a surrogate pair. @param {string} text */
export const isUnicode = (text) =>
  !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);

/**
 * Encode an unsigned integer as one word of Solidity's ABI.
 * @param {number | bigint} value
 * @param {number} [bits]
 * @returns {Hex}
 */
export function uint(value, bits = 256) {
  const number = BigInt(value);
  if (number < 0n || number >> BigInt(bits)) {
    throw new Impossible("{value} does not fit into uint{bits}", { value: number, bits });
  }
  return "0x" + number.toString(16).padStart(64, "0");
}

/**
 * Encode an address as one word.
 * @param {Hex} value
 * @returns {Hex}
 */
export function addressWord(value) {
  if (size(value) !== 20) throw new Impossible("an address is 20 bytes, not {count}", { count: size(value) });
  return "0x" + "0".repeat(24) + value.slice(2);
}

/**
 * Pass a word on, which is to check that it is one.
 * @param {Hex} value
 * @returns {Hex}
 */
export function word(value) {
  if (size(value) !== 32) throw new Impossible("a word is 32 bytes, not {count}", { count: size(value) });
  return value;
}

/**
 * Encode `bytes`, or the UTF-8 of a `string`, as what the offset in an encoding points to.
 * @param {Uint8Array} data
 * @returns {Uint8Array<ArrayBuffer>}
 */
export const dynamic = (data) =>
  joined(uint(data.length), data, new Uint8Array((32 - (data.length % 32)) % 32));

/**
 * Write bytes in base64.
 * @param {Uint8Array} data
 */
export function toBase64(data) {
  let text = "";
  for (const value of data) text += String.fromCharCode(value);
  return btoa(text);
}

/**
 * Read base64 that is written in the one way.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer> | null} Null when it is not.
 */
export function fromBase64(text) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null;
  const data = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  return toBase64(data) === text ? data : null;
}
