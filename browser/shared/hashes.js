/** The two hashes that everything stands on: Keccak-256, as the chain hashes, and SHA-256, as logs do. */
import { sha256 as sha256Of } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { joined, toHex } from "./bytes.js";

/** @typedef {import("./bytes.js").Hex} Hex */

/**
 * Hash parts as they lie side by side.
 * @param {...(Uint8Array | Hex)} parts
 * @returns {Hex} 32 bytes.
 */
export const keccak256 = (...parts) => toHex(keccak_256(joined(...parts)));

/**
 * @param {...(Uint8Array | Hex)} parts
 * @returns {Hex} 32 bytes.
 */
export const sha256 = (...parts) => toHex(sha256Of(joined(...parts)));
