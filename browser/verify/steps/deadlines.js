/**
 * Step 11: a ticket's deadlines, lateness and escalations, computed a second time from its policy.
 *
 * The replay carries a state from entry to entry. Here the same is told another way: as stretches of waiting, stretches
 * of pause, and what each entry could see of them. The two share the numbers of the policy and nothing else.
 */
import { Mismatch } from "../../shared/errors.js";
import { Clock, Flag, Status } from "../model/ticket.js";
import { said } from "./said.js";
import { turns } from "./signatures.js";

/** @typedef {import("../file/entries.js").ProvenEntry} ProvenEntry */
/** @typedef {import("../model/policy.js").Terms} Terms */
/** @typedef {import("../model/policy.js").Hours} Hours */
/**
 * @typedef {object} Moment An entry, and what is known of the ticket around it.
 * @property {ProvenEntry} entry
 * @property {Terms} terms In force before it; for the opening, by it.
 * @property {Terms} next In force after it.
 * @property {number} number Of the message, if it is one.
 * @property {boolean} isActive Clocks ran before it.
 * @property {number} settledAt When a solved ticket was solved, or last noted on.
 */
/** @typedef {{before: number[], after: number[]}} Queue Numbers of the messages that wait. */
/** @typedef {{deadline: number, isFirst: boolean, seen: Map<number, number>}} Wait */
/** @typedef {{resolveBy: number, pausedTotal: number, isLate: boolean, due: number[]}} Resolution */

const [HOUR, DAY, WEEK] = [3600, 86400, 604800];
const THURSDAY = 3 * DAY; // 1970-01-01 was one: so many seconds after a Monday 00:00
const LONGEST_PAUSE = 2 ** 32 - 1;
const LATE = Flag.LATE_FIRST | Flag.LATE_NEXT | Flag.LATE_RESOLVE;
const ENDS_PAUSE = ["Reply", "Resume", "Solve", "Close"];
const PAUSING = [BigInt(Status.PENDING), BigInt(Status.ON_HOLD)];

/**
 * Check a ticket's clocks against its policy (V11).
 * @param {ProvenEntry[]} entries
 * @param {Map<number, Terms>} policies
 * @param {import("../model/ticket.js").State} state
 */
export function checkDeadlines(entries, policies, state) {
  const moments = momentsOf(entries, policies);
  const queues = queuesOf(moments);
  const waits = waitsOf(moments, queues);
  const pauses = pausesOf(moments, queues);
  const resolution = resolutionOf(moments, pauses);
  const escalations = checkEscalations(moments, waits, resolution);
  const late =
    (waits.some((one) => one.isFirst && isLate(one)) ? Flag.LATE_FIRST : 0) |
    (waits.some((one) => !one.isFirst && isLate(one)) ? Flag.LATE_NEXT : 0) |
    (resolution.isLate ? Flag.LATE_RESOLVE : 0);
  const expected = {
    respondBy: waits[waits.length - 1].deadline,
    resolveBy: resolution.resolveBy,
    pausedAt: pauses.since,
    pausedTotal: resolution.pausedTotal,
    flags: (state.flags & ~LATE) | late,
    level: escalations.length,
    escalatedAt: escalations.at(-1) ?? 0,
  };
  for (const [name, value] of Object.entries(expected)) {
    const actual = state[/** @type {keyof typeof expected} */ (name)];
    if (actual !== value) throw new Mismatch("by the policy {name} is {value}, the state has {actual}", { name, value, actual });
  }
  const count = [Flag.LATE_FIRST, Flag.LATE_NEXT, Flag.LATE_RESOLVE].filter((flag) => late & flag).length;
  return said("deadlines follow from the policy; {late} of 3 kinds of lateness; escalations: {escalations}", {
    late: count,
    escalations: escalations.length,
  });
}

