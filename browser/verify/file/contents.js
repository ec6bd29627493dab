/** What a proof file shows of an entry's content: all names and leaves always, values of some or of none (P4.6). */
import { Impossible, Malformed, Mismatch } from "../../shared/errors.js";
import { checkCommitment } from "../../shared/commitment.js";
import * as fieldTree from "../../shared/field-tree.js";
import { checkedNames, field, fieldType, leaf } from "../../shared/fields.js";
import { array, fixed, members } from "./values.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {import("../../shared/fields.js").Field} Field */
/** @typedef {{fields: Field[], path: fieldTree.Path}} Shown */
/** @typedef {{names: string[], leaves: Hex[], shown: Shown | null}} Content */

/**
 * @param {unknown} data
 * @returns {Content}
 */
export function contentFrom(data) {
  const parts = members(data, ["leaves", "names", "shown"], "a content");
  return {
    names: array(parts.names, "names").map((name) => text(name, "a name")),
    leaves: array(parts.leaves, "leaves").map((one) => fixed(one, 32, "a leaf")),
    shown: parts.shown === null ? null : shownFrom(parts.shown),
  };
}

/** @param {unknown} data @returns {Shown} */
function shownFrom(data) {
  const parts = members(data, ["leaves", "proof", "proofFlags"], "what is shown");
  const flags = array(parts.proofFlags, "proofFlags").map((flag) => {
    if (typeof flag !== "boolean") throw new Malformed("proofFlags are true or false");
    return flag;
  });
  const proof = array(parts.proof, "a proof").map((one) => fixed(one, 32, "a node of a proof"));
  return { fields: array(parts.leaves, "fields").map(fieldFrom), path: { proof, flags } };
}

/** @param {unknown} data @returns {Field} */
function fieldFrom(data) {
  const parts = members(data, ["name", "salt", "type", "value"], "a field");
  const [name, type, value] = [parts.name, parts.type, parts.value].map((one) => text(one, "a part of a field"));
  const salt = fixed(parts.salt, 32, "a salt");
  try {
    if (type !== fieldType(name)) throw new Malformed("{name} is of another type than its name has", { name });
    return field(name, type === "uint64" ? decimal(value) : type === "bytes32" ? fixed(value, 32, name) : value, salt);
  } catch (error) {
    if (error instanceof Impossible) throw new Malformed(error.template, error.values);
    throw error;
  }
}

/** @param {unknown} data @param {string} what */
function text(data, what) {
  if (typeof data !== "string") throw new Malformed("{what} is not a text", { what });
  return data;
}

/** @param {string} digits */
function decimal(digits) {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(digits)) throw new Malformed("a number is written in decimal, without sign or leading zeros");
  return BigInt(digits);
}

/**
 * Check that names, leaves and what is shown are what was committed to (V9.1 to V9.3).
 * @param {Content} content
 * @param {Hex} place Computed by the verifier from the entry.
 * @param {Hex} expected As it stands in the entry.
 */
export function checkContent({ names, leaves, shown }, place, expected) {
  const leafOf = new Map(checkedNames(names).map((name, at) => [name, leaves[at]]));
  checkCommitment(names, leaves, place, expected);
  if (shown === null) return;
  const own = shown.fields.map(leaf);
  const wrong = shown.fields.find(({ name }, at) => leafOf.get(name) !== own[at]);
  if (wrong) throw new Mismatch("{name} is not what was committed to", { name: wrong.name });
  if (!own.length || own.some((one, at) => at > 0 && own[at - 1] >= one) || !samePath(shown.path, fieldTree.prove(leaves, own))) {
    throw new Mismatch("the shown fields come without the one proof that they have");
  }
}

/** @param {fieldTree.Path} one @param {fieldTree.Path} other */
const samePath = (one, other) => one.proof.join() === other.proof.join() && one.flags.join() === other.flags.join();
