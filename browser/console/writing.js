// Writing: drafts that outlive the page, macros, and who else is here.

import { accepted, keepDrafts } from "../shared/drafts.js";

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
const HERE_MS = 10000;
const TYPING_MS = 4000;

/** Keep what is typed in this browser; the desk sends it on to `#sent` once it has it. */
export function startDrafts() {
  if (location.hash === "#sent") {
    for (const one of document.querySelectorAll("[data-draft]")) accepted(one.dataset.draft);
    if (location.pathname === "/console") accepted("console:new");
    history.replaceState(null, "", location.pathname + location.search);
  }
  keepDrafts();
}

export function startMacros() {
  const list = document.querySelector("[data-macro]");
  if (!list) return;
  list.hidden = false;
  list.addEventListener("change", () => {
    const chosen = list.selectedOptions[0];
    const form = list.form;
    const area = form.querySelector("textarea");
    if (!chosen.dataset.text) return;
    area.setRangeText(chosen.dataset.text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    if (chosen.dataset.status) form.elements.status.value = chosen.dataset.status;
    list.value = "";
    area.focus();
  });
}

/** Say that this ticket is open here, and show who else has it open. */
export function startPresence() {
  const box = document.querySelector("[data-looking]");
  if (!box) return;
  const area = document.querySelector("[data-composer] textarea");
  let typedAt = 0;
  const tell = async (more = {}) => {
    const isTyping = Date.now() - typedAt < HERE_MS;
    const body = new URLSearchParams({ csrf, typing: isTyping ? "1" : "", ...more });
    const answer = await fetch(box.dataset.looking, { method: "POST", body, keepalive: true });
    if (answer.ok && !more.gone) show((await answer.json()).others);
  };
  const quietly = (more) => tell(more).catch(() => undefined); // the server is away: said again in a moment
  const show = (others) => {
    const badges = others.map((one) => {
      const badge = document.createElement("span");
      badge.className = "badge";
      badge.textContent = (one.typing ? box.dataset.types : box.dataset.looks).replace("{name}", one.name);
      return badge;
    });
    if (box.textContent.trim() !== badges.map((one) => one.textContent).join("")) box.replaceChildren(...badges);
  };
  area?.addEventListener("input", () => {
    const isNews = Date.now() - typedAt > TYPING_MS;
    typedAt = Date.now();
    if (isNews) quietly();
  });
  quietly();
  setInterval(() => document.hidden || quietly(), HERE_MS / 2);
  addEventListener("pagehide", () => quietly({ gone: "1" }));
}

/** Say how many are chosen. */
export function startChoosing() {
  const told = document.querySelector("[data-chosen]");
  const form = told?.closest("form");
  const count = () => {
    const number = form.querySelectorAll("input[name=ticket]:checked").length;
    told.textContent = number ? told.dataset.some.replace("{n}", number) : told.dataset.none;
  };
  form?.addEventListener("change", count);
  document.addEventListener("fresh", () => form && count());
}

export function startCopying() {
  const offer = () => {
    for (const one of document.querySelectorAll("[data-copy]")) one.hidden = false;
  };
  offer();
  document.addEventListener("fresh", offer);
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("good");
  });
}
