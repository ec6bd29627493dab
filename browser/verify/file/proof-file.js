/** The proof file, version 1, of both kinds; nothing of it is believed (docs/spec/proof-file.md). */
import { Malformed } from "../../shared/errors.js";
import { digest } from "../../shared/typed-data.js";
import { terms } from "../model/policy.js";
import { ACTIONS, unpacked } from "../model/ticket.js";
import { parsed } from "./canonical.js";
import { entryFrom, readable } from "./entries.js";
import { array, chosen, fixed, integer, members, octets } from "./values.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {import("../model/ticket.js").State} State */
/** @typedef {import("../model/replay.js").Ledger} Ledger */
/** @typedef {{data: Uint8Array, index: number, proof: Hex[]}} ShownLine */
/** @typedef {{log: Hex, checkpoint: {size: number, root: Hex, time: number}, lines: ShownLine[]}} ShownLines */
/** @typedef {{header: Uint8Array, account: Uint8Array[], words: Uint8Array[][]}} StateProof */
/**
 * @typedef {object} ProofFile
 * @property {"ticket"} kind
 * @property {Ledger} ledger
 * @property {Hex} ticket
 * @property {State | null} state Null only of what was read from a node, where nobody claims one.
 * @property {Hex} slot
 * @property {import("./entries.js").ProvenEntry[]} entries
 * @property {Map<number, import("../model/policy.js").Terms>} policies Ascending.
 * @property {ShownLines | null} lines
 * @property {StateProof} block
 * @property {Hex[]} agents Whose present certificates the block shows, ascending.
 */
/**
 * @typedef {object} Promised
 * @property {string} action
 * @property {Hex} actor
 * @property {bigint} argument
 * @property {Hex} commitment
 * @property {number} deadline
 * @property {number} seen
 * @property {number} sequence
 * @property {Hex} signature
 * @property {Hex | null} terms
 */
/** @typedef {{receivedAt: number, includeBy: number, signer: Hex, signature: Hex}} Receipt */
/**
 * @typedef {object} AbsenceFile
 * @property {"absence"} kind
 * @property {Ledger} ledger
 * @property {Hex} ticket
 * @property {State | null} state
 * @property {Hex} slot
 * @property {Promised} promised
 * @property {Receipt} receipt
 * @property {StateProof} block
 */

/** The version of the form that this reader knows. */
export const VERSION = 1;
const ENVELOPE = ["format", "kind", "version", "block", "ledger", "ticket"];

/**
 * Read a file's bytes, believing nothing (V1).
 * @param {Uint8Array} data
 * @returns {ProofFile | AbsenceFile}
 */
export function opened(data) {
  const found = parsed(data);
  if (found.get("format") !== "supportledger-proof") throw new Malformed("the file does not say that it is a proof file");
  const version = found.get("version");
  if (typeof version === "number" && version > VERSION) {
    throw new Malformed("the file has version {version}, this page knows 1: use a newer page", { version });
  }
  if (version !== VERSION) throw new Malformed("the file has no version that this page knows");
  if (found.get("kind") === "ticket") return ticketFile(found);
  if (found.get("kind") === "absence") return absenceFile(found);
  throw new Malformed("the file proves neither a ticket nor an absence");
}

/** @param {Map<string, unknown>} found @returns {ProofFile} */
function ticketFile(found) {
  const parts = members(found, [...ENVELOPE, "entries", "lines", "policies"], "the file");
  const { ticket, state, slot } = ticketFrom(parts.ticket);
  if (state === null) throw new Malformed("the ticket has no state");
  const entries = array(parts.entries, "entries").map(entryFrom);
  const policies = policiesFrom(parts.policies, entries);
  const lines = parts.lines === null ? null : linesFrom(parts.lines);
  const agents = [...new Set(entries.filter((one) => one.certificate !== null).map((one) => one.actor))].sort();
  const block = blockFrom(parts.block, { agents: agents.length, policies: policies.size, anchors: lines ? 1 : 0 });
  return { kind: "ticket", ledger: ledgerFrom(parts.ledger), ticket, state, slot, entries, policies, lines, block, agents };
}

/** @param {Map<string, unknown>} found @returns {AbsenceFile} */
function absenceFile(found) {
  const parts = members(found, [...ENVELOPE, "promised", "receipt"], "the file");
  const given = members(parts.receipt, ["includeBy", "receivedAt", "signature", "signer"], "receipt");
  const file = {
    kind: /** @type {const} */ ("absence"),
    ledger: ledgerFrom(parts.ledger),
    ...ticketFrom(parts.ticket),
    promised: promisedFrom(parts.promised),
    receipt: {
      receivedAt: integer(given.receivedAt, 53, "receivedAt"),
      includeBy: integer(given.includeBy, 53, "includeBy"),
      signer: fixed(given.signer, 20, "the receipt's signer"),
      signature: fixed(given.signature, 65, "the receipt's signature"),
    },
    block: blockFrom(parts.block, { agents: 1, policies: 0, anchors: 0 }),
  };
  readable(() => digest(...said(file), { chainId: file.ledger.chainId, ledger: file.ledger.address }));
  return file;
}

/**
 * Give what was signed of a promised action.
 * @param {{promised: Promised, ticket: Hex}} file
 * @returns {[string, Record<string, any>]}
 */
