/** A ticket's file, and the check of each step: the twin of supportledger/proof/{proof_case,ticket_case}.py. */
import { NOTHING, uint } from "../../shared/bytes.js";
import { context } from "../../shared/commitment.js";
import { Impossible, Inconclusive, Mismatch } from "../../shared/errors.js";
import { handle } from "../../shared/ids.js";
import { checkContent } from "../file/contents.js";
import { CERTIFICATE_STATUSES, certificate, exists, inForce, revokedFor } from "../model/certificate.js";
import { Registry } from "../model/registry.js";
import { SUPERVISOR_ROLE, named, replayed } from "../model/replay.js";
import { isTerminal } from "../model/rules.js";
import { ACTIONS, FIELDS, STATUSES, stateHash } from "../model/ticket.js";
import { LOG_ID, anchorWord, checkAnchored } from "./anchored.js";
import { checkDeadlines } from "./deadlines.js";
import { instant, listed, said } from "./said.js";
import { checkSignatures } from "./signatures.js";
import { placeOf, prove } from "./storage.js";
import { checkBlock, checkLedger } from "./trust.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {import("../file/proof-file.js").ProofFile} ProofFile */
/** @typedef {import("../file/entries.js").ProvenEntry} ProvenEntry */
/** @typedef {import("../model/replay.js").Outcome} Outcome */
/** @typedef {import("./storage.js").ProvenBlock} ProvenBlock */
/** @typedef {import("./trust.js").Trust} Trust */

/**
 * The block of a file: proven once, whoever asks.
 * @param {import("../file/proof-file.js").StateProof} proof
 * @param {import("./storage.js").Wanted[]} wanted
 * @param {Trust} trust
 */
export function provenBlock(proof, wanted, trust) {
  /** @type {ProvenBlock | null} */
  let block = null;
  /** @type {Mismatch | null} */
  let failure = null;
  try {
    block = prove(proof, trust.ledger, wanted);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    failure = error;
  }
  let isTrusted = false;
  const proven = () => {
    if (block === null) throw failure;
    return block;
  };
  return {
    block,
    proven,
    get isTrusted() {
      return isTrusted;
    },
    check() {
      const outcome = checkBlock(trust, proven().header);
      isTrusted = true;
      return outcome;
    },
  };
}

export class TicketCase {
  /** @param {ProofFile} file @param {Trust} trust */
  constructor(file, trust) {
    this.file = file;
    this.trust = trust;
    this.block = provenBlock(file.block, wantedOf(file), trust);
    this.certificates = certificatesOf(file, this.block.block);
    this.registry = new Registry(file.entries, file.policies, this.certificates);
    /** @type {Outcome[]} */
    this.outcomes = [];
  }

  /** @returns {Record<number, import("./run.js").Check>} */
  checks() {
    const { file, trust } = this;
    const domain = { chainId: trust.ledger.chainId, ledger: trust.ledger.address };
    return {
      2: () => checkLedger(file.ledger, trust.ledger),
      3: () => this.checkReplay(),
      4: () => this.checkHeads(),
      5: () => checkSignatures(file.ticket, file.entries, this.registry, domain),
      6: () => this.checkSlot(),
      7: () => this.checkWords(),
      8: () => this.block.check(),
      9: () => this.checkContents(),
      10: () => this.checkAuthority(),
      11: () => checkDeadlines(file.entries, file.policies, file.state ?? this.state),
      12: () => this.checkLines(),
    };
  }

  /** Say up to when the verdict holds. */
  reach() {
    if (this.block.block === null) return said("complete as far as the entries that were given; later entries: unknown");
    const { number, time } = this.block.block.header;
    const values = { number, time: instant(time) };
    const isOver = this.outcomes.length > 0 && isTerminal(this.state, time);
    if (!this.block.isTrusted) return said("if the block is trusted: complete as of block {number}, {time}", values);
    if (isOver) return said("complete as of block {number}, {time}; nothing can follow any more", values);
    return said("complete as of block {number}, {time}; whether anything followed is unknown", values);
  }

  get state() {
    return this.outcomes[this.outcomes.length - 1].state;
  }

  checkReplay() {
    const { ticket, entries, state } = this.file;
    const outcomes = replayed(ticket, entries, this.registry, this.trust.ledger);
    const last = outcomes[outcomes.length - 1].state;
    const differing = state === null ? [] : FIELDS.filter((name) => name !== "head" && state[name] !== last[name]);
    if (differing.length) {
      throw new Mismatch("the entries do not make the state that is claimed: {names}", { names: differing.join(", ") });
    }
    this.outcomes = outcomes;
    return said("entries: {count}; the ticket is {status}", { count: entries.length, status: STATUSES[last.status] });
  }

  checkHeads() {
    const { head } = this.state;
    const claimed = this.file.state?.head ?? head;
    if (claimed !== head) throw new Mismatch("the entries make the head {head}, the state has {claimed}", { head, claimed });
    return said("heads: {count}; the last is {head}", { count: this.file.entries.length, head });
  }

  checkSlot() {
    const actual = stateHash(this.state);
    if (this.file.slot !== actual) {
      throw new Mismatch("the state hashes to {actual}, the slot holds {slot}", { actual, slot: this.file.slot });
    }
    return said("the state hashes to what the slot holds, {slot}", { slot: actual });
  }

