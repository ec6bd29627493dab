/**
 * A ticket rebuilt from its entries, with every rule and every head: the twin of supportledger/model/{lifecycle,replay}.py.
 */
import { NOBODY, NOTHING } from "../../shared/bytes.js";
import { Impossible, Mismatch } from "../../shared/errors.js";
import { keccak256 } from "../../shared/hashes.js";
import { checksummed, entryHead, ticketId } from "../../shared/ids.js";
import { utf8 } from "../../shared/bytes.js";
import { UNCERTIFIED, inForce } from "./certificate.js";
import { settled } from "./clocks.js";
import { deadline } from "./policy.js";
import { RULES, check, checkInForce, escalated, laneOf } from "./rules.js";
import { ACTIONS, AUTHS, STATE_VERSION, Status, isActive } from "./ticket.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {import("./ticket.js").State} State */
/** @typedef {import("./registry.js").Registry} Registry */
/** @typedef {import("../file/entries.js").ProvenEntry} ProvenEntry */
/** @typedef {import("./rules.js").Context} Context */
/** @typedef {{chainId: number, address: Hex, codeHash: Hex}} Ledger */
/** @typedef {import("./rules.js").Asked & {time: number}} Acting */
/** @typedef {{state: State, authority: Hex, argument: bigint}} Outcome */

export const SUPERVISOR_ROLE = keccak256(utf8("SUPERVISOR_ROLE"));
const MOST_STAFF_RUN = 16;

/**
 * Rebuild a ticket (V3).
 * @param {Hex} ticket
 * @param {ProvenEntry[]} entries
 * @param {Registry} registry
 * @param {Ledger} ledger The verifier's.
 * @returns {Outcome[]} One for each entry.
 */
export function replayed(ticket, entries, registry, ledger) {
  if (!entries.length) throw new Mismatch("the ticket has no entries");
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const entry of entries) {
    outcomes.push(advanced(ticket, outcomes.at(-1)?.state ?? null, entry, registry, ledger));
  }
  return outcomes;
}

/**
 * Apply one more entry.
 * @param {Hex} ticket @param {State | null} state @param {ProvenEntry} entry @param {Registry} registry @param {Ledger} ledger
 */
function advanced(ticket, state, entry, registry, ledger) {
  try {
    const outcome = state === null ? opened(ticket, entry, registry, ledger) : applied(state, entry, registry);
    check(outcome.argument === entry.argument, "its argument is not the one that the rules make");
    return outcome;
  } catch (error) {
    if (!(error instanceof Impossible)) throw error;
    throw new Mismatch("entry {index}, {action} by {actor}: the ledger would have refused it: {why}", {
      ...named(entry),
      why: error,
    });
  }
}

/** Say which entry, for messages. @param {ProvenEntry} entry */
export const named = ({ index, action, actor }) => ({ index, action, actor: checksummed(actor) });

/** @param {Hex} ticket @param {ProvenEntry} e @param {Registry} registry @param {Ledger} ledger @returns {Outcome} */
function opened(ticket, e, registry, ledger) {
  check(e.action === "Open" && e.seen === 0, "a ticket begins by being opened");
  check(e.commitment !== NOTHING, "it needs a content");
  const own = ticketId(ledger.chainId, ledger.address, e.actor, e.commitment);
  check(own === ticket, "opener and commitment make another id on this ledger");
  const terms = registry.policy(e.argument);
  if (terms === null) throw new Impossible("there is no such policy");
  const isKeyless = e.auth === "recorded";
  check(terms.gate === NOBODY || e.auth === "ecdsa" || e.auth === "erc1271", "only the gate opens under this policy");
  const agent = isKeyless ? registry.agentAt(e.actor, e.index) : UNCERTIFIED;
  if (isKeyless) checkInForce(agent, e.time);
  /** @type {State} */
  const state = {
    customer: isKeyless ? NOBODY : e.actor, openedAt: e.time,
    respondBy: deadline(terms.hours, e.time, terms.firstResponse), policy: Number(e.argument), assignee: NOBODY,
    resolveBy: deadline(terms.hours, e.time, terms.resolution), pausedAt: 0, status: Status.OPEN, level: 0,
    version: STATE_VERSION, flags: 0, rating: 0, unseen: 1, staffRun: 0, tier: terms.tier, escalatedAt: 0,
    settledAt: 0, pausedTotal: 0, entries: 0, customerSeq: 1, staffSeq: 1, head: ticket,
  };
  return chained(state, e, e.argument, isKeyless ? keccak256(terms.hash, agent.word) : terms.hash);
}

