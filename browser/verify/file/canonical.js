/**
 * Proof files as bytes: RFC 8785 canonical JSON, read in exactly one way (P1 of docs/spec/proof-file.md).
 *
 * The reader takes nothing but the canonical form, so that no two files say the same. Objects become Maps: no name in
 * a file can reach a prototype. Numbers are whole and at most 2^53 - 1.
 */
import { fromUtf8 } from "../../shared/bytes.js";
import { Malformed } from "../../shared/errors.js";

/** Most bytes that are looked at (P1.2). */
export const FILE_LIMIT = 16 << 20;
/** Most arrays and objects inside each other (P1.3). */
export const DEPTH_LIMIT = 16;

const SHORT = new Map(Object.entries({ '"': '"', "\\": "\\", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }));
const LITERALS = /** @type {const} */ ([
  ["null", null],
  ["true", true],
  ["false", false],
]);

/**
 * Read a file's bytes.
 * @param {Uint8Array} data
 * @returns {Map<string, unknown>}
 */
export function parsed(data) {
  if (!data.length) throw new Malformed("the file is empty: it was cut off");
  if (data.length > FILE_LIMIT) {
    throw new Malformed("the file has {size} bytes, and {limit} are the most there can be", {
      size: data.length,
      limit: FILE_LIMIT,
    });
  }
  const text = fromUtf8(data);
  if (text === null) throw new Malformed("the file is not UTF-8");
  return new Reader(text).whole();
}

class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.depth = 0;
  }

  /** @returns {Map<string, unknown>} */
  whole() {
    if (this.text[0] !== "{") throw new Malformed("the file is not a JSON object in its canonical form");
    const found = this.object();
    if (this.at !== this.text.length) {
      throw new Malformed("the file goes on after its end, at character {at}", { at: this.at });
    }
    return found;
  }

  /** @returns {unknown} */
  value() {
    const sign = this.text[this.at];
    if (sign === "{") return this.object();
    if (sign === "[") return this.array();
    if (sign === '"') return this.string();
    for (const [name, value] of LITERALS) {
      if (this.text.startsWith(name, this.at)) {
        this.at += name.length;
        return value;
      }
    }
    return this.number();
  }

  object() {
    /** @type {Map<string, unknown>} */
    const found = new Map();
    let last = "";
    this.listed("}", () => {
      const name = this.string();
      if (found.has(name)) throw new Malformed("the name {name} is there twice in one object", { name: name.slice(0, 80) });
      if (name < last) throw this.wrong();
      last = name;
      this.take(":");
      found.set(name, this.value());
    });
    return found;
  }

  array() {
    /** @type {unknown[]} */
    const found = [];
    this.listed("]", () => found.push(this.value()));
    return found;
  }

  /**
   * Read what stands between two brackets.
   * @param {string} end
   * @param {() => void} item
   */
  listed(end, item) {
    this.at++;
    if (++this.depth > DEPTH_LIMIT) throw new Malformed("the file nests deeper than {limit} levels", { limit: DEPTH_LIMIT });
    if (this.text[this.at] !== end) {
      item();
      while (this.text[this.at] === ",") {
        this.at++;
        item();
      }
    }
    this.take(end);
    this.depth--;
  }

  /** @returns {string} */
  string() {
    this.take('"');
    let found = "";
    let start = this.at;
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x22) break;
      if (!(code >= 0x20)) throw this.wrong();
      this.at++;
      if (code !== 0x5c) continue;
      found += this.text.slice(start, this.at - 1) + this.escape();
      start = this.at;
    }
    return found + this.text.slice(start, this.at++);
  }

  /** Read what follows a backslash, in the one form that each sign has. */
  escape() {
    const short = SHORT.get(this.text[this.at]);
    if (short !== undefined) {
      this.at++;
      return short;
    }
    const found = /^u(00[01][0-9a-f])/.exec(this.text.slice(this.at, this.at + 5));
    const sign = found && String.fromCharCode(parseInt(found[1], 16));
    if (sign === null || "\b\t\n\f\r".includes(sign)) throw this.wrong();
    this.at += 5;
    return sign;
  }

  number() {
    const digits = /^-?[0-9][0-9.eE+-]*/.exec(this.text.slice(this.at, this.at + 40))?.[0];
    if (digits === undefined) throw this.wrong();
    if (!/^(?:0|-?[1-9][0-9]*)$/.test(digits)) throw new Malformed("{digits} is not a whole number in its one form", { digits });
    const found = Number(digits);
    if (!Number.isSafeInteger(found)) throw new Malformed("the number {digits} is larger than every reader can hold", { digits });
    this.at += digits.length;
    return found;
  }

  /** @param {string} sign */
  take(sign) {
    if (this.text[this.at] !== sign) throw this.wrong();
    this.at++;
  }

  wrong() {
    return new Malformed("the file is not in its canonical form, from character {at} on: use it as it was exported", {
      at: this.at,
    });
  }
}
