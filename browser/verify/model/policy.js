/** Policies: the promises a desk makes, published once and never changed; and the hours in which their clocks run. */
import { NOBODY, addressWord, uint, word as checkedWord } from "../../shared/bytes.js";
import { Impossible } from "../../shared/errors.js";
import { keccak256 } from "../../shared/hashes.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {{mask: bigint, offset: number, open: number[]}} Hours Open hours of the week, and minutes east of UTC. */
/**
 * @typedef {object} Terms Durations are seconds; 0 is "no promise".
 * @property {number} firstResponse
 * @property {number} nextResponse
 * @property {number} resolution
 * @property {number} escalateEvery
 * @property {number} reopenWindow
 * @property {number} pauseAllowance
 * @property {number} levels
 * @property {number} tier
 * @property {Hours | null} hours
 * @property {Hex} hoursWord
 * @property {Hex} gate
 * @property {Hex} textHash
 * @property {Hex} word Before it is retired.
 * @property {Hex} retiredWord
 * @property {Hex} hash What a customer signs.
 */

const HOUR = 3600;
const WEEK_HOURS = 168;
const WEEK = WEEK_HOURS * HOUR;
const ALL_HOURS = (1n << 168n) - 1n;
const EPOCH = 72 * HOUR; // 1970-01-01 was a Thursday: so many seconds after a Monday 00:00
const RETIRED = 1n << 32n;

/**
 * Read a policy as it was published, with the byte `retired` 0.
 * @param {Hex} word
 * @param {Hex} hoursWord
 * @param {Hex} gate
 * @param {Hex} textHash
 * @returns {Terms}
 */
export function terms(word, hoursWord, gate, textHash) {
  const value = BigInt(word);
  /** @param {number} shift @param {number} bits */
  const part = (shift, bits) => Number((value >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n));
  const hours = hoursOf(BigInt(hoursWord));
  const flags = (gate === NOBODY ? 0n : 1n) | (hours === null ? 0n : 2n);
  if (value & RETIRED) throw new Impossible("a policy is written as it was published, before it was retired");
  if (((value >> 40n) & 0xffn) !== flags || value & ((1n << 40n) - 1n)) {
    throw new Impossible("the word of a policy has unknown bits: {word}", { word });
  }
  return {
    firstResponse: part(224, 32),
    nextResponse: part(192, 32),
    resolution: part(160, 32),
    escalateEvery: part(128, 32),
    reopenWindow: part(96, 32),
    pauseAllowance: part(64, 32),
    levels: part(56, 8),
    tier: part(48, 8),
    hours,
    hoursWord,
    gate,
    textHash,
    word,
    retiredWord: uint(value | RETIRED),
    hash: keccak256(word, hoursWord, addressWord(gate), checkedWord(textHash)),
  };
}

/** @param {bigint} value @returns {Hours | null} */
function hoursOf(value) {
  if (value === 0n) return null;
  const mask = value & ALL_HOURS;
  const raw = Number(value >> 168n);
  const offset = raw >> 15 ? raw - 65536 : raw;
  if (value >> 184n || mask === 0n || offset < -720 || offset > 840) {
    throw new Impossible("business hours cannot be: {word}", { word: uint(value) });
  }
  const open = Array.from({ length: WEEK_HOURS }, (_, hour) => hour).filter((hour) => (mask >> BigInt(hour)) & 1n);
  return { mask, offset, open };
}

/**
 * Give the instant until which an act is in time; 0 is "never".
 *
 * The open seconds since a Monday before 1970 are numbered; the deadline is the end of one of them.
 * @param {Hours | null} hours
 * @param {number} start
 * @param {number} duration
 */
export function deadline(hours, start, duration) {
  if (duration === 0) return 0;
  if (hours === null) return start + duration;
  const shift = EPOCH + hours.offset * 60;
  const last = openBefore(hours, start + shift) + duration - 1;
  const perWeek = hours.open.length * HOUR;
  const [week, second] = [Math.floor(last / perWeek), last % perWeek];
  return week * WEEK + hours.open[Math.floor(second / HOUR)] * HOUR + (second % HOUR) + 1 - shift;
}

/** @param {Hours} hours @param {number} local */
function openBefore(hours, local) {
  const [week, rest] = [Math.floor(local / WEEK), local % WEEK];
  const [hour, second] = [Math.floor(rest / HOUR), rest % HOUR];
  const whole = hours.open.filter((one) => one < hour).length;
  return (week * hours.open.length + whole) * HOUR + (hours.open.includes(hour) ? second : 0);
}

/**
 * Tell whether a ticket may go from *current* to *next* without any promise getting weaker.
 * @param {Terms} next
 * @param {Terms} current
 */
export function isNoLooser(next, current) {
  const sooner = /** @type {const} */ (["firstResponse", "nextResponse", "resolution", "escalateEvery"]);
  const more = /** @type {const} */ (["levels", "reopenWindow", "tier"]);
  const same = /** @type {const} */ (["pauseAllowance", "gate", "hoursWord"]);
  return (
    sooner.every((name) => current[name] === 0 || (next[name] > 0 && next[name] <= current[name])) &&
    more.every((name) => next[name] >= current[name]) &&
    same.every((name) => next[name] === current[name])
  );
}
