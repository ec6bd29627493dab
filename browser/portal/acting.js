/** Forms that a key signs: written down by the desk, checked and made again here, signed, and brought back. */
import { Trouble } from "../shared/errors.js";
import { accepted } from "../shared/drafts.js";
import { checked, checkedClaim } from "./check.js";
import { Refused, ask, said } from "./desk.js";
import { signInAgain, signerOf } from "./signers.js";

const DAY_S = 86_400n;
const TEXTS = { open: ["subject", "body"], reply: ["body"], close: ["reason"], rate: ["comment"] };
const EDGES = /^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g;
const REFUSED_BY_WALLET = 4001;

/** Let the forms of the page be signed by whoever it is for, also those that come later. */
export function signForms() {
  const address = document.querySelector("[data-signs]")?.dataset.signs.toLowerCase();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-sign]")) return;
    if (!address || form.dataset.own === "no") return keepSending(form);
    event.preventDefault();
    signed(form, address);
  });
}

/** A form that is sent as it is goes off once. @param {HTMLFormElement} form */
function keepSending(form) {
  busy(form, true);
  window.addEventListener("pageshow", () => busy(form, false), { once: true });
}

/** @param {HTMLFormElement} form @param {string} address */
async function signed(form, address) {
  clear(form);
  busy(form, true);
  try {
    const to = await brought(form, address);
    forgetDraft(form);
    location.assign(to);
  } catch (error) {
    tell(form, error);
    busy(form, false);
  }
}

/** @param {HTMLFormElement} form @param {string} address @returns {Promise<string>} Where to go on. */
async function brought(form, address) {
  if (form.dataset.sign === "claim") return claimed(form, address);
  const wanted = typed(form);
  const again = () => signInAgain(address);
  const prepared = await ask("/my/prepare", sent(form, wanted), again);
  const { typed: request, digest, differs } = await checked(prepared, wanted, address);
  if (prepared.removed.length) forgetDraft(form);
  if (prepared.removed.length && !(await agrees(differs))) throw new Refused(said("notSent"));
  const signer = await signerOf(address);
  step(form, signer.isWallet ? "inWallet" : "sending");
  const signature = await signer.typed(request, digest);
  const product = form.elements.product?.value ?? "";
  const { to } = await ask("/my/submit", { id: prepared.id, signature, product }, again);
  return to;
}

/** Take a ticket over: what is signed is made here, for this ticket, this address, and two days at most. */
async function claimed(form, address) {
  const again = () => signInAgain(address);
  const room = `/my/tickets/${form.dataset.ticket}/claim`;
  const prepared = await ask(`${room}/prepare`, {}, again);
  const { typed: request, digest } = checkedClaim(prepared, form.dataset.ticket, address, 2n * DAY_S);
  const signer = await signerOf(address);
  step(form, signer.isWallet ? "inWallet" : "sending");
  const signature = await signer.typed(request, digest);
  const { to } = await ask(`${room}/take`, { deadline: prepared.deadline, signature }, again);
  return to;
}

/** What was sent, or has a secret in it, is kept in this browser no longer. @param {HTMLFormElement} form */
function forgetDraft(form) {
  const draft = form.querySelector("[data-draft]")?.dataset.draft;
  if (draft) accepted(draft);
}

/** Read what somebody wants. @param {HTMLFormElement} form @returns {import("./check.js").Typed} */
function typed(form) {
  const verb = form.dataset.sign;
  const kindOf = { comment: "body", reason: "body" };
  const texts = {};
  for (const name of TEXTS[verb]) {
    const text = (form.elements[name]?.value ?? "").replace(EDGES, "");
    if (text) texts[kindOf[name] ?? name] = text;
  }
  return {
    verb,
    ticket: form.dataset.ticket ?? "",
    stars: Number(form.elements.stars?.value ?? 0),
    texts,
    files: [...(form.elements.files?.files ?? [])],
  };
}

/** @param {HTMLFormElement} form @param {import("./check.js").Typed} wanted */
function sent(form, wanted) {
  const content = new FormData(form);
  for (const name of TEXTS[wanted.verb]) content.set(name, wanted.texts[name] ?? wanted.texts.body ?? "");
  if (!wanted.files.length) content.delete("files");
  content.set("verb", wanted.verb);
  content.set("ticket", wanted.ticket);
  return content;
}

/** Show what is left of a text that had a secret in it, and ask whether that is to be sent. */
function agrees(texts) {
  const dialog = document.createElement("dialog");
  const part = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text, ...more });
  const choices = part("form", "", { method: "dialog", className: "row" });
  const [yes, no] = ["sendIt", "change"].map((name) => part("button", said(name), { value: name }));
  yes.className = "main";
  choices.append(yes, no);
  const shown = texts.map((text) => part("div", text, { className: "said card" }));
  dialog.append(part("h2", said("secretTitle")), part("p", said("secret")), ...shown, choices);
  dialog.setAttribute("aria-label", said("secretTitle"));
  document.body.append(dialog);
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(dialog.returnValue === "sendIt");
    });
    dialog.showModal();
  });
}

/** @param {HTMLFormElement} form @param {unknown} error */
function tell(form, error) {
  for (const [name, message] of Object.entries(error instanceof Refused ? error.wrong : {})) {
    const field = form.elements[name];
    if (name && field) beside(field instanceof RadioNodeList ? field[0].closest("fieldset") : field, name, message);
  }
  status(form).textContent = inWords(error);
  (form.querySelector("[aria-invalid]") ?? status(form)).focus();
}

/** @param {unknown} error */
function inWords(error) {
  if (error instanceof Refused) return error.message || said("seeFields");
  if (error instanceof Trouble) return `${said("notYours")} (${error.message})`;
  if (error?.code === REFUSED_BY_WALLET) return said("walletRefused");
  console.error(error);
  return said("failed");
}

/** @param {HTMLElement} field @param {string} name @param {string} message */
function beside(field, name, message) {
  const told = Object.assign(document.createElement("p"), { className: "wrong", id: `${name}-wrong`, textContent: message });
  told.dataset.told = "";
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${told.id}`.trim());
  field.after(told);
}

/** @param {HTMLFormElement} form */
function clear(form) {
  for (const one of form.querySelectorAll("p.wrong:not([data-status])")) one.remove();
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  status(form).textContent = "";
}

/** @param {HTMLFormElement} form @param {boolean} isBusy */
function busy(form, isBusy) {
  form.setAttribute("aria-busy", String(isBusy));
  for (const one of form.querySelectorAll("button")) one.disabled = isBusy;
  if (!isBusy) step(form, "");
}

/** Say what is going on. @param {HTMLFormElement} form @param {string} name */
function step(form, name) {
  const told = form.querySelector("[data-step]") ?? form.appendChild(paragraph("quiet", "step"));
  told.setAttribute("role", "status");
  told.textContent = name ? said(name) : "";
}

/** @param {HTMLFormElement} form */
function status(form) {
  const found = form.querySelector("[data-status]");
  if (found) return found;
  const made = paragraph("wrong", "status");
  made.setAttribute("role", "alert");
  made.tabIndex = -1;
  return form.appendChild(made);
}

/** @param {string} className @param {string} name */
function paragraph(className, name) {
  const made = Object.assign(document.createElement("p"), { className });
  made.dataset[name] = "";
  return made;
}
