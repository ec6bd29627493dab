/**
 * The actions, one function each: what must hold, and what changes. The twin of supportledger/model/rules.py.
 *
 * A function gets a ticket whose time is settled and an actor who may act at all, and gives the changed ticket.
 */
import { NOBODY, NOTHING } from "../../shared/bytes.js";
import { Impossible } from "../../shared/errors.js";
import { lowAddress } from "../../shared/ids.js";
import { UNCERTIFIED, inForce } from "./certificate.js";
import * as clocks from "./clocks.js";
import { deadline, isNoLooser } from "./policy.js";
import { Clock, Flag, STATUSES, Status, isActive } from "./ticket.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {import("./ticket.js").State} State */
/** @typedef {import("./policy.js").Terms} Terms */
/** @typedef {import("./certificate.js").Certificate} Certificate */
/** @typedef {{action: string, auth: string, actor: Hex, argument: bigint, seen: number, commitment: Hex}} Asked */
/**
 * @typedef {object} Context What the ledger knows at the instant of an action.
 * @property {number} time
 * @property {Certificate} agent
 * @property {Certificate} assignee
 * @property {boolean} supervisor
 * @property {Terms | null} proposed
 * @property {Hex} successor
 */
/** @typedef {(t: State, e: Asked, c: Context, terms: Terms) => State} Rule */

const MOST_WAITING = 9;
const MOST_STARS = 5n;
const RATING_TIME = 30 * 86400;
const { OPEN, PENDING, ON_HOLD, SOLVED, CLOSED } = Status;
const ACTIVE = [OPEN, PENDING, ON_HOLD];
const CLOSABLE = [...ACTIVE, SOLVED];

/** @type {Rule} */
function reply(t, e, c, terms) {
  if (t.customer === NOBODY) checkInForce(c.agent, c.time);
  else checkCustomer(t, e);
  check(e.argument <= 1n, "the argument cannot be");
  checkCommitted(e);
  if (t.status === SOLVED) t = reopened(t, c, terms);
  checkStatus(t, ACTIVE);
  check(t.unseen < MOST_WAITING, "too many messages wait");
  return {
    ...clocks.endPause(t, c.time),
    respondBy: t.unseen ? t.respondBy : deadline(terms.hours, c.time, terms.nextResponse),
    unseen: t.unseen + 1,
    status: OPEN,
    flags: e.argument ? t.flags | Flag.CONTESTED : t.flags,
  };
}

/** Shift the deadline, and only then settle time. @param {State} t @param {Context} c @param {Terms} terms */
function reopened(t, c, terms) {
  check(c.time <= t.settledAt + terms.reopenWindow, "the ticket cannot be reopened any more");
  return clocks.settled({ ...clocks.creditSolved(t, c.time), settledAt: 0, status: OPEN }, terms, c.time);
}

/** @type {Rule} */
function answer(t, e, c, terms) {
  checkStatus(t, ACTIVE);
  check(ACTIVE.includes(Number(e.argument)), "the argument cannot be");
  t = read(t, e, c);
  if (t.unseen) t = { ...t, respondBy: deadline(terms.hours, c.time, terms.nextResponse), status: OPEN };
  else t = { ...t, status: Number(e.argument) };
  return t.status === OPEN ? clocks.endPause(t, c.time) : clocks.startPause(t, c.time);
}

/** Read what the customer wrote; while messages wait, at least one of them. @param {State} t @param {Asked} e @param {Context} c */
function read(t, e, c) {
  check(c.agent.tier >= t.tier, "the agent's tier is too low");
  checkCommitted(e);
  const unread = t.customerSeq - e.seen;
  check(!(t.unseen && unread >= t.unseen), "it answers nothing");
  return { ...t, unseen: Math.min(t.unseen, unread), flags: t.flags | Flag.ANSWERED, assignee: e.actor };
}

/** @type {Rule} */
function note(t, e, c) {
  checkNoArgument(e);
  if (isActive(t.status)) return t;
  checkStatus(t, [SOLVED]);
  return { ...clocks.creditSolved(t, c.time), settledAt: c.time };
}

/** @type {Rule} */
function assign(t, e, c) {
  checkStatus(t, ACTIVE);
  const assignee = address(e, 0n);
  checkInForce(c.assignee, c.time);
  return { ...t, assignee };
}

/** @type {Rule} */
function hold(t, e, c) {
  checkStatus(t, [OPEN]);
  checkNoArgument(e);
  checkCommitted(e);
  return { ...clocks.startPause(t, c.time), status: ON_HOLD };
}

/** @type {Rule} */
function resume(t, e, c) {
  checkStatus(t, [ON_HOLD]);
  checkNoArgument(e);
  return { ...clocks.endPause(t, c.time), status: OPEN };
}

/** @type {Rule} */
function solve(t, e, c) {
  checkStatus(t, ACTIVE);
  checkNoArgument(e);
  if (t.unseen) {
    t = read(t, e, c);
    check(!t.unseen, "messages wait for an answer");
  }
  return { ...clocks.endPause(t, c.time), status: SOLVED, settledAt: c.time };
}

/** @type {Rule} */
function close(t, e, c, terms) {
  checkStatus(t, CLOSABLE);
  if (laneOf(e.action, e.actor, t.customer) === "none") admitStranger(t, e, c, terms);
  check(e.argument === 0n || e.argument === BigInt(c.successor), "another successor was named");
  return { ...clocks.endPause(t, c.time), status: CLOSED, settledAt: c.time };
}

