// Certificates and promises by one's own wallet: the page says what the transaction does before the wallet is asked;
// what became of it, the desk reads from the ledger. Whatever goes wrong is said where it was asked for.

import { chosenWallet, sendTransaction, switchChain } from "../shared/wallet.js";
import { ask, go, offerWallet, tell } from "./signing.js";

const PAUSE_MS = 1000;
const LOOKS = 60;
const REFUSED = 4001;
const UNKNOWN_CHAIN = 4902;

class Stopped extends Error {}

const box = () => document.querySelector("[data-sending]");
const part = (name) => box().querySelector(`[data-${name}]`);

function say(key, values = {}) {
  part("says").textContent = box().dataset[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Ask the desk what became of it; with the hash that the wallet gave. */
const look = (id, transaction = "") =>
  ask(`/console/changes/${id}`, {
    body: JSON.stringify({ transaction }),
    headers: { "Content-Type": "application/json" },
  });

/** Show all that the wallet will be asked for. */
function show({ says, transaction }) {
  const lines = says.map((line) => Object.assign(document.createElement("li"), { textContent: line }));
  part("words").replaceChildren(...lines);
  part("from").textContent = transaction.from;
  part("to").textContent = transaction.to;
  part("number").textContent = Number(transaction.chainId);
  part("input").textContent = transaction.data;
  part("says").textContent = "";
  box().hidden = false;
  box().scrollIntoView({ block: "nearest" });
  box().focus();
}

/** Wait until whoever reads it lets it be sent. */
function agreed() {
  const buttons = [part("send"), part("cancel")];
  for (const one of buttons) one.disabled = false;
  return new Promise((yes, no) => {
    part("send").onclick = yes;
    part("cancel").onclick = () => no(new Stopped());
  }).finally(() => buttons.forEach((one) => (one.disabled = true)));
}

/** Make sure that the wallet sends as who was asked, to the ledger's chain. */
async function isReady(wallet, { from, chainId }) {
  const accounts = await wallet.request({ method: "eth_requestAccounts" });
  if (accounts[0]?.toLowerCase() !== from.toLowerCase()) {
    say("account", { address: from });
    return false;
  }
  const isThere = async () => Number(await wallet.request({ method: "eth_chainId" })) === Number(chainId);
  if (await isThere()) return true;
  try {
    await switchChain(wallet, chainId);
  } catch (error) {
    if (![REFUSED, UNKNOWN_CHAIN].includes(error?.code)) throw error;
  }
  if (await isThere()) return true;
  say("chain", { chain: Number(chainId) });
  return false;
}

/** Let the wallet send it, as often as whoever reads it tries; give the hash that it says. */
async function sent(wallet, wanted) {
  show(wanted);
  for (;;) {
    await agreed();
    try {
      if (await isReady(wallet, wanted.transaction)) {
        say("asks");
        return await sendTransaction(wallet, wanted.transaction);
      }
    } catch (error) {
      say(error?.code === REFUSED ? "refused" : "failing", { why: error?.message ?? String(error) });
    }
  }
}

/** Look until it is done, or until it is clear that it will not be. */
async function done(id, hash) {
  let seen = { why: "" };
  for (let looks = 0; looks < LOOKS; looks += 1) {
    seen = await look(id, looks ? "" : hash);
    if (seen.to) return seen.to;
    if (!seen.is_open) break;
    say("waits");
    await new Promise((next) => setTimeout(next, PAUSE_MS));
  }
  say(seen.is_open ? "late" : "broken", { why: seen.why });
  return "";
}

async function send(form, button) {
  const data = new FormData(form);
  if (button?.name) data.set(button.name, button.value);
  const wallet = await chosenWallet();
  const { send: wanted } = await ask(form.action, { body: data });
  try {
    const to = await done(wanted.id, await sent(wallet, wanted));
    if (to) go(new URL(to, location));
  } catch (error) {
    if (!(error instanceof Stopped)) return say("broken", { why: error?.message ?? "" });
    await ask(`/console/changes/${wanted.id}/forget`, {});
    box().hidden = true;
  }
}

let isBusy = false;

async function submitted(form, button) {
  if (isBusy) return;
  isBusy = true;
  tell(form, "");
  try {
    await send(form, button);
  } catch (error) {
    tell(form, error?.message ?? "");
  }
  isBusy = false;
}

/** Let a wallet send what is a transaction of one's own. */
export function startSending() {
  if (!box()) return;
  const isSure = (form) => form.querySelector("input[name=sure]")?.checked ?? true;
  offerWallet([...document.querySelectorAll("form[data-sends]")], box().dataset.hasKey !== undefined, isSure, submitted);
}