export function said({ promised, ticket }) {
  const { actor, argument, terms: promise, commitment, deadline, ...rest } = promised;
  if (promise !== null) {
    return ["Open", { opener: actor, customer: actor, policy: argument, terms: promise, commitment, deadline }];
  }
  const { action, sequence, seen } = rest;
  return ["Action", { ticketId: ticket, action, argument, actor, sequence, seen, commitment, deadline }];
}

/** @param {unknown} data @returns {Promised} */
function promisedFrom(data) {
  const names = ["action", "actor", "argument", "commitment", "deadline", "seen", "sequence", "signature", "terms"];
  const parts = members(data, names, "promised");
  const found = {
    action: chosen(parts.action, ACTIONS.slice(1), "an action"),
    actor: fixed(parts.actor, 20, "an actor"),
    argument: BigInt(fixed(parts.argument, 32, "an argument")),
    commitment: fixed(parts.commitment, 32, "a commitment"),
    deadline: integer(parts.deadline, 53, "a deadline"),
    seen: integer(parts.seen, 32, "seen"),
    sequence: integer(parts.sequence, 32, "a sequence"),
    signature: fixed(parts.signature, 65, "a signature"),
    terms: parts.terms === null ? null : fixed(parts.terms, 32, "terms"),
  };
  const isOpen = found.action === "Open";
  if ((found.terms !== null) !== isOpen || (isOpen && (found.sequence || found.seen))) {
    throw new Malformed("an opening has terms and no sequence, anything else the other way round");
  }
  return found;
}

/** @param {unknown} data @returns {Ledger} */
function ledgerFrom(data) {
  const parts = members(data, ["address", "chainId", "codeHash"], "ledger");
  return {
    chainId: integer(parts.chainId, 53, "chainId"),
    address: fixed(parts.address, 20, "the ledger's address"),
    codeHash: fixed(parts.codeHash, 32, "codeHash"),
  };
}

/** @param {unknown} data */
function ticketFrom(data) {
  const parts = members(data, ["id", "slot", "state"], "ticket");
  const ticket = fixed(parts.id, 32, "the ticket's id");
  const slot = fixed(parts.slot, 32, "the ticket's slot");
  if (parts.state === null) return { ticket, slot, state: null };
  const words = array(parts.state, "state").map((one) => fixed(one, 32, "a word of the state").slice(2));
  return { ticket, slot, state: readable(() => unpacked("0x" + words.join(""))) };
}

/** @param {unknown} data @param {import("./entries.js").ProvenEntry[]} entries */
function policiesFrom(data, entries) {
  /** @type {ProofFile["policies"]} */
  const found = new Map();
  let last = -1;
  for (const one of array(data, "policies")) {
    const parts = members(one, ["gate", "hours", "number", "textHash", "word"], "a policy");
    const number = integer(parts.number, 16, "a policy's number");
    if (number <= last) throw new Malformed("policies are listed by ascending number, each once");
    const words = ["word", "hours"].map((name) => fixed(parts[name], 32, "a policy's words"));
    const [gate, text] = [fixed(parts.gate, 20, "a policy's gate"), fixed(parts.textHash, 32, "textHash")];
    found.set(number, readable(() => terms(words[0], words[1], gate, text)));
    last = number;
  }
  const needed = new Set(entries.filter(({ action }) => action === "Open" || action === "Repolicy").map((one) => one.argument));
  if (needed.size !== found.size || [...found.keys()].some((number) => !needed.has(BigInt(number)))) {
    throw new Malformed("policies are those of the entries, no others and none less");
  }
  return found;
}

/** @param {unknown} data @returns {ShownLines} */
function linesFrom(data) {
  const parts = members(data, ["checkpoint", "lines", "log"], "lines");
  const anchored = members(parts.checkpoint, ["root", "size", "time"], "a checkpoint");
  return {
    log: fixed(parts.log, 32, "a log's id"),
    checkpoint: {
      size: integer(anchored.size, 53, "a checkpoint's size"),
      root: fixed(anchored.root, 32, "a checkpoint's root"),
      time: integer(anchored.time, 40, "a checkpoint's time"),
    },
    lines: array(parts.lines, "lines").map((one) => {
      const line = members(one, ["data", "index", "proof"], "a line");
      return {
        data: octets(line.data, "a line"),
        index: integer(line.index, 53, "a line's index"),
        proof: array(line.proof, "a proof").map((node) => fixed(node, 32, "a node of a line's proof")),
      };
    }),
  };
}

/** @param {unknown} data @param {Record<string, number>} counts @returns {StateProof} */
function blockFrom(data, counts) {
  const parts = members(data, ["account", "header", "ticket", ...Object.keys(counts)], "the block");
  const words = [nodesFrom(parts.ticket)];
  for (const [name, count] of Object.entries(counts)) {
    const listed = array(parts[name], `the block's ${name}`);
    if (listed.length !== count) {
      throw new Malformed("the block proves {found} {name}, and {count} are needed", { found: listed.length, name, count });
    }
    words.push(...listed.map(nodesFrom));
  }
  return { header: octets(parts.header, "the block's header"), account: nodesFrom(parts.account), words };
}

/** @param {unknown} data */
const nodesFrom = (data) => array(data, "a proof").map((one) => octets(one, "a node of a proof"));
