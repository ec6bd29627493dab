// Signing in one's own wallet: the desk says what is to be signed, the wallet shows and signs it, the desk keeps it.
// Of many things, each is kept as soon as it is signed: whoever stops, or refuses one, loses none before it.

import { chosenWallet, signTyped, wallets } from "../shared/wallet.js";

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
const PAUSES_MS = [500, 2000];
const NO_BOX = document.createElement("div");

class Refused extends Error {}

/** Read what the page of an error says. */
async function told(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const alert = page.querySelector("[role=alert]:not(:empty)");
  const hint = alert?.matches("p + p, h1 + p") ? alert.nextElementSibling : null;
  const parts = [alert, hint?.className ? null : hint].map((one) => one?.textContent.trim()).filter(Boolean);
  return parts.join(" ") || String(answer.status);
}

/** Ask the desk for something, as a script does. */
export async function ask(path, options) {
  const headers = { Accept: "application/json", "X-CSRF-Token": csrf, ...options.headers };
  const answer = await fetch(path, { method: "POST", ...options, headers });
  if (answer.status === 401) throw location.reload();
  if (!(answer.headers.get("content-type") ?? "").includes("json")) throw new Refused(await told(answer));
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said.wrong ? Object.values(said.wrong).join(" ") : `${said.detail} ${said.hint}`);
  return said;
}

/** Bring signatures; the same ones may be brought again, so a connection that breaks costs none. */
async function bring(path, signed, to) {
  for (const pause of PAUSES_MS) {
    try {
      return await brought(path, signed, to);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  return brought(path, signed, to);
}

const brought = (path, signed, to) =>
  ask(path, { body: JSON.stringify({ signed, to }), headers: { "Content-Type": "application/json" } });

/** Show how far it is, with a button that stops it; what the wallet is asked for is given up then. */
function progress(all) {
  const box = document.querySelector("[data-signing]") ?? NO_BOX;
  const says = box.querySelector("[data-says]") ?? NO_BOX;
  const stop = box.querySelector("[data-stop]") ?? NO_BOX;
  const say = (key, values = {}) => {
    says.textContent = (box.dataset[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name]);
    box.hidden = false;
  };
  box.classList.remove("warn");
  box.hidden = stop.hidden = all < 2;
  const stopped = new Promise((_, no) => (stop.onclick = () => no(new Error(box.dataset.stopped))));
  stopped.catch(() => undefined); // nobody may be waiting for it yet
  return {
    sign: (wallet, one, address) => Promise.race([stopped, signTyped(wallet, one.typedData, address)]),
    check: () => Promise.race([stopped, Promise.resolve()]),
    step: (key, n) => all > 1 && say(key, { n, all }),
    end(key, values) {
      stop.hidden = true;
      box.classList.add("warn");
      say(key, values);
      box.scrollIntoView({ block: "nearest" });
    },
  };
}

/** Keep each signature as soon as it is made; what the desk refuses of one stops no other. */
async function oneByOne(wanted, wallet) {
  const wrong = [...(wanted.failed ?? [])];
  const all = wanted.prepared.length + wrong.length;
  const shown = progress(all);
  let done = 0;
  let why = "";
  try {
    for (const [at, one] of wanted.prepared.entries()) {
      await shown.check();
      shown.step("asks", at + 1);
      const signature = await shown.sign(wallet, one, wanted.address);
      try {
        await bring("/console/signed", [{ id: one.id, signature }], wanted.to);
        done += 1;
        const box = document.querySelector(`input[name=ticket][value="${CSS.escape(one.ticket)}"]`);
        if (box) box.checked = false;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        wrong.push(all > 1 ? `${one.ticket}: ${error.message}` : error.message);
      }
    }
  } catch (error) {
    why = error?.message ?? "";
  }
  if (done === all) return wanted.to;
  why = [why, ...wrong].filter(Boolean).join(" ");
  if (all === 1) throw new Error(why);
  shown.end("rest", { done, all, why });
  document.dispatchEvent(new CustomEvent("fresh"));
  return "";
}

/** Bring signatures that belong together once all are made; without one of them nothing is done. */
async function together(wanted, wallet) {
  const shown = progress(wanted.prepared.length);
  const signed = [];
  try {
    for (const [at, one] of wanted.prepared.entries()) {
      await shown.check();
      shown.step("gathers", at + 1);
      signed.push({ id: one.id, signature: await shown.sign(wallet, one, wanted.address) });
    }
  } catch (error) {
    shown.end("nothing", { why: error?.message ?? "" });
    return "";
  }
  try {
    return (await brought(wanted.together, signed, wanted.to)).to;
  } catch (error) {
    shown.end("wrong", { why: error?.message ?? "" });
    return "";
  }
}

async function sign(form, button) {
  const data = new FormData(form);
  if (button?.name) data.set(button.name, button.value);
  const wanted = await ask(form.action, { body: data });
  const wallet = await chosenWallet();
  await wallet.request({ method: "eth_requestAccounts" });
  return wanted.together ? together(wanted, wallet) : oneByOne(wanted, wallet);
}

/** Say what went wrong beside the form, or where the page says such things. */
export function tell(form, message) {
  const failed = form.querySelector("[data-failed]") ?? document.querySelector("[data-failed]");
  if (failed) failed.textContent = message;
  else if (message) progress(1).end("wrong", { why: message });
}

/** Go on, by one request alone: what was done is said to the first. */
export function go(to) {
  if (to.pathname + to.search !== location.pathname + location.search) return location.assign(to);
  if (to.hash) history.replaceState(null, "", to);
  location.reload();
}

let isBusy = false;

async function signed(form, submitter) {
  if (isBusy) return;
  isBusy = true;
  tell(form, "");
  if (submitter) submitter.disabled = true;
  try {
    const to = await sign(form, submitter);
    if (to) {
      return go(new URL(to, location));
    }
  } catch (error) {
    tell(form, error?.message ?? "");
  }
  isBusy = false;
  if (submitter) submitter.disabled = false;
}

/**
 * Offer the wallet of this browser, where there is one, in forms; where no key is at hand, they wait for it.
 * Wallets tell their names a moment after a page has loaded: whoever is quicker waits for them, too.
 */
export async function offerWallet(forms, hasKey, isFit, act) {
  const looking = wallets();
  let found = null;
  for (const form of forms) {
    const button = form.querySelector("[data-wallet]");
    form.addEventListener("submit", async (event) => {
      const by = event.submitter;
      const isWanted = isFit(form, by) && (!hasKey || (button && by === button));
      if (!isWanted || found?.length === 0) return;
      event.preventDefault();
      if ((await looking).length) return act(form, by);
      if (isBusy) return;
      isBusy = true;
      form.requestSubmit(by);
    });
  }
  found = await looking;
  for (const form of found.length ? forms : []) {
    const button = form.querySelector("[data-wallet]");
    if (button) button.hidden = false;
    if (form.dataset.signs !== undefined) form.dataset.signs = "wallet";
  }
}

/** Let a wallet sign whatever is signed on a page. */
export function startSigning() {
  const forms = [...document.querySelectorAll("form[data-signs]")];
  const hasKey = document.querySelector("[data-has-key]") !== null;
  if (forms.length) offerWallet(forms, hasKey, (_, by) => by?.dataset.unsigned === undefined, signed);
}