/** @param {ProvenEntry[]} entries @param {Map<number, Terms>} policies @returns {Moment[]} */
function momentsOf(entries, policies) {
  /** @param {bigint} number */
  const termsOf = (number) => /** @type {Terms} */ (policies.get(Number(number)));
  let [terms, isActive, settledAt] = [termsOf(entries[0].argument), true, 0];
  return turns(entries).map(({ entry, sequence }) => {
    const next = entry.action === "Repolicy" ? termsOf(entry.argument) : terms;
    const moment = { entry, terms, next, number: sequence + 1, isActive, settledAt };
    terms = next;
    if (entry.action === "Solve" || entry.action === "Close") [isActive, settledAt] = [false, entry.time];
    else if (entry.action === "Reply") [isActive, settledAt] = [true, 0];
    else if (entry.action === "Note" && !isActive) settledAt = entry.time;
    return moment;
  });
}

// -- messages that wait

/** @param {Moment[]} moments @returns {Queue[]} */
function queuesOf(moments) {
  /** @type {number[]} */
  let waiting = [];
  return moments.map(({ entry, number }) => {
    const before = waiting;
    if (entry.action === "Open" || entry.action === "Reply") waiting = [...before, number];
    else if (entry.action === "Answer" || entry.action === "Solve") waiting = before.filter((one) => one > entry.seen);
    return { before, after: waiting };
  });
}

/** @param {Queue} queue */
const wasRead = ({ before, after }) => after.length < before.length;

/** @param {Wait} wait */
const isLate = ({ deadline, seen }) => deadline !== 0 && [...seen.values()].some((time) => time > deadline);

/** Give the stretches in order; after the last message was read, an empty one keeps the last deadline. @param {Moment[]} moments @param {Queue[]} queues */
function waitsOf(moments, queues) {
  /** @type {Wait[]} */
  const found = [];
  let isFirst = true;
  moments.forEach((moment, at) => {
    const queue = queues[at];
    const last = found[found.length - 1];
    if (queue.before.length && moment.isActive) last.seen.set(moment.entry.index, moment.entry.time);
    isFirst = isFirst && !wasRead(queue) && moment.entry.action !== "Answer";
    const deadline = respondBy(moment, queue, last?.deadline ?? 0, isFirst);
    if (deadline !== null) found.push({ deadline, isFirst, seen: new Map() });
  });
  return found;
}

/** Give the deadline from an entry on; null if it changes neither that, nor who waits and since when. @param {Moment} moment @param {Queue} queue @param {number} now @param {boolean} isFirst */
function respondBy({ entry, next }, queue, now, isFirst) {
  const { action, time } = entry;
  if (action === "Open") return due(next, time, next.firstResponse);
  if (action === "Reply") return queue.before.length ? null : due(next, time, next.nextResponse);
  if (action === "Repolicy" && queue.before.length) {
    return sooner(now, due(next, time, isFirst ? next.firstResponse : next.nextResponse));
  }
  if (action === "Answer" || wasRead(queue)) return queue.after.length ? due(next, time, next.nextResponse) : now;
  return null;
}

// -- pauses and the resolution

/** Tell the seconds of pause so far, as each entry finds them; those that are over; and since when one runs. @param {Moment[]} moments @param {Queue[]} queues */
function pausesOf(moments, queues) {
  /** @type {number[]} */
  const seen = [];
  let [total, since] = [0, 0];
  moments.forEach(({ entry }, at) => {
    const so = Math.min(LONGEST_PAUSE, total + (since ? Math.max(0, entry.time - since) : 0));
    seen.push(so);
    const isAnswered = entry.action === "Answer" && !queues[at].after.length;
    const begins = entry.action === "Hold" || (isAnswered && PAUSING.includes(entry.argument));
    if (ENDS_PAUSE.includes(entry.action) || (entry.action === "Answer" && !begins)) [total, since] = [so, 0];
    else if (begins && !since) since = entry.time;
  });
  return { seen, total, since };
}

