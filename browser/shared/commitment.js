/**
 * What an entry leaves on the chain instead of its content: one hash, bound to its place and to its fields.
 */
import { addressWord, dynamic, joined, uint, utf8, word } from "./bytes.js";
import { Impossible, Mismatch } from "./errors.js";
import * as fieldTree from "./field-tree.js";
import { checkedNames, leaf } from "./fields.js";
import { keccak256 } from "./hashes.js";

/** @typedef {import("./bytes.js").Hex} Hex */

const TAG = keccak256(utf8("supportledger.commitment.v1"));

/**
 * Say where a content belongs, so that it cannot be used anywhere else.
 * @param {number | bigint} chainId
 * @param {Hex} ledger
 * @param {Hex} ticket 32 zero bytes in Open, whose id follows from the commitment.
 * @param {number} action
 * @param {Hex} actor
 * @returns {Hex}
 */
export const context = (chainId, ledger, ticket, action, actor) =>
  keccak256(uint(chainId), addressWord(ledger), word(ticket), uint(action, 8), addressWord(actor));

/**
 * Bind every name to its leaf: `keccak256(abi.encode(string[] names, bytes32[] leaves))`.
 * @param {string[]} names
 * @param {Hex[]} leaves
 * @returns {Hex}
 */
export function manifest(names, leaves) {
  if (names.length !== leaves.length) {
    throw new Impossible("{names} names have {leaves} leaves", { names: names.length, leaves: leaves.length });
  }
  const tails = checkedNames(names).map((name) => dynamic(utf8(name)));
  const offsets = [];
  let at = names.length * 32;
  for (const tail of tails) {
    offsets.push(uint(at));
    at += tail.length;
  }
  const count = uint(names.length);
  const body = joined(count, ...offsets, ...tails, count);
  return keccak256(uint(64), uint(64 + body.length - 32), body, ...leaves.map(word));
}

/**
 * Hash context, field root and manifest, under the tag of this version.
 * @param {Hex} place
 * @param {Hex} fieldRoot
 * @param {Hex} named As `manifest` gives it.
 * @returns {Hex}
 */
export const commitment = (place, fieldRoot, named) => keccak256(TAG, word(place), word(fieldRoot), word(named));

/**
 * Commit to names and leaves in a context.
 * @param {string[]} names
 * @param {Hex[]} leaves
 * @param {Hex} place As `context` gives it.
 * @returns {Hex}
 */
export const commitTo = (names, leaves, place) =>
  commitment(place, fieldTree.root(leaves), manifest(names, leaves));

/**
 * Commit to a whole content at its place.
 * @param {import("./fields.js").Field[]} fields Names ascending.
 * @param {Hex} place
 * @returns {Hex}
 */
export const commit = (fields, place) => commitTo(fields.map((one) => one.name), fields.map(leaf), place);

/**
 * Check that an entry with these names and leaves is what was committed to.
 * @param {string[]} names
 * @param {Hex[]} leaves
 * @param {Hex} place
 * @param {Hex} expected
 */
export function checkCommitment(names, leaves, place, expected) {
  const actual = commitTo(names, leaves, place);
  if (actual !== expected) {
    throw new Mismatch("the content makes commitment {actual}, the ledger has {expected}", { actual, expected });
  }
}
