// Signing in with passkeys and wallets: asks the desk what to sign, lets the browser sign it, brings it back.

import { chosenWallet, signText } from "../shared/wallet.js";

const csrf = document.querySelector('meta[name="csrf"]')?.content;

/** Ask the desk; what it refuses is thrown, in the reader's words. */
async function ask(path, content) {
  const headers = { "Content-Type": "application/json", ...(csrf ? { "X-CSRF-Token": csrf } : {}) };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(content ?? {}) });
  const said = await answer.json();
  if (!answer.ok) throw new Refused([said.detail, said.hint].filter(Boolean).join(" "));
  return said;
}

class Refused extends Error {}

async function usePasskey(box) {
  if ("adds" in box.dataset) {
    const wanted = await ask("/account/passkey/begin");
    const made = await navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(wanted),
    });
    return ask("/account/passkey", { credential: made.toJSON(), to: box.dataset.to });
  }
  const wanted = await ask("/sign-in/passkey/begin");
  const used = await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(wanted),
  });
  return ask("/sign-in/passkey", { credential: used.toJSON(), to: box.dataset.to });
}

async function useWallet(box) {
  const wallet = await chosenWallet();
  if (!wallet) throw new Refused(box.dataset.noWallet);
  const [address] = await wallet.request({ method: "eth_requestAccounts" });
  const room = "adds" in box.dataset ? "/account/wallet" : "/sign-in/wallet";
  const { text } = await ask(`${room}/begin`, { address });
  return ask(room, { text, signature: await signText(wallet, text, address), to: box.dataset.to });
}

for (const box of document.querySelectorAll("[data-sign-in]")) {
  const told = box.querySelector("[data-told]");
  const begin = (way) => async (event) => {
    const button = event.currentTarget;
    told.textContent = "";
    button.disabled = true;
    try {
      const { to } = await way(box);
      location.assign(to);
    } catch (error) {
      told.textContent = error instanceof Refused ? error.message : box.dataset.failed;
      button.disabled = false;
    }
  };
  box.querySelector("[data-passkey]")?.addEventListener("click", begin(usePasskey));
  box.querySelector("[data-wallet]")?.addEventListener("click", begin(useWallet));
}
