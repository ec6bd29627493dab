/**
 * What people sign instead of sending a transaction, in words that a wallet shows (EIP-712).
 *
 * The members of each message, in order, are those of supportledger/proof/typed_data.py.
 */
import { addressWord, uint, utf8, word } from "./bytes.js";
import { Impossible, Mismatch } from "./errors.js";
import { keccak256 } from "./hashes.js";
import { checksummed } from "./ids.js";
import { recover, sign } from "./signature.js";

/** @typedef {import("./bytes.js").Hex} Hex */
/** @typedef {{chainId: number | bigint, ledger: Hex}} Domain Where signatures are good. */
/** @typedef {Record<string, any>} Message Values by the names of its members. */

const DOMAIN = [
  ["name", "string"],
  ["version", "string"],
  ["chainId", "uint256"],
  ["verifyingContract", "address"],
];

/** @type {Record<string, string[][]>} */
const KINDS = {
  Open: [
    ["opener", "address"],
    ["customer", "address"],
    ["policy", "uint16"],
    ["terms", "bytes32"],
    ["commitment", "bytes32"],
    ["deadline", "uint64"],
  ],
  Action: [
    ["ticketId", "bytes32"],
    ["action", "string"],
    ["argument", "uint256"],
    ["actor", "address"],
    ["sequence", "uint32"],
    ["seen", "uint32"],
    ["commitment", "bytes32"],
    ["deadline", "uint64"],
  ],
  Claim: [
    ["ticketId", "bytes32"],
    ["customer", "address"],
    ["deadline", "uint64"],
  ],
  Receipt: [
    ["digest", "bytes32"],
    ["receivedAt", "uint64"],
    ["includeBy", "uint64"],
  ],
};

/** @type {Record<string, (value: any) => Hex>} */
const ENCODERS = {
  string: (value) => keccak256(utf8(value)),
  address: addressWord,
  bytes32: word,
  uint16: (value) => uint(value, 16),
  uint32: (value) => uint(value, 32),
  uint64: (value) => uint(value, 64),
  uint256: uint,
};

/** @param {string} name @param {string[][]} members */
const typeHash = (name, members) =>
  keccak256(utf8(`${name}(${members.map(([member, kind]) => `${kind} ${member}`).join(",")})`));

/** @param {string} name @param {string[][]} members @param {Message} values */
const structHash = (name, members, values) =>
  keccak256(typeHash(name, members), ...members.map(([member, kind]) => ENCODERS[kind](values[member])));

/** @param {string} kind */
function membersOf(kind) {
  if (!Object.hasOwn(KINDS, kind)) throw new Impossible("nobody signs a {kind}", { kind });
  return KINDS[kind];
}

/**
 * Hash a domain, as the contract's own.
 * @param {Domain} domain
 * @returns {Hex}
 */
export const separator = (domain) =>
  structHash("EIP712Domain", DOMAIN, {
    name: "SupportLedger",
    version: "1",
    chainId: domain.chainId,
    verifyingContract: domain.ledger,
  });

/**
 * Give the 32 bytes that are signed.
 * @param {string} kind Open, Action, Claim or Receipt.
 * @param {Message} message
 * @param {Domain} domain
 * @returns {Hex}
 */
export const digest = (kind, message, domain) =>
  keccak256("0x1901", separator(domain), structHash(kind, membersOf(kind), message));

/**
 * Sign with a key at hand.
 * @param {string} kind
 * @param {Message} message
 * @param {Domain} domain
 * @param {Uint8Array} privateKey
 * @returns {Hex} 65 bytes.
 */
export const signed = (kind, message, domain, privateKey) => sign(digest(kind, message, domain), privateKey);

/**
 * Check that *signer*, and nobody else, signed.
 * @param {string} kind
 * @param {Message} message
 * @param {Domain} domain
 * @param {Hex} signature
 * @param {Hex} signer
 */
export function checkSigned(kind, message, domain, signature, signer) {
  const actual = recover(digest(kind, message, domain), signature);
  if (actual !== signer) {
    throw new Mismatch("{kind} is signed by {actual}, not by {signer}", {
      kind,
      actual: checksummed(actual),
      signer: checksummed(signer),
    });
  }
}

/**
 * Give what wallets take in `eth_signTypedData_v4`; numbers are decimal texts, since JavaScript's would lose digits.
 * @param {string} kind
 * @param {Message} message
 * @param {Domain} domain
 */
export function walletRequest(kind, message, domain) {
  const members = membersOf(kind);
  /** @param {string[][]} listed */
  const named = (listed) => listed.map(([name, type]) => ({ name, type }));
  return {
    types: { EIP712Domain: named(DOMAIN), [kind]: named(members) },
    primaryType: kind,
    domain: {
      name: "SupportLedger",
      version: "1",
      chainId: String(domain.chainId),
      verifyingContract: checksummed(domain.ledger),
    },
    message: Object.fromEntries(members.map(([name, type]) => [name, shown(type, message[name])])),
  };
}

/** @param {string} type @param {any} value */
const shown = (type, value) => (type === "address" ? checksummed(value) : String(value));
