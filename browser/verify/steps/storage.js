/**
 * What a block says about the ledger: its header, its account, and single words of its storage (V7).
 *
 * Each proof is the exact path of trie nodes from a root to what it shows, no node more.
 */
import { NOTHING, fromHex, joined, sameBytes, toHex, uint } from "../../shared/bytes.js";
import { Mismatch } from "../../shared/errors.js";
import { keccak256 } from "../../shared/hashes.js";
import { checksummed, paddedLeft } from "../../shared/ids.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {Uint8Array | Rlp[]} Rlp */
/** @typedef {{hash: Hex, number: bigint, time: bigint, stateRoot: Hex}} Header */
/** @typedef {{place: Hex, what: string}} Wanted */
/** @typedef {{header: Header, words: Hex[]}} ProvenBlock */

const HEADER_LIMIT = 1 << 16;
const NODE_LIMIT = 1 << 10;
const DEPTH_LIMIT = 64;
const EMPTY_ROOT = keccak256("0x80");
/** Where the contract keeps what a file proves; pinned here, never read from a file (V6.2). */
const SLOTS = Object.freeze({ agents: 3, policies: 4, tickets: 6, anchors: 7 });

/** @param {Hex} key @param {keyof typeof SLOTS} mapping @returns {Hex} */
export const placeOf = (key, mapping) => keccak256(paddedLeft(key), uint(SLOTS[mapping]));

/**
 * Show what a block says of a contract.
 * @param {import("../file/proof-file.js").StateProof} proof
 * @param {import("../model/replay.js").Ledger} ledger The verifier's.
 * @param {Wanted[]} wanted
 * @returns {ProvenBlock}
 */
export function prove(proof, ledger, wanted) {
  const header = readHeader(proof.header);
  const account = proveAccount(header, ledger.address, proof.account);
  if (account.codeHash !== ledger.codeHash) {
    throw new Mismatch("block {number} has other code at {ledger}: {code}", {
      number: header.number,
      ledger: checksummed(ledger.address),
      code: account.codeHash,
    });
  }
  const words = wanted.map(({ place, what }, at) => proveWord(account.storageRoot, place, proof.words[at], what));
  return { header, words };
}

/** @param {Uint8Array} data @returns {Header} */
export function readHeader(data) {
  if (data.length > HEADER_LIMIT) throw new Mismatch("the block's header has more than {limit} bytes", { limit: HEADER_LIMIT });
  const fields = strings(decoded(data, "the block's header"));
  if (fields === null || fields.length < 15 || fields.length > 32 || fields[3].length !== 32) {
    throw new Mismatch("the block's header does not have the fields of one");
  }
  return { hash: keccak256(data), number: number(fields[8]), time: number(fields[11]), stateRoot: toHex(fields[3]) };
}

/** @param {Header} header @param {Hex} address @param {Uint8Array[]} nodes */
export function proveAccount(header, address, nodes) {
  const what = `account ${checksummed(address)}`;
  const found = valueAt(header.stateRoot, keccak256(address), nodes, what);
  if (!found.length) throw new Mismatch("block {number} has no contract there: {what}", { number: header.number, what });
  const fields = strings(decoded(found, what));
  if (fields === null || fields.length !== 4 || fields[2].length !== 32 || fields[3].length !== 32) {
    throw new Mismatch("{what} does not have the fields of one", { what });
  }
  return { storageRoot: toHex(fields[2]), codeHash: toHex(fields[3]) };
}

/** @param {Hex} storageRoot @param {Hex} place @param {Uint8Array[]} nodes @param {string} what @returns {Hex} */
function proveWord(storageRoot, place, nodes, what) {
  const found = valueAt(storageRoot, keccak256(place), nodes, what);
  if (!found.length) return NOTHING;
  const word = decoded(found, what);
  if (!(word instanceof Uint8Array) || word.length === 0 || word.length > 32 || word[0] === 0) {
    throw new Mismatch("{what}: what is stored is not a word", { what });
  }
  return toHex(joined(new Uint8Array(32 - word.length), word));
}

/**
 * Follow the one path from a root to a key, and refuse every node that is not on it.
 * @param {Hex} root @param {Hex} key @param {Uint8Array[]} nodes @param {string} what
 * @returns {Uint8Array} Empty where the nodes show that nothing is there.
 */
function valueAt(root, key, nodes, what) {
  const { value, used } = walked(root, key, nodes, what);
  if (used.length !== nodes.length || used.some((node, at) => !sameBytes(node, nodes[at]))) {
    throw new Mismatch("{what}: the proof has nodes that do not belong on its path", { what });
  }
  return value;
}

/**
 * Pick the nodes that lead from a root to a key, in order, out of all that are given.
 * @param {Hex} root @param {Hex} key @param {Uint8Array[]} nodes @param {string} what
 */
export function walked(root, key, nodes, what) {
  const nothing = new Uint8Array(0);
  if (root === EMPTY_ROOT) return { value: nothing, used: [] };
  if (nodes.some((node) => node.length > NODE_LIMIT)) {
    throw new Mismatch("{what}: a node of the proof has more than {limit} bytes", { what, limit: NODE_LIMIT });
  }
  const byHash = new Map(nodes.map((node) => [keccak256(node), node]));
  /** @type {Uint8Array[]} */
  const used = [];
  /** @type {Rlp} */
  let next = fromHex(root);
  let rest = key.slice(2);
  for (;;) {
    if (next instanceof Uint8Array) {
      if (next.length === 0) return { value: nothing, used };
      const node = next.length === 32 ? byHash.get(toHex(next)) : undefined;
      if (node === undefined) throw broken(what);
      used.push(node);
      next = decoded(node, what);
    }
    const step = stepped(next, rest, what);
    if (step.value) return { value: step.value, used };
    [next, rest] = [step.next, step.rest];
  }
}

