/** One entry of a proof file: what its event says, on what authority, who signed it, and what of it is shown (P4). */
import { NOTHING } from "../../shared/bytes.js";
import { Impossible, Malformed } from "../../shared/errors.js";
import { certificate } from "../model/certificate.js";
import { ACTIONS, AUTHS } from "../model/ticket.js";
import { contentFrom } from "./contents.js";
import { chosen, fixed, integer, members } from "./values.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {{signature: Hex | null, deadline: number, consent: Hex | null}} Signed */
/**
 * @typedef {object} ProvenEntry
 * @property {number} index
 * @property {string} action
 * @property {string} auth
 * @property {Hex} actor
 * @property {bigint} argument
 * @property {number} seen
 * @property {number} time
 * @property {Hex} commitment
 * @property {import("../model/certificate.js").Certificate | null} certificate
 * @property {Signed | null} signed
 * @property {import("./contents.js").Content | null} content
 */

const MEMBERS = [
  "action", "actor", "argument", "auth", "certificate", "commitment", "content", "seen", "signed", "time",
];
/** What nobody does on a certificate, unless they record it for a keyless customer. */
const UNCERTIFIED = ["Open", "Reply", "Close", "Rate", "Escalate", "Repolicy"];
const WORDS = ACTIONS.slice(1);

/**
 * Tell whether an entry's head binds its actor's certificate (P4.4).
 * @param {{auth: string, action: string, argument: bigint, actor: Hex}} entry
 */
export function actsOnCertificate({ auth, action, argument, actor }) {
  if (auth === "recorded") return true;
  if (action === "Assign") return argument === BigInt(actor);
  return !UNCERTIFIED.includes(action);
}

/**
 * @param {unknown} data
 * @param {number} index
 * @returns {ProvenEntry}
 */
export function entryFrom(data, index) {
  const parts = members(data, MEMBERS, `entry ${index}`);
  const record = {
    index,
    action: chosen(parts.action, WORDS, "an action"),
    auth: chosen(parts.auth, AUTHS, "auth"),
    actor: fixed(parts.actor, 20, "an actor"),
    argument: BigInt(fixed(parts.argument, 32, "an argument")),
    seen: integer(parts.seen, 32, "seen"),
    time: integer(parts.time, 40, "time"),
    commitment: fixed(parts.commitment, 32, "a commitment"),
  };
  if (parts.content !== null && record.commitment === NOTHING) {
    throw new Malformed("entry {index} commits to no content, and has one", { index });
  }
  return {
    ...record,
    certificate: certificateFrom(record, parts.certificate),
    signed: parts.signed === null ? null : signedFrom(record, parts.signed),
    content: parts.content === null ? null : contentFrom(parts.content),
  };
}

/** @param {{index: number, auth: string, action: string, argument: bigint, actor: Hex}} record @param {unknown} data */
function certificateFrom(record, data) {
  if ((data !== null) !== actsOnCertificate(record)) {
    throw new Malformed("entry {index} has a certificate where there is none, or none where there is one", {
      index: record.index,
    });
  }
  return data === null ? null : readable(() => certificate(fixed(data, 32, "a certificate")));
}

/** @param {{index: number, auth: string, action: string}} record @param {unknown} data @returns {Signed} */
function signedFrom({ index, auth, action }, data) {
  const parts = members(data, ["consent", "deadline", "signature"], `what is signed of entry ${index}`);
  if (parts.consent === null && parts.signature === null) {
    throw new Malformed("entry {index} has a deadline, and nothing that is signed", { index });
  }
  if ((parts.consent !== null && action !== "Claim") || (parts.signature !== null && auth !== "ecdsa")) {
    throw new Malformed("entry {index} has a signature that an entry of its kind does not have", { index });
  }
  return {
    signature: parts.signature === null ? null : fixed(parts.signature, 65, "a signature"),
    deadline: integer(parts.deadline, 53, "a deadline"),
    consent: parts.consent === null ? null : fixed(parts.consent, 65, "a consent"),
  };
}

/**
 * Read a value that the file may have wrong.
 * @template T
 * @param {() => T} read
 * @returns {T}
 */
export function readable(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof Impossible) throw new Malformed(error.template, error.values);
    throw error;
  }
}
