/**
 * Deadlines, lateness and pauses of a ticket. An act exactly at a deadline is in time; a deadline of 0 is "never".
 *
 * All numbers are seconds of at most 40 bits, and sums of a few of them: far below 2^53. A sum that a hostile file
 * drives beyond what a state can hold stays larger than any field, however it is rounded.
 */
import { Clock, Flag, isActive } from "./ticket.js";

/** @typedef {import("./ticket.js").State} State */
/** @typedef {import("./policy.js").Terms} Terms */

const LONGEST_PAUSE = 2 ** 32 - 1;

/** Give the resolution deadline as pauses have moved it by *time*. @param {State} t @param {Terms} terms @param {number} time */
export const due = (t, terms, time) =>
  t.resolveBy === 0 ? 0 : t.resolveBy + Math.min(terms.pauseAllowance, paused(t, time));

/** Count the seconds of pause by *time*; once the resolution is late, pausing moves nothing. @param {State} t @param {number} time */
export function paused(t, time) {
  if (t.pausedAt === 0 || t.flags & Flag.LATE_RESOLVE) return t.pausedTotal;
  return Math.min(LONGEST_PAUSE, t.pausedTotal + elapsed(t.pausedAt, time));
}

/** Count seconds; 0 on a chain whose clock went back. @param {number} since @param {number} time */
const elapsed = (since, time) => Math.max(0, time - since);

/** Give the earlier of two deadlines, of which 0 is never. @param {number} one @param {number} other */
export const earlier = (one, other) => Math.min(one || other, other || one);

/** @param {State} t @param {number} time */
const isResponseLate = (t, time) => t.unseen !== 0 && 0 < t.respondBy && t.respondBy < time;

/** @param {State} t @param {Terms} terms @param {number} time */
const isResolutionLate = (t, terms, time) => 0 < t.resolveBy && t.resolveBy < time && time > due(t, terms, time);

/**
 * List the clocks of an active ticket that are late at *time*.
 * @param {State} t @param {Terms} terms @param {number} time
 */
export function overdue(t, terms, time) {
  if (!isActive(t.status)) return [];
  return [
    ...(isResponseLate(t, time) ? [Clock.RESPONSE] : []),
    ...(isResolutionLate(t, terms, time) ? [Clock.RESOLUTION] : []),
  ];
}

/**
 * Put on record what is late by *time*, before anything else happens.
 * @param {State} t @param {Terms} terms @param {number} time
 * @returns {State}
 */
export function settled(t, terms, time) {
  if (isResponseLate(t, time)) {
    t = { ...t, flags: t.flags | (t.flags & Flag.ANSWERED ? Flag.LATE_NEXT : Flag.LATE_FIRST) };
  }
  if (isResolutionLate(t, terms, time)) {
    t = { ...t, flags: t.flags | Flag.LATE_RESOLVE, pausedTotal: paused(t, time) };
  }
  return t;
}

/** Let the pause run, if none runs. @param {State} t @param {number} time @returns {State} */
export const startPause = (t, time) => (t.pausedAt ? t : { ...t, pausedAt: time });

/** Bank the running pause, if one runs. @param {State} t @param {number} time @returns {State} */
export const endPause = (t, time) => (t.pausedAt ? { ...t, pausedTotal: paused(t, time), pausedAt: 0 } : t);

/** Shift the resolution's deadline by the time for which the ticket was solved. @param {State} t @param {number} time @returns {State} */
export const creditSolved = (t, time) =>
  t.resolveBy ? { ...t, resolveBy: t.resolveBy + elapsed(t.settledAt, time) } : t;
