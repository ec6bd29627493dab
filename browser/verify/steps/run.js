/** The numbered list of steps: each passed, failed, pending, or not checked and why; and the verdict on the whole. */
import { Inconclusive, Impossible, Malformed, Mismatch, NotFinal } from "../../shared/errors.js";
import { said } from "./said.js";

/** @typedef {import("./said.js").Said} Said */
/** @typedef {"passed" | "failed" | "pending" | "not checked"} Result */
/** @typedef {{number: number, result: Result, detail: Said}} Step */
/** @typedef {() => Said} Check Returns what it checked; raises what is wrong, or why it could not check. */

/** Names of the steps by number; 0 is none. */
export const STEPS = /** @type {const} */ ([
  "", "file", "ledger", "replay", "heads", "signatures", "slot", "storage proof", "block", "contents", "authority",
  "deadlines", "anchored log",
]);
/** Required of a ticket's file. */
export const PROOF_STEPS = [1, 2, 3, 4, 5, 6, 7, 8];
/** Required of a proof that something is not there. */
export const ABSENCE_STEPS = [1, 2, 3, 5, 6, 7, 8, 10, 11];
/** Required of what was read from a node, without a file. */
export const CHAIN_STEPS = [2, 3, 4, 5, 6, 7, 8, 10, 11];

/** The step that each step stands on: if it has failed, the other cannot be checked. @type {Record<number, number>} */
const GROUNDS = { 2: 1, 3: 1, 4: 3, 5: 1, 6: 3, 7: 6, 8: 7, 9: 1, 10: 3, 11: 3, 12: 8 };

/**
 * Run checks in the order of the list, each only if its ground has not failed.
 * @param {Record<number, Check>} checks One for every number.
 * @returns {Step[]}
 */
export function run(checks) {
  /** @type {Step[]} */
  const steps = [];
  for (let number = 1; number < STEPS.length; number++) {
    const ground = GROUNDS[number];
    const hasGround = ground === undefined || !hasFallen(ground, steps);
    steps.push(
      hasGround
        ? { number, ...outcome(checks[number]) }
        : { number, result: "not checked", detail: said("depends on step {ground}", { ground }) },
    );
  }
  return steps;
}

/** Tell whether a step failed, or could not be checked because its own ground had. @param {number} number @param {Step[]} steps @returns {boolean} */
function hasFallen(number, steps) {
  const ground = GROUNDS[number];
  return steps[number - 1].result === "failed" || (ground !== undefined && hasFallen(ground, steps));
}

/** @param {Check} check @returns {{result: Result, detail: Said}} */
function outcome(check) {
  try {
    return { result: "passed", detail: check() };
  } catch (error) {
    if (error instanceof NotFinal) return { result: "pending", detail: error };
    if (error instanceof Inconclusive) return { result: "not checked", detail: error };
    if (error instanceof Mismatch || error instanceof Impossible || error instanceof Malformed) {
      return { result: "failed", detail: error };
    }
    throw error;
  }
}

/**
 * Tell what became of the whole: one failed step is enough for failure.
 * @param {Step[]} steps
 * @param {number[]} required
 * @returns {"verified" | "failed" | "incomplete" | "pending"}
 */
export function verdict(steps, required) {
  if (steps.some(({ result }) => result === "failed")) return "failed";
  const missing = steps.filter(({ number, result }) => required.includes(number) && result !== "passed");
  if (!missing.length) return "verified";
  return missing.every(({ result }) => result === "pending") ? "pending" : "incomplete";
}
