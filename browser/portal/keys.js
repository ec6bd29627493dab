/** The page about keys: make one, bring one, sign in with it, take it along, forget it. */
import { Trouble } from "../shared/errors.js";
import { parseHash } from "../shared/ids.js";
import { checksummed } from "../shared/ids.js";
import { fromHex, toHex } from "../shared/bytes.js";
import { Refused, said } from "./desk.js";
import { canKeep, forget, keep, keptAddress, make, withKey } from "./keyring.js";
import { read, written } from "./keystore.js";
import { keyAtHand, signIn, walletAtHand } from "./signers.js";

const SHORTEST = 8;

/** Bring the page to life. @param {HTMLElement} box */
export async function keyPage(box) {
  const to = box.dataset.to;
  const room = box.dataset.account === "keyless" ? "/account/wallet" : "/sign-in/wallet";
  const ways = {
    make: async () => enter(await made(), box, to, room),
    use: async () => enter(await keyAtHand(), box, to, room),
    wallet: async () => enter(await walletAtHand(), box, to, room),
    bring: () => brought(box),
    save: () => saved(box),
    print: () => shownForPrinting(box),
    forget: () => forgotten(box),
  };
  for (const [name, way] of Object.entries(ways)) {
    for (const button of box.querySelectorAll(`[data-way="${name}"]`)) {
      button.addEventListener("click", (event) => {
        event.preventDefault();
        attempt(button, way);
      });
    }
  }
  await show(box);
}

/** Show what there is. @param {HTMLElement} box */
async function show(box) {
  const address = await keptAddress();
  box.dataset.state = canKeep() ? (address ? "key" : "none") : "cannot";
  for (const one of box.querySelectorAll("[data-when]")) one.hidden = !one.dataset.when.split(" ").includes(box.dataset.state);
  for (const one of box.querySelectorAll("[data-address]")) one.textContent = address ? checksummed(address) : "";
  const isIn = Boolean(address) && box.dataset.account.toLowerCase() === address;
  for (const one of box.querySelectorAll("[data-signed-in]")) one.hidden = (one.dataset.signedIn === "yes") !== isIn;
}

async function made() {
  await make();
  return keyAtHand();
}

/** Sign in, or add the key to the account, and go on. */
async function enter(signer, box, to, room) {
  await show(box);
  location.assign(await signIn(signer, to, room));
}

/** Take a key from a file or from its digits. @param {HTMLElement} box */
async function brought(box) {
  const field = (name) => box.querySelector(`[name="${name}"]`);
  const [file] = field("keystore").files;
  const digits = field("digits").value.trim();
  if (!file && !digits) throw new Refused(said("nothingBrought"));
  if ((await keptAddress()) && !window.confirm(said("replace"))) return;
  await keep(file ? await read(await file.text(), field("passphrase").value) : fromHex(parseHash(digits)));
  field("digits").value = field("passphrase").value = field("keystore").value = "";
  await show(box);
  box.querySelector("[data-when=key] h2")?.focus();
}

/** Give the key as a file that wallets read. @param {HTMLElement} box */
async function saved(box) {
  const field = box.querySelector('[name="new-passphrase"]');
  if (field.value.length < SHORTEST) {
    field.focus();
    throw new Refused(said("shortPassphrase"));
  }
  const text = await withKey((secret) => written(secret, field.value));
  field.value = "";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `support-key-${(await keptAddress()).slice(2, 10)}.json`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Show the key's digits on paper only; they are gone from the page afterwards. @param {HTMLElement} box */
async function shownForPrinting(box) {
  if (!window.confirm(said("printing"))) return;
  const paper = box.querySelector("[data-paper]");
  paper.hidden = false;
  paper.querySelector("[data-digits]").textContent = await withKey(toHex);
  const done = () => {
    paper.querySelector("[data-digits]").textContent = "";
    paper.hidden = true;
  };
  window.addEventListener("afterprint", done, { once: true });
  window.print();
}

/** @param {HTMLElement} box */
async function forgotten(box) {
  if (!window.confirm(said("forgetting"))) return;
  await forget();
  await show(box);
}

/** @param {HTMLButtonElement} button @param {() => Promise<void>} way */
async function attempt(button, way) {
  const told = document.querySelector("[data-key-told]");
  told.textContent = "";
  button.disabled = true;
  try {
    await way();
  } catch (error) {
    told.textContent = inWords(error);
    told.focus();
  }
  button.disabled = false;
}

/** @param {unknown} error */
function inWords(error) {
  if (error instanceof Refused) return error.message;
  if (error instanceof Trouble) return said("badKey");
  if (error?.code === 4001) return said("walletRefused");
  console.error(error);
  return said("failed");
}
