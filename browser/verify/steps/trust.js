/**
 * What a verifier brings along: which ledger is meant, and which blocks are on its chain; never from a file (V2, V8).
 */
import { fromHex, joined, uint } from "../../shared/bytes.js";
import { Impossible, Inconclusive, Mismatch } from "../../shared/errors.js";
import { keccak256 } from "../../shared/hashes.js";
import { checksummed } from "../../shared/ids.js";
import { separator } from "../../shared/typed-data.js";
import { said } from "./said.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {import("../model/replay.js").Ledger} Ledger */
/** @typedef {{runtime: Uint8Array, immutables: Record<string, {start: number, length: number}[]>}} PackagedCode */
/**
 * @typedef {object} Trust
 * @property {Ledger} ledger
 * @property {((number: bigint) => Hex | null)[]} blockHashes Each gives null for a block that it does not know, or raises why.
 */

/**
 * Tell the hash of the packaged contract's code on a chain: all that is fixed at deployment follows from chain and address.
 * @param {PackagedCode} code
 * @param {number} chainId
 * @param {Hex} address
 */
export function deployedCodeHash({ runtime, immutables }, chainId, address) {
  /** @type {Record<string, Hex>} */
  const values = {
    _deployedOn: uint(chainId),
    _separatorChain: uint(chainId),
    _separator: separator({ chainId, ledger: address }),
  };
  const code = joined(runtime);
  for (const [name, places] of Object.entries(immutables)) {
    if (!Object.hasOwn(values, name)) throw new Impossible("the contract has an immutable that is not known: {name}", { name });
    for (const { start } of places) code.set(fromHex(values[name]), start);
  }
  return keccak256(code);
}

/** Step 2. @param {Ledger} found The file's. @param {Ledger} trusted */
export function checkLedger(found, trusted) {
  for (const name of /** @type {const} */ (["chainId", "address", "codeHash"])) {
    if (found[name] !== trusted[name]) {
      throw new Mismatch("expected {expected}, found {found}", { expected: shown(trusted), found: shown(found) });
    }
  }
  return said("{ledger}", { ledger: shown(trusted) });
}

/** @param {Ledger} ledger */
const shown = ({ chainId, address, codeHash }) => `${checksummed(address)} / ${chainId} / ${codeHash.slice(0, 10)}`;

/**
 * Step 8: the block is on the chain.
 * @param {Trust} trust
 * @param {{number: bigint, hash: Hex}} header
 */
export function checkBlock(trust, { number, hash }) {
  const known = trust.blockHashes.map((known) => known(number)).filter((one) => one !== null);
  if (!known.length) throw new Inconclusive("nothing is trusted that says which block {number} is on the chain", { number });
  for (const expected of known) {
    if (expected !== hash) throw new Mismatch("block {number} has the hash {hash}, trusted is {expected}", { number, hash, expected });
  }
  return said("block {number} is {hash}, which is trusted", { number, hash });
}
