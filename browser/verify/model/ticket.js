/** A ticket as its ledger knows it: one state of four words, whose hash is the ticket's slot. */
import { size } from "../../shared/bytes.js";
import { Impossible } from "../../shared/errors.js";
import { keccak256 } from "../../shared/hashes.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/**
 * @typedef {object} State Times are Unix seconds, and 0 in a deadline means "never".
 * @property {Hex} customer
 * @property {number} openedAt
 * @property {number} respondBy
 * @property {number} policy
 * @property {Hex} assignee
 * @property {number} resolveBy Before pauses.
 * @property {number} pausedAt
 * @property {number} status
 * @property {number} level
 * @property {number} version
 * @property {number} flags
 * @property {number} rating
 * @property {number} unseen
 * @property {number} staffRun
 * @property {number} tier
 * @property {number} escalatedAt
 * @property {number} settledAt
 * @property {number} pausedTotal
 * @property {number} entries
 * @property {number} customerSeq
 * @property {number} staffSeq
 * @property {Hex} head
 */

/** By number; 0 is no action of any entry. */
export const ACTIONS = /** @type {const} */ ([
  "", "Open", "Reply", "Answer", "Note", "Assign", "Hold", "Resume", "Solve", "Close", "Rate", "Escalate", "Repolicy", "Claim",
]);
/** How the ledger knows who acted, by number. */
export const AUTHS = /** @type {const} */ (["sent", "ecdsa", "erc1271", "recorded"]);
/** By number; 0 is never valid. */
export const STATUSES = /** @type {const} */ (["", "Open", "Pending", "OnHold", "Solved", "Closed"]);

export const Status = Object.freeze({ OPEN: 1, PENDING: 2, ON_HOLD: 3, SOLVED: 4, CLOSED: 5 });
export const Flag = Object.freeze({ ANSWERED: 1, LATE_FIRST: 2, LATE_NEXT: 4, LATE_RESOLVE: 8, CONTESTED: 16 });
export const Clock = Object.freeze({ RESPONSE: 1, RESOLUTION: 2 });
export const STATE_VERSION = 1;

/** Name and bytes of each field, as they lie one after the other. @type {[keyof State, number][]} */
const PLACES = [
  ["customer", 20], ["openedAt", 5], ["respondBy", 5], ["policy", 2],
  ["assignee", 20], ["resolveBy", 5], ["pausedAt", 5], ["status", 1], ["level", 1],
  ["version", 1], ["flags", 1], ["rating", 1], ["unseen", 1], ["staffRun", 1], ["tier", 1], ["escalatedAt", 5],
  ["settledAt", 5], ["pausedTotal", 4], ["entries", 4], ["customerSeq", 4], ["staffSeq", 4], ["head", 32],
];

/** Names of the fields, in order. */
export const FIELDS = PLACES.map(([name]) => name);

/** @param {number} status */
export const isActive = (status) => status >= Status.OPEN && status <= Status.ON_HOLD;

/**
 * Give the four words as 128 bytes.
 * @param {State} state
 * @returns {Hex}
 */
export function packed(state) {
  return "0x" + PLACES.map(([name, width]) => fieldDigits(state[name], width, name)).join("");
}

/** @param {string | number} value @param {number} width @param {string} name */
function fieldDigits(value, width, name) {
  const digits = typeof value === "string" ? value.slice(2) : value.toString(16).padStart(2 * width, "0");
  if (digits.length !== 2 * width || (typeof value === "number" && value < 0)) {
    throw new Impossible("{name} does not fit into its place: {value}", { name, value });
  }
  return digits;
}

/**
 * Give what the ticket's slot holds while this is its state.
 * @param {State} state
 * @returns {Hex}
 */
export const stateHash = (state) => keccak256(packed(state));

/**
 * Read a state from its four words.
 * @param {Hex} data
 * @returns {State}
 */
export function unpacked(data) {
  if (size(data) !== 128) throw new Impossible("a ticket's state is 128 bytes, not {count}", { count: size(data) });
  /** @type {Record<string, string | number>} */
  const found = {};
  let at = 2;
  for (const [name, width] of PLACES) {
    const digits = data.slice(at, at + 2 * width);
    found[name] = width >= 20 ? "0x" + digits : parseInt(digits, 16);
    at += 2 * width;
  }
  const state = /** @type {State} */ (/** @type {unknown} */ (found));
  if (state.version !== STATE_VERSION) {
    throw new Impossible("a ticket's state has version {version}, this page knows 1", { version: state.version });
  }
  if (!STATUSES[state.status]) throw new Impossible("a ticket has no status {status}", { status: state.status });
  return state;
}
