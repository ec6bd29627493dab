/** Step 12: lines are under an anchored checkpoint, none missing from the middle (docs/spec/anchored-log.md, L5). */
import { NOTHING, fromUtf8, uint, utf8, word } from "../../shared/bytes.js";
import { Inconclusive, Mismatch } from "../../shared/errors.js";
import { keccak256, sha256 } from "../../shared/hashes.js";
import { said } from "./said.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {import("../file/proof-file.js").ShownLines} ShownLines */
/** @typedef {import("../file/entries.js").ProvenEntry} ProvenEntry */
/** @typedef {{ticket: Hex, number: bigint, previous: Hex, actor: Hex, hash: Hex}} Line */
/** @typedef {{entry: number, count: bigint, last: Hex}} Place What an entry says of the conversation that it follows. */

/** Under which the ledger holds the anchor of the one log that has lines of conversations. */
export const LOG_ID = keccak256(utf8("conversations"));
const LINE = new RegExp(
  '^{"actor":"(0x[0-9a-f]{40})","commitment":"(0x[0-9a-f]{64})","number":"([1-9][0-9]{0,18})",' +
    '"previous":"(0x[0-9a-f]{64})","ticket":"(0x[0-9a-f]{64})","type":"supportledger.line.v1"}$',
);
const LINE_LIMIT = 4096;

/**
 * Give the word that the ledger holds for a log whose last anchor is this; zero before the first.
 * @param {ShownLines["checkpoint"]} checkpoint
 */
export function anchorWord({ size, root, time }) {
  if (size === 0 && root === NOTHING && time === 0) return NOTHING;
  return keccak256(uint(size), word(root), uint(time));
}

/**
 * Check that the lines are the ticket's conversation, whole up to what its entries say of it.
 * @param {Hex} ticket
 * @param {ShownLines} shown
 * @param {ProvenEntry[]} entries
 */
export function checkAnchored(ticket, { lines, checkpoint }, entries) {
  const places = entries.flatMap(placeIn);
  if (!lines.length && !places.some(({ count }) => count > 0n)) {
    throw new Inconclusive("no anchored lines were given, and no disclosed content names any");
  }
  const read = lines.map(({ data }, at) => readLine(data, at + 1));
  checkSequence(ticket, read);
  if (lines.some(({ index }, at) => at > 0 && lines[at - 1].index >= index)) {
    throw new Mismatch("the log has the lines in another order than the conversation");
  }
  lines.forEach(({ index, proof }, at) => checkIncluded(read[at].hash, index, proof, checkpoint));
  const namedLines = checkPlaces(read, places);
  return said("lines: {lines}, under an anchored checkpoint of {size}; the ticket's entries name {named} of them", {
    lines: lines.length,
    size: checkpoint.size,
    named: namedLines,
  });
}

/** @param {ProvenEntry} one @returns {Place[]} */
function placeIn({ index, content }) {
  /** @param {string} name */
  const value = (name) => content?.shown?.fields.find((field) => field.name === name)?.value;
  const [count, last] = [value("log.count"), value("log.last")];
  return typeof count === "bigint" && typeof last === "string" ? [{ entry: index, count, last }] : [];
}

/** @param {Uint8Array} data @param {number} number @returns {Line} */
function readLine(data, number) {
  const found = data.length <= LINE_LIMIT ? LINE.exec(fromUtf8(data) ?? "") : null;
  if (found === null) throw new Mismatch("line {number} of the conversation cannot be read", { number });
  const [, actor, , written, previous, ticket] = found;
  if ((written === "1") !== (previous === NOTHING)) {
    throw new Mismatch("line {number} of the conversation cannot be read", { number });
  }
  return { actor, number: BigInt(written), previous, ticket, hash: sha256("0x00", data) };
}

/** L5.3: numbers run from 1, and each line names the hash of the one before. @param {Hex} ticket @param {Line[]} lines */
function checkSequence(ticket, lines) {
  let previous = NOTHING;
  lines.forEach((line, at) => {
    const number = at + 1;
    if (line.ticket !== ticket) throw new Mismatch("line {number} belongs to another ticket", { number });
    if (line.number !== BigInt(number)) throw new Mismatch("line {number} of the conversation is missing", { number });
    if (line.previous !== previous) throw new Mismatch("line {number} does not follow the line before it", { number });
    previous = line.hash;
  });
}

/** L5.5: every entry that says how many lines it follows finds them, and the last of them. @param {Line[]} lines @param {Place[]} places */
function checkPlaces(lines, places) {
  let namedLines = 0n;
  for (const { entry, count, last } of places) {
    if (count > lines.length) throw new Mismatch("entry {entry} follows {count} lines, and fewer were given", { entry, count });
    if (last !== (count ? lines[Number(count) - 1].hash : NOTHING)) {
      throw new Mismatch("entry {entry} follows another line {count} than the one given", { entry, count });
    }
    if (count < namedLines) throw new Mismatch("entry {entry} follows fewer lines than an entry before it", { entry });
    namedLines = count;
  }
  return namedLines;
}

/**
 * Check an RFC 6962 inclusion proof (L5.2).
 * @param {Hex} leaf @param {number} index @param {Hex[]} proof @param {{size: number, root: Hex}} checkpoint
 */
export function checkIncluded(leaf, index, proof, { size, root }) {
  if (index >= size) throw new Mismatch("line {index} of the log came after the anchored checkpoint of {size}", { index, size });
  const place = BigInt(index);
  const inner = bitLength(place ^ BigInt(size - 1));
  const border = ones(place >> BigInt(inner));
  if (proof.length !== inner + border) {
    throw new Mismatch("line {index} of the log has a proof of {count} hashes", { index, count: proof.length });
  }
  const top = proof.reduce(
    (seed, node, level) =>
      level >= inner || (place >> BigInt(level)) & 1n ? sha256("0x01", node, seed) : sha256("0x01", seed, node),
    leaf,
  );
  if (top !== root) throw new Mismatch("line {index} is not in the tree of {size} with this root", { index, size });
}

/** @param {bigint} value */
const bitLength = (value) => (value ? value.toString(2).length : 0);
/** @param {bigint} value */
const ones = (value) => value.toString(2).replaceAll("0", "").length;
