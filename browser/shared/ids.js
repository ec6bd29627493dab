/** Addresses, ticket ids, handles, and the chain of heads that ties entries to a ticket. */
import { Impossible } from "./errors.js";
import { addressWord, fromHex, joined, size, uint, utf8, word } from "./bytes.js";
import { keccak256 } from "./hashes.js";

/** @typedef {import("./bytes.js").Hex} Hex */

const TICKET_TAG = keccak256(utf8("supportledger.ticket.v1"));
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * Write an address as EIP-55 does.
 * @param {Hex} address 20 bytes.
 */
export function checksummed(address) {
  const digits = address.slice(2);
  const marks = keccak256(utf8(digits)).slice(2);
  return "0x" + [...digits].map((digit, at) => (marks[at] > "7" ? digit.toUpperCase() : digit)).join("");
}

/**
 * Read an address, with or without 0x; letters of both cases must form a valid checksum.
 * @param {string} text
 * @returns {Hex}
 */
export function parseAddress(text) {
  const found = /^(?:0x)?([0-9a-fA-F]{40})$/.exec(text.trim());
  if (found === null) throw new Impossible("not an address: {text}", { text: text.slice(0, 80) });
  const digits = found[1];
  const address = "0x" + digits.toLowerCase();
  const isOneCase = digits === digits.toLowerCase() || digits === digits.toUpperCase();
  if (!isOneCase && "0x" + digits !== checksummed(address)) {
    throw new Impossible("the checksum of {text} is wrong: a letter was changed", { text });
  }
  return address;
}

/**
 * Read 32 bytes in hexadecimal, with or without 0x.
 * @param {string} text
 * @returns {Hex}
 */
export function parseHash(text) {
  const found = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(text.trim());
  if (found === null) throw new Impossible("not a hash: {text}", { text: text.slice(0, 80) });
  return "0x" + found[1].toLowerCase();
}

/**
 * Give what people call a ticket: the first 80 bits in base32, grouped by four.
 * @param {Hex} ticket
 */
export function handle(ticket) {
  let bits = BigInt(ticket) >> 176n;
  let text = "";
  for (let at = 0; at < 16; at++) {
    text = BASE32[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return text.match(/.{4}/g)?.join("-") ?? text;
}

/**
 * Name a ticket before it exists: nobody but its opener can make this id.
 * @param {number | bigint} chainId
 * @param {Hex} ledger
 * @param {Hex} opener
 * @param {Hex} commitment
 * @returns {Hex}
 */
export const ticketId = (chainId, ledger, opener, commitment) =>
  keccak256(TICKET_TAG, uint(chainId), addressWord(ledger), addressWord(opener), word(commitment));

/**
 * Extend a ticket's chain of heads by one entry; the head before the first entry is the ticket's id.
 * @param {Hex} head
 * @param {bigint} meta index << 88 | action << 80 | auth << 72 | seen << 40 | time
 * @param {bigint} argument
 * @param {Hex} actor
 * @param {Hex} authority
 * @param {Hex} commitment
 * @returns {Hex}
 */
export const entryHead = (head, meta, argument, actor, authority, commitment) =>
  keccak256(word(head), uint(meta), uint(argument), addressWord(actor), word(authority), word(commitment));

/**
 * Give the address of an uncompressed public key.
 * @param {Uint8Array} key 65 bytes.
 * @returns {Hex}
 */
export const addressOfKey = (key) => "0x" + keccak256(key.slice(1)).slice(26);

/**
 * Take an address out of the low bits of a word.
 * @param {bigint} value
 * @returns {Hex}
 */
export const lowAddress = (value) => "0x" + (value & ((1n << 160n) - 1n)).toString(16).padStart(40, "0");

/** Give the number that 32 bytes stand for. @param {Hex} value */
export const number = (value) => (size(value) ? BigInt(value) : 0n);

/** Pad a key of a mapping to a word. @param {Hex} key */
export const paddedLeft = (key) => joined(new Uint8Array(32 - size(key)), fromHex(key));
