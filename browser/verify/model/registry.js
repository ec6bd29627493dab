/**
 * What the ledger must have known for a file's entries, as far as their heads and the block show it (V3.3).
 *
 * Certificates and terms are bound by the heads. That a supervisor held the role, an assignee was certified and a
 * successor was named are the ledger's own word: it would not have accepted the entry otherwise.
 */
import { NOBODY } from "../../shared/bytes.js";
import { lowAddress } from "../../shared/ids.js";
import { IN_FORCE, UNCERTIFIED } from "./certificate.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {import("./certificate.js").Certificate} Certificate */
/** @typedef {import("../file/entries.js").ProvenEntry} ProvenEntry */
/** @typedef {import("./policy.js").Terms} Terms */

/** Values, each since an entry: ascending. @template T */
class History {
  constructor() {
    /** @type {{since: number, value: T}[]} */
    this.changes = [];
  }

  /** @param {number} since @param {T} value */
  add(since, value) {
    this.changes.push({ since, value });
  }

  /** Give the value that entry *index* found. @param {number} index @returns {T | undefined} */
  at(index) {
    let [low, high] = [0, this.changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.changes[middle].since <= index) low = middle + 1;
      else high = middle;
    }
    return this.changes[low - 1]?.value;
  }

  /** @returns {T | undefined} */
  get latest() {
    return this.changes.at(-1)?.value;
  }
}

/** Gives the history of a key, which may be new. @template T @param {Map<string, History<T>>} all @param {string} key */
function of(all, key) {
  const found = all.get(key) ?? new History();
  all.set(key, found);
  return found;
}

export class Registry {
  /**
   * @param {ProvenEntry[]} entries In order.
   * @param {Map<number, Terms>} policies
   * @param {Map<Hex, Certificate>} now Certificates that the block shows.
   */
  constructor(entries, policies, now) {
    this.policies = policies;
    /** @type {Map<Hex, History<Certificate>>} */
    this.agents = new Map();
    /** @type {Map<Hex, History<boolean>>} */
    this.supervisors = new Map();
    /** @type {History<Hex>} */
    this.successors = new History();
    for (const one of entries) this.learn(one);
    for (const [account, certificate] of now) of(this.agents, account).add(entries.length, certificate);
  }

  /** @param {ProvenEntry} one */
  learn({ index, action, actor, argument, certificate }) {
    if (certificate !== null) of(this.agents, actor).add(index, certificate);
    else if (action === "Assign" || action === "Repolicy") of(this.supervisors, actor).add(index, true);
    if (action === "Assign" && certificate === null) of(this.agents, lowAddress(argument)).add(index, IN_FORCE);
    if (action === "Close" && argument !== 0n) this.successors.add(index, lowAddress(argument));
  }

  /** @param {Hex} account @param {number} index */
  agentAt = (account, index) => this.agents.get(account)?.at(index) ?? UNCERTIFIED;

  /** @param {Hex} account */
  agentNow = (account) => this.agents.get(account)?.latest ?? UNCERTIFIED;

  /** @param {Hex} account @param {number} index */
  isSupervisorAt = (account, index) => this.supervisors.get(account)?.at(index) ?? false;

  /** @param {number} index */
  successorAt = (index) => this.successors.at(index) ?? NOBODY;

  /** @param {bigint} number @returns {Terms | null} */
  policy = (number) => (number < 65536n ? (this.policies.get(Number(number)) ?? null) : null);
}
