// Wallets in the browser: found as EIP-6963 says, or as `window.ethereum`; asked as EIP-1193 says.

const WAIT_MS = 150;

/** Find the wallets of this browser. */
export function wallets() {
  const found = new Map();
  const take = (event) => found.set(event.detail.info.uuid, event.detail.provider);
  window.addEventListener("eip6963:announceProvider", take);
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  return new Promise((done) =>
    setTimeout(() => {
      window.removeEventListener("eip6963:announceProvider", take);
      done(found.size ? [...found.values()] : window.ethereum ? [window.ethereum] : []);
    }, WAIT_MS),
  );
}

/** Give the wallet to use; undefined if there is none. */
export async function chosenWallet() {
  return (await wallets())[0];
}

/** Let a wallet sign a text (EIP-191). */
export function signText(wallet, text, address) {
  const hex = "0x" + [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return wallet.request({ method: "personal_sign", params: [hex, address] });
}

/** Let a wallet sign typed data (EIP-712), which it shows as readable text. */
export function signTyped(wallet, typed, address) {
  return wallet.request({ method: "eth_signTypedData_v4", params: [address, JSON.stringify(typed)] });
}

/** Let a wallet go over to a chain (EIP-3326), if whoever has it agrees. */
export function switchChain(wallet, chainId) {
  return wallet.request({ method: "wallet_switchEthereumChain", params: [{ chainId }] });
}

/** Let a wallet sign and send a transaction; it gives the hash. */
export function sendTransaction(wallet, transaction) {
  return wallet.request({ method: "eth_sendTransaction", params: [transaction] });
}
