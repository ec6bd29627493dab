/**
 * A Merkle tree over a handful of leaf hashes: the *standard* tree of `@openzeppelin/merkle-tree`.
 *
 * Leaves are sorted ascending and laid from the end of an array towards its front; each pair of nodes is sorted before
 * it is hashed.
 */
import { Impossible } from "./errors.js";
import { keccak256 } from "./hashes.js";

/** @typedef {import("./bytes.js").Hex} Hex */
/** @typedef {{proof: Hex[], flags: boolean[]}} Path */

/** @param {Hex[]} leaves @returns {Hex} */
export const root = (leaves) => tree(leaves)[0];

/**
 * Prove that all chosen leaves are among the leaves.
 * @param {Hex[]} leaves
 * @param {Hex[]} chosen
 * @returns {Path}
 */
export function prove(leaves, chosen) {
  const nodes = tree(leaves);
  const places = new Map(nodes.map((leaf, place) => [leaf, place]).slice(leaves.length - 1));
  if (!chosen.length || new Set(chosen).size !== chosen.length || !chosen.every((leaf) => places.has(leaf))) {
    throw new Impossible("a proof needs at least one leaf, each of them in the tree and named once");
  }
  const waiting = chosen.map((leaf) => Number(places.get(leaf))).sort((one, other) => other - one);
  /** @type {Path} */
  const path = { proof: [], flags: [] };
  for (let at = 0; waiting[at] > 0; at++) {
    const place = waiting[at];
    const sibling = place % 2 ? place + 1 : place - 1;
    const both = at + 1 < waiting.length && waiting[at + 1] === sibling;
    if (both) at++;
    else path.proof.push(nodes[sibling]);
    path.flags.push(both);
    waiting.push((place - 1) >> 1);
  }
  return path;
}

/** @param {Hex[]} leaves @returns {Hex[]} */
function tree(leaves) {
  if (!leaves.length) throw new Impossible("a field tree needs at least one leaf");
  const nodes = [...Array(leaves.length - 1).fill(""), ...[...leaves].sort().reverse()];
  for (let place = leaves.length - 2; place >= 0; place--) {
    nodes[place] = node(nodes[2 * place + 1], nodes[2 * place + 2]);
  }
  return nodes;
}

/** @param {Hex} one @param {Hex} other */
const node = (one, other) => (one < other ? keccak256(one, other) : keccak256(other, one));
