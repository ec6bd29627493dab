/** Which blocks are on a node's chain, and the exact bytes that hash to their hashes. */
import { joined } from "../../shared/bytes.js";
import { Inconclusive, NotFinal, Trouble, Unreachable } from "../../shared/errors.js";
import { keccak256 } from "../../shared/hashes.js";
import { fixed, malformed, octets, quantity } from "./rpc.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {import("./rpc.js").Node} Node */

const LOCAL_CHAIN = 31337n;
/** Blocks on top of one that counts, on any chain but the local one. */
const CONFIRMATIONS = 2n;
/** In the order in which they are hashed; the last ones are missing on older chains. */
const FIELDS = [
  "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty",
  "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce", "baseFeePerGas", "withdrawalsRoot",
  "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash",
];
const NUMBERS = [
  "difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas",
];

/**
 * Ask a node which block it has, and give what step 8 asks: the hash, or why there is none.
 * @param {Node} node
 * @param {number} chainId Which chain it must serve.
 * @param {bigint | null} number
 * @returns {Promise<(number: bigint) => Hex | null>}
 */
export async function blockHashes(node, chainId, number) {
  if (number === null) return () => null;
  try {
    await checkChain(node, chainId);
    const block = await node.call("eth_getBlockByNumber", "0x" + number.toString(16), false);
    const hash = block === null ? null : fixed(block.hash, 32);
    const last = await lastFinal(node);
    return (asked) => {
      if (asked !== number || hash === null) throw new Inconclusive("the node has no block {number}", { number: asked });
      if (asked > last) throw new NotFinal("block {number} may still be replaced: the last final one is {last}", { number, last });
      return hash;
    };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return () => {
      throw new Inconclusive("the block could not be asked for: {why}", { why: error });
    };
  }
}

/** @param {Node} node @param {number} chainId */
export async function checkChain(node, chainId) {
  const served = await node.quantity("eth_chainId");
  if (served !== BigInt(chainId)) {
    throw new Unreachable("the node serves chain {served}, not {expected}", { served, expected: chainId });
  }
}

/** Give the last block that counts as final. @param {Node} node */
export async function lastFinal(node) {
  const chain = await node.quantity("eth_chainId");
  const newest = await node.quantity("eth_blockNumber");
  const last = newest - (chain === LOCAL_CHAIN ? 0n : CONFIRMATIONS);
  return last < 0n ? 0n : last;
}

/** Give the exact bytes that hash to a block's hash. @param {any} block As the node gives it. */
export function headerBytes(block) {
  const items = FIELDS.filter((name) => block?.[name] !== undefined && block[name] !== null).map((name) =>
    NUMBERS.includes(name) ? numberBytes(quantity(block[name])) : octets(block[name]),
  );
  const body = joined(...items.map((one) => encoded(one, 0x80)));
  const header = encoded(body, 0xc0, true);
  if (keccak256(header) !== fixed(block?.hash, 32)) {
    throw new Unreachable("the header of the block does not hash to its hash: this page does not know headers of this chain");
  }
  return header;
}

/** @param {bigint} value */
function numberBytes(value) {
  const digits = value === 0n ? "" : value.toString(16);
  return octets("0x" + (digits.length % 2 ? "0" : "") + digits);
}

/** Encode RLP, of bytes or of a list's items. @param {Uint8Array} data @param {number} base @param {boolean} [isList] */
function encoded(data, base, isList = false) {
  if (!isList && data.length === 1 && data[0] < 0x80) return data;
  if (data.length < 56) return joined(new Uint8Array([base + data.length]), data);
  const size = numberBytes(BigInt(data.length));
  return joined(new Uint8Array([base + 55 + size.length]), size, data);
}

/** Read the nodes of a proof. @param {unknown} data */
export function nodesOf(data) {
  if (!Array.isArray(data)) throw malformed();
  return data.map(octets);
}
