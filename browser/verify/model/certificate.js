/** Certificates: who may act for the desk, from when, until when. One word each. */
import { NOTHING } from "../../shared/bytes.js";
import { Impossible } from "../../shared/errors.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {{word: Hex, from: number, until: number, status: number, tier: number}} Certificate */

/** By number; revoked is final. */
export const CERTIFICATE_STATUSES = /** @type {const} */ (["none", "certified", "suspended", "revoked"]);
const [NONE, CERTIFIED, , REVOKED] = [0, 1, 2, 3];

/**
 * Read a certificate from its word.
 * @param {Hex} word
 * @returns {Certificate}
 */
export function certificate(word) {
  const value = BigInt(word);
  const status = Number((value >> 168n) & 0xffn);
  if (status >= CERTIFICATE_STATUSES.length) throw new Impossible("a certificate has no status {status}", { status });
  return {
    word,
    from: Number(value >> 216n),
    until: Number((value >> 176n) & 0xffffffffffn),
    status,
    tier: Number((value >> 160n) & 0xffn),
  };
}

/** What the ledger has for an address that was never certified. */
export const UNCERTIFIED = certificate(NOTHING);
/** What an assignee had, as far as a supervisor's assignment shows it. */
export const IN_FORCE = certificate(
  "0x" + ((((1n << 40n) - 1n) << 176n) | (BigInt(CERTIFIED) << 168n)).toString(16).padStart(64, "0"),
);

/** @param {Certificate} one */
export const exists = (one) => one.status !== NONE;
/** @param {Certificate} one */
export const isCertified = (one) => one.status === CERTIFIED;
/** Tell whether it may be used: certified, and from ≤ time < until. @param {Certificate} one @param {number} time */
export const inForce = (one, time) => isCertified(one) && one.from <= time && time < one.until;
/** Tell whether it has been revoked since *time* or before. @param {Certificate} one @param {number} time */
export const revokedFor = (one, time) => one.status === REVOKED && time >= one.until;
