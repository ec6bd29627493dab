/** The verdict on a proof file of whatever kind: what is read, which steps are run, what must have been checked. */
import { Inconclusive, Malformed } from "../shared/errors.js";
import { opened } from "./file/proof-file.js";
import { AbsenceCase } from "./steps/absence-case.js";
import { ABSENCE_STEPS, CHAIN_STEPS, PROOF_STEPS, run, verdict } from "./steps/run.js";
import { said } from "./steps/said.js";
import { TicketCase } from "./steps/ticket-case.js";

/** @typedef {import("./file/proof-file.js").ProofFile} ProofFile */
/** @typedef {import("./file/proof-file.js").AbsenceFile} AbsenceFile */
/** @typedef {import("./steps/trust.js").Trust} Trust */
/**
 * @typedef {object} Judgement
 * @property {ProofFile | AbsenceFile | null} file Null when it cannot even be read.
 * @property {import("./steps/run.js").Step[]} steps
 * @property {number[]} required
 * @property {ReturnType<typeof verdict>} verdict
 * @property {import("./steps/said.js").Said} reach
 */

/**
 * Read a file's bytes; nothing in it is believed.
 * @param {Uint8Array} data
 * @returns {{file: ProofFile | AbsenceFile, failure: null} | {file: null, failure: Malformed}}
 */
export function read(data) {
  try {
    return { file: opened(data), failure: null };
  } catch (error) {
    if (error instanceof Malformed) return { file: null, failure: error };
    throw error;
  }
}

/**
 * Check a proof file, needing nothing but the file and what is trusted.
 * @param {Uint8Array} data
 * @param {Trust} trust
 * @param {number[] | null} [required] Steps that must have been checked; null for those of the file's kind.
 * @returns {Judgement}
 */
export function judge(data, trust, required = null) {
  const { file, failure } = read(data);
  if (file === null) return refused(failure, required ?? PROOF_STEPS);
  const first = () => said("a proof file of version 1, {size} bytes", { size: data.length });
  const usual = file.kind === "ticket" ? PROOF_STEPS : ABSENCE_STEPS;
  return judged(file, trust, first, required ?? usual);
}

/**
 * Check what was read from a node, in the form of a file, without one.
 * @param {ProofFile} file
 * @param {Trust} trust
 */
export function judgeEvidence(file, trust) {
  const first = () => {
    throw new Inconclusive("there is no file: everything was read from a node");
  };
  return judged(file, trust, first, CHAIN_STEPS);
}

/** @param {ProofFile | AbsenceFile} file @param {Trust} trust @param {import("./steps/run.js").Check} first @param {number[]} required @returns {Judgement} */
function judged(file, trust, first, required) {
  const found = file.kind === "ticket" ? new TicketCase(file, trust) : new AbsenceCase(file, trust);
  const steps = run({ 1: first, ...found.checks() });
  return { file, steps, required, verdict: verdict(steps, required), reach: found.reach() };
}

/** @param {Malformed} failure @param {number[]} required @returns {Judgement} */
function refused(failure, required) {
  const refuse = () => {
    throw failure;
  };
  const steps = run(Object.fromEntries(Array.from({ length: 12 }, (_, at) => [at + 1, refuse])));
  return { file: null, steps, required, verdict: verdict(steps, required), reach: said("") };
}
