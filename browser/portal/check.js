/**
 * Nothing is signed that this page has not made again itself, from what was typed.
 *
 * 1. The fields that the desk wants signed say what was typed, and name nothing else that somebody has written.
 * 2. They make the commitment that is in the message, at its place.
 * 3. The message is about this ticket, this action and this address; its typed data and its digest are made here.
 */
import { NOTHING } from "../shared/bytes.js";
import { commit, context } from "../shared/commitment.js";
import { Mismatch } from "../shared/errors.js";
import { field } from "../shared/fields.js";
import { sha256 } from "../shared/hashes.js";
import { handle, parseAddress, ticketId } from "../shared/ids.js";
import { digest, walletRequest } from "../shared/typed-data.js";

/** @typedef {import("../shared/bytes.js").Hex} Hex */
/**
 * @typedef {object} Typed What somebody wants.
 * @property {string} verb open, reply, rate or close.
 * @property {string} ticket Handle; empty in open.
 * @property {number} stars In rate.
 * @property {Record<string, string>} texts By field: subject, body.
 * @property {File[]} files
 */

const VERBS = {
  open: { number: 1, kind: "question" },
  reply: { number: 2, kind: "reply", name: "Reply" },
  close: { number: 9, kind: "closing", name: "Close" },
  rate: { number: 10, kind: "rating", name: "Rate" },
};
const FREE = /^(createdAt|language|channel|log\.count|log\.last|attachment\.\d+(\.name|\.type|\.size)?)$/;
const DAY_S = 86_400;
const FILE = /^attachment\.\d+$/;

/**
 * Check what is to be signed, and make it again.
 * @param {any} prepared As the desk wrote it.
 * @param {Typed} wanted
 * @param {Hex} address Who signs.
 * @returns {Promise<{typed: object, digest: Hex, differs: string[]}>} `differs`: texts as they would be signed, where
 *   secrets were taken out of what was typed.
 */
export async function checked(prepared, wanted, address) {
  const fields = fieldsOf(prepared.fields);
  const differs = compareTexts(fields, wanted, prepared.removed.length > 0);
  if (!prepared.removed.length) await compareFiles(fields, wanted.files);
  const { message, primaryType, domain } = prepared.typedData;
  const at = { chainId: BigInt(domain.chainId), ledger: parseAddress(domain.verifyingContract) };
  const own = wanted.verb === "open" ? openMessage(message, address) : actMessage(message, wanted, address);
  const ticket = wanted.verb === "open" ? NOTHING : own.ticketId;
  const place = context(at.chainId, at.ledger, ticket, VERBS[wanted.verb].number, address);
  need(own.commitment === (fields.length ? commit(fields, place) : NOTHING), "its content is another one");
  need(primaryType === (wanted.verb === "open" ? "Open" : "Action"), "it is another message");
  if (wanted.verb === "open") {
    need(handle(ticketId(at.chainId, at.ledger, address, own.commitment)) === prepared.ticket, "it is another ticket");
  }
  const typed = walletRequest(primaryType, own, at);
  return { typed, digest: digest(primaryType, own, at), differs };
}

/**
 * Check what is to be signed to take a ticket over, and make it again.
 * @param {any} prepared As the desk wrote it.
 * @param {string} ticket Handle.
 * @param {Hex} address Who signs.
 * @param {bigint} longest Seconds that the signature may count.
 * @returns {{typed: object, digest: Hex}}
 */
export function checkedClaim(prepared, ticket, address, longest) {
  const { message, primaryType, domain } = prepared.typedData;
  const at = { chainId: BigInt(domain.chainId), ledger: parseAddress(domain.verifyingContract) };
  const own = {
    ticketId: message.ticketId,
    customer: parseAddress(message.customer),
    deadline: BigInt(message.deadline),
  };
  need(primaryType === "Claim", "it is another message");
  need(own.customer === address, "it is somebody else's");
  need(handle(own.ticketId) === ticket, "it is about another ticket");
  need(own.deadline === BigInt(prepared.deadline), "its time is another one");
  need(own.deadline <= BigInt(Math.floor(Date.now() / 1_000)) + longest, "its time is another one");
  return { typed: walletRequest("Claim", own, at), digest: digest("Claim", own, at) };
}

/** @param {string | null} text */
const fieldsOf = (text) =>
  JSON.parse(text ?? "[]").map(({ name, type, value, salt }) =>
    field(name, type === "uint64" ? BigInt(value) : value, salt),
  );

/** @param {any[]} fields @param {Typed} wanted @param {boolean} isRedacted */
function compareTexts(fields, wanted, isRedacted) {
  const expected = { ...wanted.texts, kind: VERBS[wanted.verb].kind };
  if (!fields.length) need(!Object.keys(wanted.texts).length, "what was typed is missing");
  const differs = [];
  for (const { name, value } of fields) {
    if (FREE.test(name)) {
      if (name === "createdAt") need(Math.abs(Number(value) - Date.now() / 1_000) < DAY_S, "its time is another one");
      continue;
    }
    need(Object.hasOwn(expected, name), `nobody has typed ${name}`);
    if (value === plain(expected[name])) continue;
    need(isRedacted && name !== "kind", `${name} is not what was typed`);
    differs.push(value);
  }
  if (fields.length) for (const name of Object.keys(expected)) need(fields.some((one) => one.name === name), `${name} is missing`);
  return differs;
}

/** @param {any[]} fields @param {File[]} files */
async function compareFiles(fields, files) {
  const hashes = await Promise.all(files.map(async (one) => sha256(new Uint8Array(await one.arrayBuffer()))));
  const named = fields.filter((one) => FILE.test(one.name));
  need(named.length === files.length, "its files are other ones");
  for (const { name, value } of named) need(value === hashes[Number(name.split(".")[1])], "its files are other ones");
}

/** @param {any} message @param {Hex} address */
function openMessage(message, address) {
  const own = {
    opener: parseAddress(message.opener),
    customer: parseAddress(message.customer),
    policy: Number(message.policy),
    terms: message.terms,
    commitment: message.commitment,
    deadline: BigInt(message.deadline),
  };
  need(own.opener === address && own.customer === address, "it is somebody else's");
  return own;
}

/** @param {any} message @param {Typed} wanted @param {Hex} address */
function actMessage(message, wanted, address) {
  const own = {
    ticketId: message.ticketId,
    action: message.action,
    argument: BigInt(message.argument),
    actor: parseAddress(message.actor),
    sequence: Number(message.sequence),
    seen: Number(message.seen),
    commitment: message.commitment,
    deadline: BigInt(message.deadline),
  };
  need(own.actor === address, "it is somebody else's");
  need(handle(own.ticketId) === wanted.ticket, "it is about another ticket");
  need(own.action === VERBS[wanted.verb].name, "it is another action");
  need(own.argument === BigInt(wanted.verb === "rate" ? wanted.stars : 0), "it says something else");
  return own;
}

/** What is committed to of a text: as the desk takes it from a form, in one normal form. @param {string} text */
const plain = (text) => text.replaceAll("\r\n", "\n").normalize("NFC");

/** @param {boolean} holds @param {string} why */
function need(holds, why) {
  if (!holds) throw new Mismatch("this is not what you wrote: {why}", { why });
}
