/**
 * An entry's content: named fields, each a salted leaf, so that one can be shown and the others withheld.
 *
 * The type of a field is fixed by its name. Text becomes NFC once, in `created`; everything else takes values as they
 * are. Leaves are those of the *private data* scheme of the Ethereum Attestation Service.
 */
import { dynamic, isUnicode, joined, size, toHex, uint, utf8, word } from "./bytes.js";
import { Impossible } from "./errors.js";
import { keccak256 } from "./hashes.js";

/** @typedef {import("./bytes.js").Hex} Hex */
/** @typedef {string | bigint} Value A text, a number, or 32 bytes in hexadecimal: as the type says. */
/** @typedef {{name: string, type: string, value: Value, salt: Hex}} Field */

/** Most bytes that the encoded values of one entry may have together. */
export const CONTENT_LIMIT = 1 << 20;

const FIXED = new Map([
  ...["kind", "subject", "body", "author", "channel", "language"].map((name) => /** @type {const} */ ([name, "string"])),
  ["createdAt", "uint64"],
  ["log.count", "uint64"],
  ["log.last", "bytes32"],
]);
const ATTACHMENT = /^(attachment\.(?:0|[1-9][0-9]?))(\.name|\.type|\.size)?$/;
const DETAILS = new Map([
  [undefined, "bytes32"],
  [".name", "string"],
  [".type", "string"],
  [".size", "uint64"],
]);

/**
 * Tell the one type that fields of this name have.
 * @param {string} name
 * @returns {string}
 */
export function fieldType(name) {
  const attachment = ATTACHMENT.exec(name);
  const found = FIXED.get(name) ?? (attachment && DETAILS.get(attachment[2]));
  if (!found) throw new Impossible("no field is named {name}", { name: name.slice(0, 80) });
  return found;
}

/**
 * Make a field, which is to check it.
 * @param {string} name
 * @param {Value} value
 * @param {Hex} salt
 * @returns {Field}
 */
export function field(name, value, salt) {
  const type = fieldType(name);
  if (size(salt) !== 32) throw new Impossible("the salt of {name} is not 32 bytes", { name });
  const made = { name, type, value, salt };
  encoded(made);
  return made;
}

/**
 * Give `abi.encode([type], [value])`.
 * @param {Field} one
 * @returns {Uint8Array}
 */
export function encoded({ name, type, value }) {
  if (typeof value !== (type === "uint64" ? "bigint" : "string")) {
    throw new Impossible("{name} is a {type}", { name, type });
  }
  if (type === "uint64") return joined(uint(BigInt(value), 64));
  if (type === "bytes32") return joined(word(String(value)));
  if (!isUnicode(String(value))) throw new Impossible("{name} is not valid Unicode", { name });
  return joined(uint(32), dynamic(utf8(String(value))));
}

/**
 * Give the hash that stands for a field; hashed twice, so that no inner node passes for it.
 * @param {Field} one
 * @returns {Hex}
 */
export function leaf(one) {
  const type = dynamic(utf8(one.type));
  const name = dynamic(utf8(one.name));
  const nameAt = 128 + type.length;
  const head = [uint(128), uint(nameAt), uint(nameAt + name.length), one.salt];
  return keccak256(keccak256(...head, type, name, dynamic(encoded(one))));
}

/**
 * Pass names on if they are some, known, ascending, and each there once.
 * @param {string[]} names
 */
export function checkedNames(names) {
  names.forEach(fieldType);
  if (!names.length || names.some((name, at) => at > 0 && names[at - 1] >= name)) {
    throw new Impossible("names of fields must be ascending and each there once: {names}", {
      names: names.join(", ").slice(0, 200) || "none",
    });
  }
  return names;
}

/**
 * Make a new content: normalise its text to NFC, salt each field, and sort them by name.
 * @param {Record<string, Value>} values By name.
 * @param {() => Hex} [salt] Gives 32 random bytes; to be replaced in tests only.
 * @returns {Field[]}
 */
export function created(values, salt = randomWord) {
  checkComplete(values);
  const fields = checkedNames(Object.keys(values).sort()).map((name) => field(name, normalised(name, values[name]), salt()));
  if (fields.reduce((sum, one) => sum + encoded(one).length, 0) > CONTENT_LIMIT) {
    throw new Impossible("the content is larger than {size} KiB", { size: CONTENT_LIMIT >> 10 });
  }
  return fields;
}

/** @returns {Hex} */
const randomWord = () => toHex(crypto.getRandomValues(new Uint8Array(32)));

/** @param {string} name @param {Value} value */
function normalised(name, value) {
  if (fieldType(name) !== "string") return value;
  const text = String(value).normalize("NFC");
  if (!text.trim()) throw new Impossible("{name} is empty", { name });
  return text;
}

/** @param {Record<string, Value>} values */
function checkComplete(values) {
  for (const name of Object.keys(values)) {
    const of = ATTACHMENT.exec(name)?.[1];
    if (of && !Object.hasOwn(values, of)) {
      throw new Impossible("{name} describes {of}, which is missing", { name, of });
    }
  }
  if (Object.hasOwn(values, "log.count") !== Object.hasOwn(values, "log.last")) {
    throw new Impossible("log.count and log.last are the two halves of one place: give both or neither");
  }
}

/**
 * Write fields as proof files, stores and `eas-sdk` have them: four texts each.
 * @param {Field[]} fields
 */
export const fieldsToJson = (fields) =>
  fields.map(({ name, salt, type, value }) => ({ name, salt, type, value: String(value) }));