  checkWords() {
    const { header, words } = this.block.proven();
    const { number } = header;
    if (words[0] !== this.file.slot) {
      throw new Mismatch("block {number} shows another word in the ticket's slot: {word}", { number, word: words[0] });
    }
    this.checkPolicies(number, words.slice(1 + this.file.agents.length));
    if (this.certificates.size < this.file.agents.length) {
      throw new Mismatch("block {number} shows no certificate of somebody who acted", { number });
    }
    return said("block {number}, {time}, shows the ticket's slot and {others} other words", {
      number,
      time: instant(header.time),
      others: words.length - 1,
    });
  }

  /** Policies are what they were, retired by now or not. @param {bigint} number @param {Hex[]} words */
  checkPolicies(number, words) {
    [...this.file.policies].forEach(([policy, terms], at) => {
      if (words[at] !== terms.word && words[at] !== terms.retiredWord) {
        throw new Mismatch("block {number} shows another policy {policy}", { number, policy });
      }
    });
  }

  checkContents() {
    const committed = this.file.entries.filter((one) => one.commitment !== NOTHING);
    const missing = committed.filter((one) => one.content === null).map((one) => one.index);
    let [shown, withheld] = [0, 0];
    for (const one of committed) {
      if (one.content === null) continue;
      this.checkContent(one, one.content);
      const count = one.content.shown?.fields.length ?? 0;
      shown += count;
      withheld += one.content.names.length - count;
    }
    const values = { contents: committed.length - missing.length, shown, withheld };
    if (missing.length) {
      throw new Inconclusive("contents that match: {contents}; fields shown: {shown}, withheld: {withheld}; not held: that of entries {missing}", {
        ...values,
        missing: listed(missing),
      });
    }
    return said("contents that match: {contents}; fields shown: {shown}, withheld: {withheld}", values);
  }

  /** @param {ProvenEntry} one @param {import("../file/contents.js").Content} content */
  checkContent(one, content) {
    const { chainId, address } = this.trust.ledger;
    const ticket = one.action === "Open" ? NOTHING : this.file.ticket;
    const action = ACTIONS.indexOf(/** @type {any} */ (one.action));
    try {
      checkContent(content, context(chainId, address, ticket, action, one.actor), one.commitment);
    } catch (error) {
      if (!(error instanceof Mismatch || error instanceof Impossible)) throw error;
      throw new Mismatch("entry {index}, {action} by {actor}: {why}", { ...named(one), why: error });
    }
  }

  checkAuthority() {
    if (this.block.block === null) throw new Inconclusive("what certificates are now is not shown: depends on step 7");
    const byAgents = this.file.entries.filter((one, at) => actsAsAgent(one, this.outcomes[at]));
    byAgents.forEach((one) => this.checkAgent(one));
    return said("entries by agents in force: {count}", { count: byAgents.length });
  }

  /** @param {ProvenEntry} one */
  checkAgent(one) {
    const then = this.registry.agentAt(one.actor, one.index);
    const now = this.registry.agentNow(one.actor);
    if (!inForce(then, one.time)) {
      throw new Mismatch("entry {index}, {action} by {actor}: the certificate was {status}, from {from} until {until}", {
        ...named(one), status: CERTIFICATE_STATUSES[then.status], from: instant(then.from), until: instant(then.until),
      });
    }
    if (revokedFor(now, one.time)) {
      throw new Mismatch("entry {index}, {action} by {actor}: the certificate has been revoked as of {since}, before this entry", {
        ...named(one), since: instant(now.until),
      });
    }
  }

  checkLines() {
    const { lines, ticket, entries } = this.file;
    if (lines === null) throw new Inconclusive("no anchored lines were given");
    if (lines.log !== LOG_ID) throw new Mismatch("the lines are of another log than that of conversations");
    if (this.block.proven().words.at(-1) !== anchorWord(lines.checkpoint)) {
      throw new Mismatch("the checkpoint is not the one that is anchored at the block");
    }
    return checkAnchored(ticket, lines, entries);
  }
}

/** List the words that a file's block must show, in the order in which the file has them (V7.3). @param {ProofFile} file */
export function wantedOf({ ticket, agents, policies, lines }) {
  return [
    { place: placeOf(ticket, "tickets"), what: `ticket ${handle(ticket)}` },
    ...agents.map((one) => ({ place: placeOf(one, "agents"), what: `certificate ${one}` })),
    ...[...policies.keys()].map((one) => ({ place: placeOf(uint(one), "policies"), what: `policy ${one}` })),
    ...(lines ? [{ place: placeOf(lines.log, "anchors"), what: "anchor" }] : []),
  ];
}

/** Read what certificates are at the block, as far as it shows any. @param {ProofFile} file @param {ProvenBlock | null} block */
function certificatesOf({ agents }, block) {
  /** @type {Map<Hex, import("../model/certificate.js").Certificate>} */
  const found = new Map();
  agents.forEach((account, at) => {
    const one = block && readCertificate(block.words[at + 1]);
    if (one && exists(one)) found.set(account, one);
  });
  return found;
}

/** A word that is no certificate shows none: step 7 then fails. @param {Hex} word */
function readCertificate(word) {
  try {
    return certificate(word);
  } catch (error) {
    if (error instanceof Impossible) return null;
    throw error;
  }
}

/** Tell whether a certificate entitled the actor, be it to act or to record a keyless customer. @param {ProvenEntry} entry @param {Outcome} outcome */
function actsAsAgent({ auth, action }, { authority }) {
  if (auth === "recorded") return true;
  const asSupervisor = action === "Repolicy" || authority === SUPERVISOR_ROLE;
  return action !== "Open" && authority !== NOTHING && !asSupervisor;
}