/**
 * Go through one node.
 * @param {Rlp} node @param {string} rest Nibbles that are left of the key. @param {string} what
 * @returns {{value: Uint8Array, next: Rlp, rest: string} | {value: null, next: Rlp, rest: string}}
 */
function stepped(node, rest, what) {
  const none = { value: new Uint8Array(0), next: [], rest };
  if (!Array.isArray(node)) throw broken(what);
  if (node.length === 17) {
    if (rest === "") return { ...none, value: asValue(node[16], what) };
    return { value: null, next: asChild(node[parseInt(rest[0], 16)], what), rest: rest.slice(1) };
  }
  const { isLeaf, path } = shortPath(node, what);
  if (isLeaf) return path === rest ? { ...none, value: asValue(node[1], what) } : none;
  if (!rest.startsWith(path)) return none;
  return { value: null, next: asChild(node[1], what), rest: rest.slice(path.length) };
}

/** Read the path of a leaf or an extension. @param {Rlp[]} node @param {string} what */
function shortPath(node, what) {
  const [encoded] = node;
  if (node.length !== 2 || !(encoded instanceof Uint8Array) || encoded.length === 0) throw broken(what);
  const digits = toHex(encoded).slice(2);
  const kind = parseInt(digits[0], 16);
  if (kind > 3 || (kind % 2 === 0 && digits[1] !== "0")) throw broken(what);
  const path = digits.slice(kind % 2 ? 1 : 2);
  if (kind < 2 && path === "") throw broken(what);
  return { isLeaf: kind >= 2, path };
}

/** @param {Rlp} item @param {string} what */
function asValue(item, what) {
  if (!(item instanceof Uint8Array)) throw new Mismatch("{what}: what the nodes lead to is no value", { what });
  return item;
}

/** A child is nothing, a hash, or a node that is short enough to lie in its parent. @param {Rlp} item @param {string} what */
function asChild(item, what) {
  const isWrong = item instanceof Uint8Array ? item.length !== 0 && item.length !== 32 : encodedSize(item) >= 32;
  if (isWrong) throw broken(what);
  return item;
}

/** Count the bytes of an item in RLP, as far as 55 of them: more is more than any short node has. @param {Rlp} item @returns {number} */
function encodedSize(item) {
  if (item instanceof Uint8Array) return item.length === 1 && item[0] < 0x80 ? 1 : 1 + item.length;
  return 1 + item.reduce((sum, one) => sum + encodedSize(one), 0);
}

/** @param {string} what */
const broken = (what) => new Mismatch("{what}: the proof does not follow from the block's state root", { what });

/** Pass a list on if it is one of byte strings. @param {Rlp} data @returns {Uint8Array[] | null} */
const strings = (data) =>
  Array.isArray(data) && data.every((one) => one instanceof Uint8Array) ? /** @type {Uint8Array[]} */ (data) : null;

/** @param {Uint8Array} field */
function number(field) {
  if (field.length > 8 || field[0] === 0) throw new Mismatch("the block's header has a number that is none");
  return field.length ? BigInt(toHex(field)) : 0n;
}

/** Read RLP strictly: one item, in its one form, and nothing behind it. @param {Uint8Array} data @param {string} what @returns {Rlp} */
function decoded(data, what) {
  const [item, end] = itemAt(data, 0, data.length, DEPTH_LIMIT, what);
  if (end !== data.length) throw notRlp(what);
  return item;
}

/** @param {Uint8Array} data @param {number} at @param {number} limit @param {number} depth @param {string} what @returns {[Rlp, number]} */
function itemAt(data, at, limit, depth, what) {
  if (at >= limit || depth === 0) throw notRlp(what);
  const first = data[at];
  if (first < 0x80) return [data.slice(at, at + 1), at + 1];
  const isList = first >= 0xc0;
  const [start, length] = lengthAt(data, at, isList ? first - 0xc0 : first - 0x80, what);
  const end = start + length;
  if (end > limit || (!isList && length === 1 && data[start] < 0x80)) throw notRlp(what);
  if (!isList) return [data.slice(start, end), end];
  /** @type {Rlp[]} */
  const items = [];
  for (let next = start; next < end; ) {
    const [item, after] = itemAt(data, next, end, depth - 1, what);
    items.push(item);
    next = after;
  }
  return [items, end];
}

/** Read where an item's content begins, and its length. @param {Uint8Array} data @param {number} at @param {number} kind @param {string} what */
function lengthAt(data, at, kind, what) {
  if (kind < 56) return [at + 1, kind];
  const width = kind - 55;
  const digits = data.slice(at + 1, at + 1 + width);
  const length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
  if (digits.length !== width || digits[0] === 0 || length < 56) throw notRlp(what);
  return [at + 1 + width, length];
}

/** @param {string} what */
const notRlp = (what) => new Mismatch("{what} is not RLP", { what });
