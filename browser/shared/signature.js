/**
 * ECDSA signatures as the ledger takes them: r, s, v in 65 bytes, low s, v 27 or 28. One signature has one form.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import * as secp256k1 from "@noble/secp256k1";
import { fromHex, joined, toHex } from "./bytes.js";
import { Impossible, Mismatch } from "./errors.js";
import { addressOfKey } from "./ids.js";

/** @typedef {import("./bytes.js").Hex} Hex */

const HALF_ORDER = "0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0";

/**
 * Tell whose key signed 32 bytes. Nearly every signature recovers to *some* address: only comparing it says anything.
 * @param {Hex} digest
 * @param {Hex} signature
 * @returns {Hex} The address.
 */
export function recover(digest, signature) {
  const v = parseInt(signature.slice(-2), 16);
  if (signature.length !== 132 || (v !== 27 && v !== 28) || digest.length !== 66) {
    throw new Mismatch("a signature is 65 bytes r, s, v over 32 bytes, with v 27 or 28");
  }
  if ("0x" + signature.slice(66, 130) > HALF_ORDER) {
    throw new Mismatch("the signature's s is in the upper half: the ledger takes the lower one only");
  }
  const compact = joined(new Uint8Array([v - 27]), "0x" + signature.slice(2, 130));
  return addressOfKey(signer(compact, fromHex(digest)));
}

/**
 * @param {Uint8Array} compact Recovery bit, r and s.
 * @param {Uint8Array} digest
 */
function signer(compact, digest) {
  try {
    const key = secp256k1.recoverPublicKey(compact, digest, { prehash: false });
    return secp256k1.Point.fromBytes(key).toBytes(false);
  } catch (error) {
    if (error instanceof Error) throw new Mismatch("the signature fits no key");
    throw error;
  }
}

/**
 * Sign 32 bytes, deterministically (RFC 6979).
 * @param {Hex} digest
 * @param {Uint8Array} privateKey
 * @returns {Hex} 65 bytes.
 */
export function sign(digest, privateKey) {
  checkKey(privateKey);
  secp256k1.hashes.sha256 = sha256;
  secp256k1.hashes.hmacSha256 = (key, message) => hmac(sha256, key, message);
  const options = { prehash: false, lowS: true, format: /** @type {const} */ ("recovered") };
  const made = secp256k1.sign(fromHex(digest), privateKey, options);
  return toHex(joined(made.slice(1), new Uint8Array([27 + made[0]])));
}

/**
 * Give the address of a private key.
 * @param {Uint8Array} privateKey
 * @returns {Hex}
 */
export function addressOf(privateKey) {
  checkKey(privateKey);
  return addressOfKey(secp256k1.getPublicKey(privateKey, false));
}

/** Make a new private key, of the browser's randomness. @returns {Uint8Array} */
export const newKey = () => secp256k1.utils.randomSecretKey();

/**
 * Give a signature of two words in full; nothing when r is zero, which says that nobody signed (EIP-2098).
 * @param {Hex} r
 * @param {Hex} vs
 * @returns {Hex}
 */
export function lengthened(r, vs) {
  if (BigInt(r) === 0n) return "0x";
  const packed = fromHex(vs);
  const v = 27 + (packed[0] >> 7);
  packed[0] &= 0x7f;
  return toHex(joined(r, packed, new Uint8Array([v])));
}

/** @param {Uint8Array} privateKey */
function checkKey(privateKey) {
  if (!secp256k1.utils.isValidSecretKey(privateKey)) throw new Impossible("that is no private key");
}
