// Signing in one's own wallet: the desk says what is to be signed, the wallet shows and signs it, the desk keeps it.

import { chosenWallet, signTyped, wallets } from "../shared/wallet.js";

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

class Refused extends Error {}

async function ask(path, options) {
  const headers = { Accept: "application/json", "X-CSRF-Token": csrf, ...options.headers };
  const answer = await fetch(path, { method: "POST", ...options, headers });
  if (answer.status === 401) throw location.reload();
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said.wrong ? Object.values(said.wrong).join(" ") : `${said.detail} ${said.hint}`);
  return said;
}

async function sign(form) {
  const wanted = await ask(form.action, { body: new FormData(form) });
  const wallet = await chosenWallet();
  await wallet.request({ method: "eth_requestAccounts" });
  const signed = [];
  for (const one of wanted.prepared) {
    signed.push({ id: one.id, signature: await signTyped(wallet, one.typedData, wanted.address) });
  }
  const body = JSON.stringify({ signed, to: wanted.to });
  return ask("/console/signed", { body, headers: { "Content-Type": "application/json" } });
}

/** Offer the wallet of this browser, where there is one, in every form that is signed. */
export async function startSigning() {
  const forms = [...document.querySelectorAll("form[data-signs]")];
  if (!forms.length || !(await wallets()).length) return;
  const hasKey = document.querySelector("[data-send]") !== null;
  for (const form of forms) {
    const button = form.querySelector("[data-wallet]");
    if (button) button.hidden = false;
    form.addEventListener("submit", async (event) => {
      const isWallet = event.submitter === button || (!hasKey && document.querySelector("[data-wallet]"));
      if (!isWallet) return;
      event.preventDefault();
      const failed = form.querySelector("[data-failed]") ?? document.querySelector("[data-failed]");
      failed.textContent = "";
      event.submitter.disabled = true;
      try {
        const { to } = await sign(form);
        location.assign(to);
        if (new URL(to, location).pathname === location.pathname) location.reload();
      } catch (error) {
        failed.textContent = error?.message ?? "";
        event.submitter.disabled = false;
      }
    });
  }
}
