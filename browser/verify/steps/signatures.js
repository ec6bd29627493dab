/**
 * Step 5: signatures of actions marked signed recover to their actors.
 *
 * The sequence that a signature covers follows from the entries alone, so this step stands on no other.
 */
import { NOBODY } from "../../shared/bytes.js";
import { Impossible, Inconclusive, Mismatch } from "../../shared/errors.js";
import { lowAddress } from "../../shared/ids.js";
import { checkSigned } from "../../shared/typed-data.js";
import { named } from "../model/replay.js";
import { laneOf } from "../model/rules.js";
import { AUTHS } from "../model/ticket.js";
import { instant, listed, said } from "./said.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {import("../file/entries.js").ProvenEntry} ProvenEntry */
/** @typedef {import("../../shared/typed-data.js").Domain} Domain */

const LONGEST_DEADLINE = 30 * 86400;

/**
 * Give entries with the sequences that their signatures must carry; 0 where a lane has none.
 * @param {ProvenEntry[]} entries
 */
export function turns(entries) {
  const sequences = { none: 0, customer: 1, staff: 1 };
  let customer = NOBODY;
  return entries.map((entry) => {
    const lane = laneOf(entry.action, entry.actor, customer);
    const sequence = sequences[lane];
    if (lane !== "none") sequences[lane]++;
    if (entry.action === "Open" && entry.auth !== "recorded") customer = entry.actor;
    else if (entry.action === "Claim") customer = lowAddress(entry.argument);
    return { entry, sequence };
  });
}

/**
 * Check every signature under a ticket's entries (V5).
 * @param {Hex} ticket
 * @param {ProvenEntry[]} entries
 * @param {import("../model/registry.js").Registry} registry
 * @param {Domain} domain
 */
export function checkSignatures(ticket, entries, registry, domain) {
  const missing = turns(entries).flatMap(({ entry, sequence }) => [
    ...(entry.auth === "ecdsa" ? checkActor(ticket, entry, sequence, registry, domain) : []),
    ...(entry.action === "Claim" ? checkConsent(ticket, entry, domain) : []),
  ]);
  const count = Object.fromEntries(AUTHS.map((auth) => [auth, entries.filter((one) => one.auth === auth).length]));
  if (missing.length) throw new Inconclusive("not held, so not checked: {missing}", { missing: listed(missing) });
  return said(
    "{ecdsa} recover to their actors; {sent} sent by the actor; {erc1271} accepted by the ledger from a contract wallet, not re-verifiable; {recorded} recorded by the desk",
    count,
  );
}

/** Check the actor's signature; name what is not held. @param {Hex} ticket @param {ProvenEntry} entry @param {number} sequence @param {import("../model/registry.js").Registry} registry @param {Domain} domain */
function checkActor(ticket, entry, sequence, registry, domain) {
  const terms = entry.action === "Open" ? registry.policy(entry.argument) : null;
  const signature = entry.signed?.signature;
  if (!entry.signed || !signature || (entry.action === "Open" && terms === null)) return [`signature ${entry.index}`];
  const { actor, commitment, argument, seen, action } = entry;
  const { deadline } = entry.signed;
  checkInTime(entry, deadline);
  try {
    if (terms) {
      const message = { opener: actor, customer: actor, policy: argument, terms: terms.hash, commitment, deadline };
      checkSigned("Open", message, domain, signature, actor);
    } else {
      const message = { ticketId: ticket, action, argument, actor, sequence, seen, commitment, deadline };
      checkSigned("Action", message, domain, signature, actor);
    }
  } catch (error) {
    if (error instanceof Mismatch || error instanceof Impossible) throw wrong(entry, error);
    throw error;
  }
  return [];
}

/** Check the customer's consent; that of a contract wallet cannot be told from an altered one. @param {Hex} ticket @param {ProvenEntry} entry @param {Domain} domain */
function checkConsent(ticket, entry, domain) {
  if (!entry.signed?.consent) return [`consent ${entry.index}`];
  checkInTime(entry, entry.signed.deadline);
  const customer = lowAddress(entry.argument);
  try {
    const message = { ticketId: ticket, customer, deadline: entry.signed.deadline };
    checkSigned("Claim", message, domain, entry.signed.consent, customer);
  } catch (error) {
    if (error instanceof Mismatch) return [`consent ${entry.index}`];
    throw error;
  }
  return [];
}

/** @param {ProvenEntry} entry @param {number} deadline */
function checkInTime(entry, deadline) {
  if (entry.time > deadline || deadline > entry.time + LONGEST_DEADLINE) {
    const values = { deadline: instant(deadline), time: instant(entry.time) };
    throw wrong(entry, said("its signature was good until {deadline}, and it was recorded at {time}", values));
  }
}

/** @param {ProvenEntry} entry @param {import("./said.js").Said} why */
const wrong = (entry, why) => new Mismatch("entry {index}, {action} by {actor}: {why}", { ...named(entry), why });