/** @param {State} t @param {Asked} e @param {Context} c @param {Terms} terms */
function admitStranger(t, e, c, terms) {
  check(t.status === SOLVED, "only the customer may do this");
  check(c.time > t.settledAt + terms.reopenWindow, "the ticket can still be reopened");
  checkUncommitted(e);
}

/** @type {Rule} */
function rate(t, e, c) {
  check(t.customer !== NOBODY, "the customer has no key");
  checkCustomer(t, e);
  check(t.status !== CLOSED || c.time <= t.settledAt + RATING_TIME, "the time for rating is over");
  checkStatus(t, [SOLVED, CLOSED]);
  check(!t.rating, "the ticket was rated before");
  check(e.argument >= 1n && e.argument <= MOST_STARS, "the argument cannot be");
  return { ...t, rating: Number(e.argument) };
}

/**
 * Raise the level of a ticket with a late clock; the entry's argument then names clock, level and deadline.
 * @param {State} t @param {Asked} e @param {Context} c @param {Terms} terms
 * @returns {[State, bigint]}
 */
export function escalated(t, e, c, terms) {
  checkStatus(t, ACTIVE);
  checkNoArgument(e);
  checkUncommitted(e);
  const late = clocks.overdue(t, terms, c.time);
  check(late.length > 0, "nothing is overdue");
  check(t.level < terms.levels, "there is no higher level");
  const again = t.escalatedAt + terms.escalateEvery;
  for (const clock of late) {
    const by = clock === Clock.RESPONSE ? t.respondBy : clocks.due(t, terms, c.time);
    if (t.escalatedAt <= by || c.time >= again) {
      const level = t.level + 1;
      return [{ ...t, level, escalatedAt: c.time }, (BigInt(clock) << 48n) | (BigInt(level) << 40n) | BigInt(by)];
    }
  }
  throw new Impossible("it was escalated shortly before");
}

/** @type {Rule} */
function repolicy(t, e, c, terms) {
  checkStatus(t, ACTIVE);
  check(e.argument < 65536n, "the argument cannot be");
  const next = c.proposed;
  if (next === null) throw new Impossible("there is no such policy");
  check(isNoLooser(next, terms), "the new policy promises less");
  const promised = t.flags & Flag.ANSWERED ? next.nextResponse : next.firstResponse;
  return {
    ...t,
    respondBy: t.unseen ? clocks.earlier(t.respondBy, deadline(next.hours, c.time, promised)) : t.respondBy,
    resolveBy: clocks.earlier(t.resolveBy, deadline(next.hours, c.time, next.resolution)),
    policy: Number(e.argument),
    tier: next.tier,
  };
}

/** @type {Rule} */
function claim(t, e) {
  checkStatus(t, CLOSABLE);
  check(t.customer === NOBODY, "the ticket has its customer");
  const customer = address(e, 1n);
  check(customer !== e.actor, "nobody serves themselves");
  return { ...t, customer };
}

/** @type {Map<string, Rule>} */
export const RULES = new Map(
  Object.entries({
    Reply: reply, Answer: answer, Note: note, Assign: assign, Hold: hold, Resume: resume,
    Solve: solve, Close: close, Rate: rate, Repolicy: repolicy, Claim: claim,
  }),
);

/**
 * Tell whether nothing can follow any more: closed, and rated, keyless, or too late to rate.
 * @param {State} t
 * @param {number | bigint} time
 */
export const isTerminal = (t, time) =>
  t.status === CLOSED && (t.rating !== 0 || t.customer === NOBODY || time > t.settledAt + RATING_TIME);

/**
 * Tell in which order of signed actions one stands, on a ticket of *customer*.
 * @param {string} action @param {Hex} actor @param {Hex} customer
 * @returns {"none" | "customer" | "staff"}
 */
export function laneOf(action, actor, customer) {
  if (action === "Close") return actor === customer && customer !== NOBODY ? "customer" : "none";
  if (action === "Open" || action === "Escalate") return "none";
  return action === "Reply" || action === "Rate" ? "customer" : "staff";
}

/** @param {boolean} holds @param {string} why */
export function check(holds, why) {
  if (!holds) throw new Impossible(why);
}

/** @param {Certificate} agent @param {number} time */
export const checkInForce = (agent, time) =>
  check(inForce(agent, time), agent.word === UNCERTIFIED.word ? "there is no certificate" : "the certificate is not in force");

/** @param {State} t @param {number[]} allowed */
function checkStatus(t, allowed) {
  if (!allowed.includes(t.status)) throw new Impossible("it is not possible while the ticket is {status}", { status: STATUSES[t.status] });
}

/** @param {Asked} e */
const checkNoArgument = (e) => check(e.argument === 0n, "the argument cannot be");
/** @param {Asked} e */
const checkCommitted = (e) => check(e.commitment !== NOTHING, "it needs a content");
/** @param {Asked} e */
const checkUncommitted = (e) => check(e.commitment === NOTHING, "it has no content");
/** @param {State} t @param {Asked} e */
const checkCustomer = (t, e) => check(e.actor === t.customer, "only the customer may do this");

/** @param {Asked} e @param {bigint} least @returns {Hex} */
function address(e, least) {
  check(e.argument >= least && e.argument < 1n << 160n, "the argument cannot be");
  return lowAddress(e.argument);
}
