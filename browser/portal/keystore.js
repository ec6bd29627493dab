/**
 * Keys as files: the Web3 Secret Storage format, version 3, which wallets and libraries read and write.
 *
 * Source: ethereum.org, "Web3 secret storage definition".
 */
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { fromHex, joined, toHex, utf8 } from "../shared/bytes.js";
import { Impossible, Mismatch } from "../shared/errors.js";
import { keccak256 } from "../shared/hashes.js";
import { addressOf } from "../shared/signature.js";

const ROUNDS = 600_000;
const MOST_ROUNDS = 20_000_000;
const MOST_MEMORY = 1 << 30;
const KEY_BYTES = 32;

/**
 * Write a key as a file.
 * @param {Uint8Array} secret
 * @param {string} passphrase
 * @returns {Promise<string>} JSON.
 */
export async function written(secret, passphrase) {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const iv = crypto.getRandomValues(new Uint8Array(16));
  const derived = await stretched(passphrase, salt, ROUNDS);
  const ciphertext = await turned("encrypt", derived, iv, secret);
  const hex = (data) => toHex(data).slice(2);
  return JSON.stringify({
    version: 3,
    id: crypto.randomUUID(),
    address: addressOf(secret).slice(2),
    crypto: {
      cipher: "aes-128-ctr",
      cipherparams: { iv: hex(iv) },
      ciphertext: hex(ciphertext),
      kdf: "pbkdf2",
      kdfparams: { c: ROUNDS, dklen: KEY_BYTES, prf: "hmac-sha256", salt: hex(salt) },
      mac: mac(derived, ciphertext).slice(2),
    },
  });
}

/**
 * Read a key from such a file.
 * @param {string} text
 * @param {string} passphrase
 * @returns {Promise<Uint8Array>}
 */
export async function read(text, passphrase) {
  const { crypto: sealed, address } = parsed(text);
  const derived = await stretchedAs(sealed, passphrase);
  const ciphertext = bytes(sealed.ciphertext);
  if (mac(derived, ciphertext) !== "0x" + String(sealed.mac).toLowerCase()) throw new Mismatch("wrong passphrase");
  const secret = await turned("decrypt", derived, bytes(sealed.cipherparams?.iv), ciphertext);
  const is = addressOf(secret);
  if (address && is !== "0x" + String(address).replace(/^0x/, "").toLowerCase()) throw new Mismatch("another address");
  return secret;
}

/** @param {string} text */
function parsed(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Impossible("not a keystore");
    throw error;
  }
  const sealed = found?.crypto ?? found?.Crypto;
  if (found?.version !== 3 || sealed?.cipher !== "aes-128-ctr") throw new Impossible("not a keystore");
  return { crypto: sealed, address: found.address };
}

/** @param {any} sealed @param {string} passphrase */
function stretchedAs(sealed, passphrase) {
  const { c, n, r, p, dklen, prf, salt } = sealed.kdfparams ?? {};
  if (dklen !== KEY_BYTES) throw new Impossible("not a keystore");
  if (sealed.kdf === "pbkdf2" && prf === "hmac-sha256" && isUpTo(c, MOST_ROUNDS)) {
    return stretched(passphrase, bytes(salt), c);
  }
  if (sealed.kdf === "scrypt" && isUpTo(p, 16) && isUpTo(r, 64) && isUpTo(n, MOST_MEMORY / (128 * r))) {
    return scryptAsync(utf8(passphrase), bytes(salt), { N: n, r, p, dkLen: KEY_BYTES, maxmem: 2 * MOST_MEMORY });
  }
  throw new Impossible("not a keystore");
}

/** @param {unknown} value @param {number} most */
const isUpTo = (value, most) => Number.isInteger(value) && value > 0 && value <= most;

/** @param {string} passphrase @param {Uint8Array} salt @param {number} iterations */
async function stretched(passphrase, salt, iterations) {
  const base = await crypto.subtle.importKey("raw", utf8(passphrase), "PBKDF2", false, ["deriveBits"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(way, base, 8 * KEY_BYTES));
}

/** @param {"encrypt" | "decrypt"} way @param {Uint8Array} derived @param {Uint8Array} counter @param {Uint8Array} data */
async function turned(way, derived, counter, data) {
  const key = await crypto.subtle.importKey("raw", derived.slice(0, 16), "AES-CTR", false, [way]);
  return new Uint8Array(await crypto.subtle[way]({ name: "AES-CTR", counter, length: 128 }, key, data));
}

/** @param {Uint8Array} derived @param {Uint8Array} ciphertext */
const mac = (derived, ciphertext) => keccak256(joined(derived.slice(16, 32), ciphertext));

/** @param {unknown} text */
const bytes = (text) => fromHex("0x" + String(text).toLowerCase());
