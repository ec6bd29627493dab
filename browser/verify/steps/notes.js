/**
 * A block that witnesses put their names to: what to trust when the operator runs the validators (V8.1, V8.3).
 *
 * Notes as in C2SP signed-note and tlog-cosignature; policies as in C2SP tlog-policy (docs/spec/anchored-log.md, L4, L6).
 */
import { fromBase64, fromUtf8, joined, toHex, utf8 } from "../../shared/bytes.js";
import { Impossible, Inconclusive, Mismatch } from "../../shared/errors.js";
import { sha256 } from "../../shared/hashes.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {{name: string, kind: number, id: Hex, key: Uint8Array}} Witness */
/** @typedef {{quorum: string, witnesses: Map<string, Witness>, groups: Map<string, {least: number, members: string[]}>}} Policy */

const LIMIT = 1 << 20;
const MOST_SIGNATURES = 100;
const COSIGNATURE = 4;
const NAME = /^[^\s\u0085\u0000-\u001f+]+$/;

/**
 * Check that enough witnesses cosigned a block of this chain, and give it.
 * @param {Uint8Array} data A note.
 * @param {Policy} policy Whom the verifier trusts; never taken from the note.
 * @param {number} chainId
 * @returns {Promise<{number: bigint, hash: Hex}>}
 */