/** @param {Moment[]} moments @param {{seen: number[], total: number}} pauses @returns {Resolution} */
function resolutionOf(moments, pauses) {
  const [first] = moments;
  let resolveBy = due(first.terms, first.entry.time, first.terms.resolution);
  /** @type {number | null} */
  let lateWith = null;
  const found = [0];
  moments.forEach((moment, at) => {
    if (at === 0) return;
    if (resolveBy) resolveBy += extension(moment);
    const by = resolveBy ? resolveBy + Math.min(moment.terms.pauseAllowance, lateWith ?? pauses.seen[at]) : 0;
    found.push(by);
    const runs = moment.isActive || moment.entry.action === "Reply";
    if (lateWith === null && runs && 0 < by && by < moment.entry.time) lateWith = pauses.seen[at];
    if (moment.entry.action === "Repolicy") {
      resolveBy = sooner(resolveBy, due(moment.next, moment.entry.time, moment.next.resolution));
    }
  });
  return { resolveBy, pausedTotal: lateWith ?? pauses.total, isLate: lateWith !== null, due: found };
}

/** Count the seconds for which the ticket was solved, and which are not held against the desk. @param {Moment} moment */
function extension({ isActive, entry, settledAt }) {
  const counts = !isActive && (entry.action === "Reply" || entry.action === "Note");
  return counts ? Math.max(0, entry.time - settledAt) : 0;
}

// -- escalations

/** Check what each escalation says, and give their times. @param {Moment[]} moments @param {Wait[]} waits @param {Resolution} resolution */
function checkEscalations(moments, waits, resolution) {
  /** @type {number[]} */
  const times = [];
  for (const { entry, terms } of moments) {
    if (entry.action !== "Escalate") continue;
    const called = calledBy(entry, terms, waits, resolution, times.at(-1) ?? 0);
    const level = times.length + 1;
    const expected = called && ((BigInt(called.clock) << 48n) | (BigInt(level) << 40n) | BigInt(called.by));
    if (entry.argument !== expected || times.length >= terms.levels) {
      throw new Mismatch("entry {index} is no escalation that the policy allows then", { index: entry.index });
    }
    times.push(entry.time);
  }
  return times;
}

/** Give the clock that an escalation may call late at this moment. @param {ProvenEntry} entry @param {Terms} terms @param {Wait[]} waits @param {Resolution} resolution @param {number} last */
function calledBy(entry, terms, waits, resolution, last) {
  const waiting = waits.find(({ seen }) => seen.has(entry.index))?.deadline ?? 0;
  const clocks = [
    { clock: Clock.RESPONSE, by: waiting },
    { clock: Clock.RESOLUTION, by: resolution.due[entry.index] },
  ];
  return clocks.find(({ by }) => {
    const isFresh = last <= by || entry.time >= last + terms.escalateEvery;
    return 0 < by && by < entry.time && isFresh;
  });
}

// -- instants

/** Give the deadline of a promise; 0 is no promise. @param {Terms} terms @param {number} start @param {number} duration */
function due(terms, start, duration) {
  if (duration === 0 || terms.hours === null) return duration ? start + duration : 0;
  return inOpenHours(terms.hours, start, duration);
}

/** Walk over the hours of the week until the open ones reach a duration; whole weeks at once. @param {Hours} hours @param {number} start @param {number} duration */
function inOpenHours(hours, start, duration) {
  const shift = THURSDAY + hours.offset * 60;
  const perWeek = openHours(hours.mask) * HOUR;
  let at = start + shift + Math.floor((duration - 1) / perWeek) * WEEK;
  let left = ((duration - 1) % perWeek) + 1;
  for (;;) {
    const ends = (Math.floor(at / HOUR) + 1) * HOUR;
    if ((hours.mask >> BigInt(Math.floor(at / HOUR) % 168)) & 1n) {
      if (left <= ends - at) return at + left - shift;
      left -= ends - at;
    }
    at = ends;
  }
}

/** Count the open hours of a week. @param {bigint} mask */
function openHours(mask) {
  let count = 0;
  for (let rest = mask; rest; rest >>= 1n) count += Number(rest & 1n);
  return count;
}

/** Give the earlier of two deadlines, of which 0 is never. @param {number} one @param {number} other */
const sooner = (one, other) => (one && other ? Math.min(one, other) : one || other);
