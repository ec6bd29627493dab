/**
 * A ticket read from a node, in the form of a proof file: then the same steps judge it.
 *
 * Nothing that the node says is believed: events are replayed, certificates and policies are bound by the heads, and the
 * words are shown under the block's state root.
 */
import { NOTHING, toHex, uint, utf8 } from "../../shared/bytes.js";
import { Impossible, Mismatch, Unreachable } from "../../shared/errors.js";
import { keccak256 } from "../../shared/hashes.js";
import { recover } from "../../shared/signature.js";
import { digest } from "../../shared/typed-data.js";
import { actsOnCertificate } from "../file/entries.js";
import { certificate } from "../model/certificate.js";
import { terms } from "../model/policy.js";
import { ACTIONS, AUTHS } from "../model/ticket.js";
import { turns } from "../steps/signatures.js";
import { placeOf, proveAccount, readHeader, walked } from "../steps/storage.js";
import { wantedOf } from "../steps/ticket-case.js";
import { checkChain, headerBytes, lastFinal, nodesOf } from "./blocks.js";
import { itemsOf } from "./inputs.js";
import { fixed, list, malformed, octets, quantity } from "./rpc.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {import("../file/entries.js").ProvenEntry} ProvenEntry */
/** @typedef {import("../file/proof-file.js").ProofFile} ProofFile */
/** @typedef {import("../model/replay.js").Ledger} Ledger */
/** @typedef {import("./rpc.js").Node} Node */
/** @typedef {{block: bigint, index: bigint, topics: Hex[], data: Uint8Array, transaction: Hex}} Log */

const EVENTS = [
  "Opened", "Replied", "Answered", "Noted", "Assigned", "Held", "Resumed", "Solved", "Closed", "Rated", "Escalated",
  "Repolicied", "Claimed",
].map((name) => keccak256(utf8(`${name}(bytes32,address,uint256,uint256,bytes32)`)));
const AGENT_CHANGED = keccak256(utf8("AgentChanged(address,address,uint256,uint256)"));
const POLICY_OF = keccak256(utf8("policyOf(uint16)")).slice(0, 10);
const RETIRED = 1n << 32n;
const FEWEST_BLOCKS = 500n;

/**
 * Read everything about a ticket that a node can show, as of its last final block.
 * @param {Node} node
 * @param {Ledger} ledger The visitor's.
 * @param {Hex} ticket
 * @returns {Promise<ProofFile>}
 */
export async function ticketFrom(node, ledger, ticket) {
  await checkChain(node, ledger.chainId);
  const number = await lastFinal(node);
  const found = await logs(node, ledger.address, [null, ticket], 0n, number);
  const events = found.filter(({ topics }) => EVENTS.includes(topics[0]));
  if (!events.length) throw new Unreachable("the node knows no such ticket on this ledger");
  const bare = events.map(entryOf);
  const certified = await withCertificates(node, ledger, bare, events, number);
  const entries = await withSignatures(node, ledger, ticket, certified, events);
  return assembled(node, ledger, ticket, entries, number);
}

/**
 * @param {Node} node @param {Ledger} ledger @param {Hex} ticket @param {ProvenEntry[]} entries @param {bigint} number
 * @returns {Promise<ProofFile>}
 */
async function assembled(node, ledger, ticket, entries, number) {
  const agents = [...new Set(entries.filter((one) => one.certificate !== null).map((one) => one.actor))].sort();
  const policies = await policiesOf(node, ledger, entries, number);
  const wanted = wantedOf({ ticket, agents, policies, lines: null });
  const at = "0x" + number.toString(16);
  const slot = uint(quantity(await node.call("eth_getStorageAt", ledger.address, wanted[0].place, at)));
  const block = await provenBy(node, ledger, wanted.map(({ place }) => place), at);
  return { kind: "ticket", ledger, ticket, state: null, slot, entries, policies, lines: null, block, agents };
}

/**
 * Ask for logs, in smaller ranges where the node refuses large ones.
 * @param {Node} node @param {Hex} address @param {(Hex | null)[]} topics @param {bigint} from @param {bigint} to
 * @returns {Promise<Log[]>}
 */
async function logs(node, address, topics, from, to) {
  const [fromBlock, toBlock] = ["0x" + from.toString(16), "0x" + to.toString(16)];
  try {
    return list(await node.call("eth_getLogs", { address, topics, fromBlock, toBlock })).map(logOf).sort(byPlace);
  } catch (error) {
    if (!(error instanceof Unreachable) || to - from < FEWEST_BLOCKS) throw error;
    const middle = (from + to) / 2n;
    const first = await logs(node, address, topics, from, middle);
    return [...first, ...(await logs(node, address, topics, middle + 1n, to))];
  }
}

/** @param {any} log @returns {Log} */
function logOf(log) {
  return {
    block: quantity(log?.blockNumber),
    index: quantity(log?.logIndex),
    topics: list(log?.topics).map((topic) => fixed(topic, 32)),
    data: octets(log?.data),
    transaction: fixed(log?.transactionHash, 32),
  };
}

/** @param {Log} one @param {Log} other */
const byPlace = (one, other) => Number(one.block - other.block) || Number(one.index - other.index);

/** @param {Log} log @param {number} index @returns {ProvenEntry} */
function entryOf({ topics, data }, index) {
  if (data.length !== 96 || topics.length < 3) throw malformed();
  const [meta, argument, commitment] = [0, 32, 64].map((at) => toHex(data.slice(at, at + 32)));
  const words = BigInt(meta);
  const action = ACTIONS[Number((words >> 80n) & 0xffn)];
  const auth = AUTHS[Number((words >> 72n) & 0xffn)];
  if (!action || !auth || words >> 88n !== BigInt(index)) throw new Unreachable("the node's events are not contiguous");
  return {
    index, action, auth, actor: "0x" + topics[2].slice(26), argument: BigInt(argument),
    seen: Number((words >> 40n) & 0xffffffffn), time: Number(words & 0xffffffffffn), commitment,
    certificate: null, signed: null, content: null,
  };
}