export async function cosignedBlock(data, policy, chainId) {
  const { text, signatures } = noteFrom(data);
  const found = /^supportledger\.block\/([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text);
  const hash = found && fromBase64(found[3]);
  if (!found || !hash || BigInt(found[2]) >= 1n << 63n) throw new Mismatch("this note names no block");
  if (found[1] !== String(chainId)) throw new Mismatch("the note is of a block of another chain: {chain}", { chain: found[1] });
  const signers = await signersOf(text, signatures, policy);
  if (!signers.size || !isMet(policy, signers)) {
    throw new Mismatch("cosigned by {names}, which is not what the policy asks for", {
      names: [...signers].sort().join(", ") || "nobody",
    });
  }
  return { number: BigInt(found[2]), hash: toHex(hash) };
}

/** @param {Uint8Array} data */
function noteFrom(data) {
  const whole = data.length <= LIMIT ? fromUtf8(data) : null;
  const at = whole?.lastIndexOf("\n\n") ?? -1;
  if (whole === null || /[\u0000-\u0009\u000b-\u001f]/.test(whole) || at < 1 || !whole.endsWith("\n")) {
    throw new Mismatch("a note is a text, an empty line, and signature lines");
  }
  const lines = whole.slice(at + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) throw new Mismatch("a note has at most {limit} signatures", { limit: MOST_SIGNATURES });
  return { text: whole.slice(0, at + 1), signatures: lines.map(signatureFrom) };
}

/** @param {string} line */
function signatureFrom(line) {
  const found = /^\u2014 ([^ ]+) (.+)$/.exec(line);
  const data = found && fromBase64(found[2]);
  if (!found || !data || data.length <= 4 || !NAME.test(found[1])) {
    throw new Mismatch("a signature line is an em dash, a name, and base64 of id and signature");
  }
  return { name: found[1], id: toHex(data.slice(0, 4)), data: data.slice(4) };
}

/** Name the trusted witnesses that cosigned; a wrong cosignature of one of them spoils the note. @param {string} text @param {ReturnType<typeof signatureFrom>[]} signatures @param {Policy} policy */
async function signersOf(text, signatures, policy) {
  const found = new Set();
  for (const { name, id, data } of signatures) {
    for (const [called, witness] of policy.witnesses) {
      if (witness.name !== name || witness.id !== id) continue;
      await checkCosignature(text, data, witness);
      found.add(called);
    }
  }
  return found;
}

/** @param {string} text @param {Uint8Array} data @param {Witness} witness */
async function checkCosignature(text, data, witness) {
  const time = data.length === 72 ? BigInt(toHex(data.slice(0, 8))) : 1n << 63n;
  const message = joined(utf8(`cosignature/v1\ntime ${time}\n`), utf8(text));
  if (time >> 63n || !(await isSigned(data.slice(8), message, witness.key))) {
    throw new Mismatch("the cosignature of {name} is wrong", { name: witness.name });
  }
}

/** Verify Ed25519, which browsers can do by themselves. @param {Uint8Array<ArrayBuffer>} signature @param {Uint8Array<ArrayBuffer>} message @param {Uint8Array<ArrayBuffer>} bytes */
async function isSigned(signature, message, bytes) {
  const key = await keyOf(bytes);
  return crypto.subtle.verify("Ed25519", key, signature, message);
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function keyOf(bytes) {
  if (!globalThis.crypto?.subtle) {
    throw new Inconclusive("this browser does not check signatures of witnesses on pages that came without encryption: save this page and open it from there");
  }
  try {
    return await crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (error.name === "NotSupportedError") throw new Inconclusive("this browser cannot check signatures of witnesses (Ed25519): use a newer one");
    throw new Mismatch("the key of a witness is no key");
  }
}

/** Go through the groups as they were defined, members first. @param {Policy} policy @param {Set<string>} signers */
function isMet({ quorum, groups }, signers) {
  const met = new Set(signers);
  for (const [name, { least, members }] of groups) {
    if (members.filter((one) => met.has(one)).length >= least) met.add(name);
  }
  return quorum === "none" || met.has(quorum);
}

/**
 * Read a policy of witnesses.
 * @param {string} text
 * @returns {Policy}
 */
export function policyFrom(text) {
  if (text.length > LIMIT || /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) {
    throw new Impossible("this is no policy of witnesses: it is too large, or has control characters");
  }
  const reading = new Reading();
  text.split("\n").forEach((line, at) => reading.take(line.split(/[ \t]+/).filter(Boolean), at + 1));
  return reading.policy();
}

class Reading {
  constructor() {
    /** @type {Policy["witnesses"]} */
    this.witnesses = new Map();
    /** @type {Policy["groups"]} */
    this.groups = new Map();
    /** @type {Set<string>} */
    this.members = new Set();
    /** @type {string | null} */
    this.quorum = null;
    this.line = 0;
  }

  /** @param {string[]} words @param {number} line */
  take([kind, ...words], line) {
    this.line = line;
    if (kind === undefined || kind.startsWith("#")) return;
    if (kind === "witness" && words.length >= 2 && words.length <= 3) this.witness(words[0], words[1]);
    else if (kind === "group" && words.length >= 3) this.group(words[0], words[1], words.slice(2));
    else if (kind === "quorum" && words.length === 1 && this.quorum === null) this.asked(words[0]);
    else if (kind !== "log" || words.length < 1 || words.length > 2) throw this.wrong();
    else keyFrom(words[0], () => this.wrong());
  }

  /** @param {string} name @param {string} text */
  witness(name, text) {
    const key = keyFrom(text, () => this.wrong());
    const isDouble = [...this.witnesses.values()].some((one) => toHex(one.key) === toHex(key.key));
    if (!this.isFree(name) || key.kind !== COSIGNATURE || isDouble) throw this.wrong();
    this.witnesses.set(name, key);
  }

  /** @param {string} name @param {string} asked @param {string[]} members */
  group(name, asked, members) {
    const words = new Map([["all", members.length], ["any", 1]]);
    const least = words.get(asked) ?? (/^[1-9][0-9]{0,4}$/.test(asked) ? Number(asked) : 0);
    const isKnown = members.every((one) => !this.isFree(one) && one !== "none" && !this.members.has(one));
    if (!this.isFree(name) || !isKnown || new Set(members).size !== members.length || least < 1 || least > members.length) {
      throw this.wrong();
    }
    members.forEach((one) => this.members.add(one));
    this.groups.set(name, { least, members });
  }

  /** @param {string} name */
  asked(name) {
    if (name !== "none" && this.isFree(name)) throw this.wrong();
    this.quorum = name;
  }

  /** @param {string} name */
  isFree(name) {
    return name !== "none" && !this.witnesses.has(name) && !this.groups.has(name);
  }

  /** @returns {Policy} */
  policy() {
    if (this.quorum === null) throw new Impossible("a policy of witnesses has one quorum line");
    return { quorum: this.quorum, witnesses: this.witnesses, groups: this.groups };
  }

  wrong() {
    return new Impossible("line {line} of the policy of witnesses cannot be", { line: this.line });
  }
}

/** @param {string} text @param {() => Error} wrong @returns {Witness} */
function keyFrom(text, wrong) {
  const found = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  const data = found && fromBase64(found[3]);
  if (!found || !data || data.length !== 33 || !NAME.test(found[1]) || (data[0] !== 1 && data[0] !== COSIGNATURE)) throw wrong();
  const id = "0x" + found[2];
  if (sha256(utf8(found[1] + "\n"), data).slice(0, 10) !== id) throw wrong();
  return { name: found[1], kind: data[0], id, key: data.slice(1) };
}
