/** What the visitor has entered, as what a verifier brings along; and where a ticket's record comes from. */
import { Impossible, Inconclusive, Mismatch } from "../../shared/errors.js";
import { parseAddress, parseHash } from "../../shared/ids.js";
import { read } from "../judge.js";
import { blockHashes } from "../node/blocks.js";
import { ticketFrom } from "../node/reading.js";
import { Node } from "../node/rpc.js";
import { cosignedBlock, policyFrom } from "../steps/notes.js";
import { readHeader } from "../steps/storage.js";
import { deployedCodeHash } from "../steps/trust.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {import("../model/replay.js").Ledger} Ledger */
/** @typedef {import("../steps/trust.js").Trust} Trust */
/** @typedef {import("../steps/trust.js").PackagedCode} PackagedCode */
/**
 * @typedef {object} Asked What stands in the form.
 * @property {string} chain
 * @property {string} ledger
 * @property {string} codeHash
 * @property {string} way node, hash, witness or none.
 * @property {string} rpc
 * @property {string} hash
 * @property {Uint8Array | null} note
 * @property {string} policy
 */

/**
 * Read which ledger is meant.
 * @param {Asked} asked
 * @param {PackagedCode} code
 * @returns {Ledger}
 */
export function ledgerOf({ chain, ledger, codeHash }, code) {
  if (!/^[1-9][0-9]{0,15}$/.test(chain) || !Number.isSafeInteger(Number(chain))) {
    throw new Impossible("Enter the chain id of the ledger that you mean: a number.");
  }
  if (!ledger) throw new Impossible("Enter the address of the ledger that you mean.");
  const [chainId, address] = [Number(chain), parseAddress(ledger)];
  return { chainId, address, codeHash: codeHash ? parseHash(codeHash) : deployedCodeHash(code, chainId, address) };
}

/**
 * Put together what is trusted for a file.
 * @param {Asked} asked
 * @param {Ledger} ledger
 * @param {bigint | null} number Of the block that will be asked for.
 * @returns {Promise<Trust>}
 */
export async function trustOf(asked, ledger, number) {
  if (asked.way === "hash") {
    if (!asked.hash) throw new Impossible("Enter the hash of the block, or choose another way.");
    const hash = parseHash(asked.hash);
    return { ledger, blockHashes: [() => hash] };
  }
  if (asked.way === "witness") return { ledger, blockHashes: [await cosigned(asked, ledger)] };
  if (asked.way === "none") return { ledger, blockHashes: [] };
  if (!asked.rpc) throw new Impossible("Enter the address of a node, or choose another way to know the block.");
  return { ledger, blockHashes: [await blockHashes(new Node(asked.rpc), ledger.chainId, number)] };
}

/** @param {Asked} asked @param {Ledger} ledger @returns {Promise<(number: bigint) => Hex | null>} */
async function cosigned({ note, policy }, { chainId }) {
  if (note === null || !policy.trim()) throw new Impossible("Choose the witnesses' note, and enter whose names are enough.");
  const trusted = policyFrom(policy);
  try {
    const found = await cosignedBlock(note, trusted, chainId);
    return (number) => (number === found.number ? found.hash : null);
  } catch (error) {
    if (!(error instanceof Mismatch || error instanceof Inconclusive)) throw error;
    return () => {
      throw error;
    };
  }
}

/** Tell which block a file speaks of; null when its header cannot be read. @param {Uint8Array} data */
export function blockNumberIn(data) {
  const { file } = read(data);
  if (file === null) return null;
  try {
    return readHeader(file.block.header).number;
  } catch (error) {
    if (error instanceof Mismatch) return null; // step 7 says what is wrong with it
    throw error;
  }
}

/**
 * Read a ticket from the node, whose word then also stands for the block.
 * @param {Asked} asked
 * @param {Ledger} ledger
 * @param {string} id
 */
export async function fromChain(asked, ledger, id) {
  const ticket = parseHash(id);
  if (!asked.rpc) throw new Impossible("Enter the address of a node: the ticket is read from it.");
  return ticketFrom(new Node(asked.rpc), ledger, ticket);
}

/** Tell whether a desk has served this page. */
export const isServed = () => location.protocol === "https:" || location.protocol === "http:";

/**
 * Fetch a ticket's proof file from the desk that served this page.
 * @param {string} id
 * @returns {Promise<Uint8Array<ArrayBuffer> | null>} Null when it does not give it.
 */
export async function fromDesk(id) {
  const answer = await asked(`/api/v1/tickets/${encodeURIComponent(id)}/proof`);
  return answer?.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
}

/**
 * Ask the desk that served this page which ledger is its own: its word, until the visitor confirms it.
 * @returns {Promise<{chain: string, ledger: string} | null>}
 */
export async function deskLedger() {
  const answer = await asked("/.well-known/supportledger.json");
  if (!answer?.ok || !answer.headers.get("content-type")?.includes("json")) return null;
  const found = await answer.json();
  const { chainId, ledger } = { ...found };
  return typeof ledger === "string" && (typeof chainId === "number" || typeof chainId === "string") ? { chain: String(chainId), ledger } : null;
}

/** @param {string} path @returns {Promise<Response | null>} */
async function asked(path) {
  if (!isServed()) return null;
  try {
    return await fetch(path, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(20_000) });
  } catch (error) {
    if (error instanceof Error) return null; // whoever served the page is no desk, or away: the visitor enters it
    throw error;
  }
}