/** Find the certificates that entries were made on: the last change before each. @param {Node} node @param {Ledger} ledger @param {ProvenEntry[]} entries @param {Log[]} events @param {bigint} number */
async function withCertificates(node, ledger, entries, events, number) {
  /** @type {Map<Hex, Log[]>} */
  const changes = new Map();
  for (const { actor } of entries.filter(actsOnCertificate)) {
    if (changes.has(actor)) continue;
    const topics = [AGENT_CHANGED, "0x" + "0".repeat(24) + actor.slice(2)];
    changes.set(actor, await logs(node, ledger.address, topics, 0n, number));
  }
  return entries.map((entry, at) => {
    if (!actsOnCertificate(entry)) return entry;
    const last = changes.get(entry.actor)?.findLast((one) => byPlace(one, events[at]) < 0);
    return { ...entry, certificate: certificate(last ? toHex(last.data.slice(0, 32)) : NOTHING) };
  });
}

/** Find signatures in the inputs of transactions. @param {Node} node @param {Ledger} ledger @param {Hex} ticket @param {ProvenEntry[]} entries @param {Log[]} events */
async function withSignatures(node, ledger, ticket, entries, events) {
  /** @type {Map<Hex, import("./inputs.js").Item[]>} */
  const carried = new Map();
  const needed = (/** @type {ProvenEntry} */ { auth, action }) => auth === "ecdsa" || action === "Claim";
  for (const { index } of entries.filter(needed)) {
    const { transaction } = events[index];
    if (carried.has(transaction)) continue;
    const found = await node.call("eth_getTransactionByHash", transaction);
    carried.set(transaction, found === null ? [] : itemsOf(octets(found.input ?? found.data)));
  }
  return turns(entries).map(({ entry, sequence }) => {
    const items = carried.get(events[entry.index].transaction) ?? [];
    const alike = items.filter((one) => isAlike(one, ticket, entry)).map(({ shown }) => shown);
    const shown = alike.find((one) => isBy(one, ledger, ticket, entry, sequence)) ?? alike[0];
    return needed(entry) && shown ? { ...entry, signed: signedOf(entry, shown) } : entry;
  });
}

/** @param {import("./inputs.js").Item} one @param {Hex} ticket @param {ProvenEntry} entry */
const isAlike = (one, ticket, entry) =>
  (one.ticket === ticket || (one.ticket === null && entry.action === "Open")) &&
  /** @type {const} */ (["action", "actor", "argument", "seen", "commitment"]).every((name) => one[name] === entry[name]);

/** Tell whether an action that looks like others was signed as this one. @param {import("./inputs.js").Shown} shown @param {Ledger} ledger @param {Hex} ticket @param {ProvenEntry} entry @param {number} sequence */
function isBy({ signature, deadline }, ledger, ticket, entry, sequence) {
  if (entry.action === "Open" || entry.auth !== "ecdsa") return true;
  const { action, argument, actor, seen, commitment } = entry;
  const message = { ticketId: ticket, action, argument, actor, sequence, seen, commitment, deadline };
  try {
    return recover(digest("Action", message, { chainId: ledger.chainId, ledger: ledger.address }), signature) === actor;
  } catch (error) {
    if (error instanceof Mismatch || error instanceof Impossible) return false;
    throw error;
  }
}

/** Keep what can be verified again. @param {ProvenEntry} entry @param {import("./inputs.js").Shown} shown */
function signedOf({ auth, action }, { signature, deadline, consent }) {
  return {
    signature: auth === "ecdsa" && signature !== "0x" ? signature : null,
    deadline,
    consent: action === "Claim" && consent.length === 132 ? consent : null,
  };
}

/** @param {Node} node @param {Ledger} ledger @param {ProvenEntry[]} entries @param {bigint} number */
async function policiesOf(node, ledger, entries, number) {
  const named = entries.filter(({ action }) => action === "Open" || action === "Repolicy").map((one) => one.argument);
  /** @type {ProofFile["policies"]} */
  const found = new Map();
  for (const policy of [...new Set(named)].sort((one, other) => Number(one - other))) {
    const call = { to: ledger.address, data: POLICY_OF + uint(policy).slice(2) };
    const data = octets(await node.call("eth_call", call, "0x" + number.toString(16)));
    if (data.length !== 160) throw malformed();
    const [word, hours, gate, text] = [0, 32, 64, 96].map((at) => toHex(data.slice(at, at + 32)));
    found.set(Number(policy), terms(uint(BigInt(word) & ~RETIRED), hours, "0x" + gate.slice(26), text));
  }
  return found;
}

/** @param {Node} node @param {Ledger} ledger @param {Hex[]} places @param {string} at */
async function provenBy(node, ledger, places, at) {
  const header = headerBytes(await node.call("eth_getBlockByNumber", at, false));
  const answer = await node.call("eth_getProof", ledger.address, places, at);
  const { stateRoot } = readHeader(header);
  const account = walked(stateRoot, keccak256(ledger.address), nodesOf(answer?.accountProof), "account").used;
  const { storageRoot } = proveAccount(readHeader(header), ledger.address, account);
  const given = list(answer?.storageProof);
  if (given.length !== places.length) throw malformed();
  const words = places.map((place, index) => walked(storageRoot, keccak256(place), nodesOf(given[index]?.proof), "a word").used);
  return { header, account, words };
}
