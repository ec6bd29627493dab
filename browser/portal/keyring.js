/**
 * The key of this browser: secp256k1, kept in IndexedDB, sealed with a key that scripts can use and never read.
 *
 * Warning: a script of ours that runs here can use the key. It is as safe as this browser's profile, and as the desk
 * that serves the page; whoever wants more uses a wallet.
 */
import { addressOf, newKey } from "../shared/signature.js";

/** @typedef {{id: string, address: string, iv: Uint8Array, sealed: ArrayBuffer, seal: CryptoKey, at: number}} Kept */

const NAME = "supportledger";
const SHELF = "keys";
const OURS = "customer";

/** Tell whether this browser can keep a key: pages that came by plain http from elsewhere may not. */
export const canKeep = () => Boolean(window.isSecureContext && window.crypto?.subtle && window.indexedDB);

/** Give the address of the key; empty for none. @returns {Promise<string>} */
export async function keptAddress() {
  return (canKeep() && (await kept())?.address) || "";
}

/** Make a key, and keep it. @returns {Promise<string>} Its address. */
export const make = () => keep(newKey());

/**
 * Keep a key in place of the one that is there; the bytes are zeroed.
 * @param {Uint8Array} secret
 * @returns {Promise<string>} Its address.
 */
export async function keep(secret) {
  const address = addressOf(secret);
  const seal = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, seal, secret);
  secret.fill(0);
  await onShelf("readwrite", (shelf) => shelf.put({ id: OURS, address, iv, sealed, seal, at: Date.now() }));
  await navigator.storage?.persist?.();
  return address;
}

/**
 * Use the key: the bytes are zeroed afterwards.
 * @template T
 * @param {(secret: Uint8Array) => T | Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withKey(use) {
  const { iv, sealed, seal } = await kept();
  const secret = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, seal, sealed));
  try {
    return await use(secret);
  } finally {
    secret.fill(0);
  }
}

/** Forget the key for good. */
export const forget = () => onShelf("readwrite", (shelf) => shelf.delete(OURS));

/** @returns {Promise<Kept | undefined>} */
const kept = () => onShelf("readonly", (shelf) => shelf.get(OURS));

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(shelf: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
async function onShelf(mode, act) {
  const base = await opened();
  try {
    const transaction = base.transaction(SHELF, mode);
    const request = act(transaction.objectStore(SHELF));
    return await new Promise((done, failed) => {
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = () => failed(transaction.error);
    });
  } finally {
    base.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  const request = indexedDB.open(NAME, 1);
  return new Promise((done, failed) => {
    request.onupgradeneeded = () => request.result.createObjectStore(SHELF, { keyPath: "id" });
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}
