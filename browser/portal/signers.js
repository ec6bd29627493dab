/** Who signs: the key of this browser, or a wallet; both sign what this page has made itself. */
import { joined, utf8 } from "../shared/bytes.js";
import { keccak256 } from "../shared/hashes.js";
import { sign } from "../shared/signature.js";
import { signText, signTyped, wallets } from "../shared/wallet.js";
import { checksummed } from "../shared/ids.js";
import { Refused, ask, renewed, said } from "./desk.js";
import { keptAddress, withKey } from "./keyring.js";

/** @typedef {import("../shared/bytes.js").Hex} Hex */
/**
 * @typedef {object} Signer
 * @property {Hex} address
 * @property {boolean} isWallet
 * @property {(text: string) => Promise<Hex>} text Signs a text (EIP-191).
 * @property {(typed: object, digest: Hex) => Promise<Hex>} typed Signs typed data (EIP-712).
 */

/** @param {Hex} address @returns {Signer} */
const browserKey = (address) => ({
  address,
  isWallet: false,
  text: (text) => withKey((secret) => sign(textDigest(text), secret)),
  typed: (_typed, digest) => withKey((secret) => sign(digest, secret)),
});

/**
 * A wallet that is a contract signs as it likes: whether the signature counts, the desk and the ledger say.
 * @param {any} wallet @param {Hex} address @returns {Signer}
 */
const walletKey = (wallet, address) => ({
  address,
  isWallet: true,
  text: (text) => signText(wallet, text, address),
  typed: (typed) => signTyped(wallet, typed, address),
});

/** Give the key of this browser; null for none. @returns {Promise<Signer | null>} */
export async function keyAtHand() {
  const address = await keptAddress();
  return address ? browserKey(address) : null;
}

/** Ask somebody's wallet for an account. @returns {Promise<Signer>} */
export async function walletAtHand() {
  const [wallet] = await wallets();
  if (!wallet) throw new Refused(said("noWallet"));
  const [address] = await wallet.request({ method: "eth_requestAccounts" });
  return walletKey(wallet, address.toLowerCase());
}

/**
 * Find who can sign as an address.
 * @param {Hex} address
 * @returns {Promise<Signer>}
 */
export async function signerOf(address) {
  const key = await keyAtHand();
  if (key?.address === address) return key;
  if (!(await wallets()).length) throw new Refused(said("keyElsewhere"));
  const wallet = await walletAtHand();
  if (wallet.address !== address) throw new Refused(said("otherAccount"));
  return wallet;
}

/**
 * Sign in by a signed text.
 * @param {Signer} signer
 * @param {string} to Where to go on.
 * @param {"/sign-in/wallet" | "/account/wallet"} room The second adds the key to the account that is signed in.
 * @returns {Promise<string>} Where to go on.
 */
export async function signIn(signer, to, room = "/sign-in/wallet") {
  const address = checksummed(signer.address);
  const { text } = await ask(`${room}/begin`, { address });
  if (!isForUs(text, address)) throw new Refused(said("otherText"));
  const answer = await ask(room, { text, signature: await signer.text(text), to });
  await renewed();
  return answer.to;
}

/** Sign in again with the key of this browser, if it is the one that is meant. @param {Hex} address */
export async function signInAgain(address) {
  const key = await keyAtHand();
  if (key?.address !== address) return false;
  await signIn(key, location.pathname);
  return true;
}

/** A text to sign in with names this host and this address, and nothing else is signed as one. */
const isForUs = (text, address) =>
  text.startsWith(`${location.host} wants you to sign in with your Ethereum account:\n${address}\n`);

/** @param {string} text @returns {Hex} */
function textDigest(text) {
  const data = utf8(text);
  return keccak256(joined(utf8(`\x19Ethereum Signed Message:\n${data.length}`), data));
}