/** @param {State} t @param {ProvenEntry} entry @param {Registry} registry @returns {Outcome} */
function applied(t, entry, registry) {
  const lane = laneOf(entry.action, entry.actor, t.customer);
  const isRecorded = entry.action === "Reply" && t.customer === NOBODY;
  check((entry.auth === "recorded") === isRecorded, "only what a keyless customer writes is recorded by the desk");
  check(lane !== "none" || entry.auth === "sent", "what anybody may do cannot be signed");
  const e = { ...entry, argument: entry.action === "Escalate" ? 0n : entry.argument };
  return transition(t, e, contextOf(e, lane, registry), registry.policy(BigInt(t.policy)));
}

/** Look up what the contract loads. @param {ProvenEntry} e @param {string} lane @param {Registry} registry @returns {Context} */
function contextOf(e, lane, registry) {
  const isStaffs = lane === "staff" || e.auth === "recorded";
  const isAssign = e.action === "Assign";
  return {
    time: e.time,
    agent: isStaffs ? registry.agentAt(e.actor, e.index) : UNCERTIFIED,
    assignee: isAssign ? registry.agentAt("0x" + e.argument.toString(16).padStart(64, "0").slice(24), e.index) : UNCERTIFIED,
    supervisor: (isAssign || e.action === "Repolicy") && registry.isSupervisorAt(e.actor, e.index),
    proposed: e.action === "Repolicy" ? registry.policy(e.argument) : null,
    successor: e.action === "Close" ? registry.successorAt(e.index) : NOBODY,
  };
}

/**
 * Apply an action to an existing ticket.
 * @param {State} t
 * @param {Acting} e
 * @param {Context} c
 * @param {import("./policy.js").Terms | null} terms The ticket's.
 * @returns {Outcome}
 */
export function transition(t, e, c, terms) {
  if (terms === null) throw new Impossible("there is no such policy");
  const [lane, waited] = [laneOf(e.action, e.actor, t.customer), t.unseen];
  if (isActive(t.status)) t = settled(t, terms, c.time);
  if (lane === "staff") admitStaff(t, e, c);
  else check(e.seen === 0, "only staff say what they have read");
  let argument = e.argument;
  const rule = RULES.get(e.action);
  if (e.action === "Escalate") [t, argument] = escalated(t, e, c, terms);
  else if (rule) t = rule(t, e, c, terms);
  else throw new Impossible("a ticket is opened once");
  return chained(counted(t, lane, waited), e, argument, authorityOf(e, c));
}

/** @param {State} t @param {Acting} e @param {Context} c */
function admitStaff(t, e, c) {
  check(e.actor !== t.customer, "nobody serves themselves");
  check(e.seen <= t.customerSeq, "it has read what was not written yet");
  if (isSupervisors(e, c)) check(c.supervisor, "only a supervisor may do this");
  else checkInForce(c.agent, c.time);
}

/** Tell whether it takes a supervisor: all repolicies, and assignments but to oneself. @param {Acting} e @param {Context} c */
function isSupervisors(e, c) {
  if (e.action === "Assign") return !(e.argument === BigInt(e.actor) && inForce(c.agent, c.time));
  return e.action === "Repolicy";
}

/** Give what the actor acted on: bound into the head (V4.2). @param {Acting} e @param {Context} c @returns {Hex} */
function authorityOf(e, c) {
  if (!isSupervisors(e, c)) return c.agent.word;
  return e.action === "Assign" ? SUPERVISOR_ROLE : keccak256(SUPERVISOR_ROLE, c.proposed?.hash ?? NOTHING);
}

/** Count the entry in its lane. @param {State} t @param {string} lane @param {number} waited @returns {State} */
function counted(t, lane, waited) {
  if (lane === "customer") return { ...t, customerSeq: t.customerSeq + 1, staffRun: 0 };
  if (lane === "none") return t;
  if (t.unseen < waited) return { ...t, staffSeq: t.staffSeq + 1 };
  check(t.staffRun < MOST_STAFF_RUN, "staff go on without answering");
  return { ...t, staffSeq: t.staffSeq + 1, staffRun: t.staffRun + 1 };
}

/** Append an entry to the chain of heads (V4.1). @param {State} t @param {Acting} e @param {bigint} argument @param {Hex} authority @returns {Outcome} */
function chained(t, e, argument, authority) {
  const meta =
    (BigInt(t.entries) << 88n) | (BigInt(ACTIONS.indexOf(/** @type {any} */ (e.action))) << 80n) |
    (BigInt(AUTHS.indexOf(/** @type {any} */ (e.auth))) << 72n) | (BigInt(e.seen) << 40n) | BigInt(e.time);
  const head = entryHead(t.head, meta, argument, e.actor, authority, e.commitment);
  return { state: { ...t, head, entries: t.entries + 1 }, authority, argument };
}
