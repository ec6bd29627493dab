// Pages that change while somebody looks: whatever happens, the page is asked for again, and its live parts replaced.
// Nothing that is being typed or chosen is lost, and what has the focus keeps it.

import { localTimes } from "./clocks.js";

const REST_MS = 400;
const POLL_MS = 15000;

let fetching = false;
let again = false;

/** Replace the live parts of the page by what they are now. */
export async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    const answer = await fetch(document.querySelector("[data-page]")?.dataset.page ?? location.href, { headers: { "HX-Request": "true" } });
    if (answer.status === 401) return location.reload();
    if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    document.body.dataset.offline = ""; // the server is away: shown by the style, and tried again by itself
  } finally {
    fetching = false;
    if (again) {
      again = false;
      setTimeout(refresh, REST_MS);
    }
  }
}

function put(made) {
  delete document.body.dataset.offline;
  const composer = document.querySelector("[data-composer]");
  const isWriting = Boolean(composer?.querySelector("textarea").value.trim());
  let changed = false;
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = made.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!fresh || (isWriting && part.dataset.live === "seen")) continue;
    changed = swap(part, fresh) || changed;
  }
  if (!changed) return;
  const meanwhile = document.querySelector("[data-meanwhile]");
  if (isWriting && meanwhile) meanwhile.hidden = false;
  const announce = document.querySelector("[data-announce]");
  if (announce) announce.textContent = announce.dataset.changed;
  document.dispatchEvent(new CustomEvent("fresh"));
}

/** Replace one part; whether what matters in it is new is told. */
function swap(part, fresh) {
  localTimes(fresh);
  const before = new Set([...part.querySelectorAll("[data-item], [data-row]")].map(name));
  const isNew = (one) => !before.has(name(one));
  const chosen = new Set([...part.querySelectorAll("input:checked")].map((one) => one.value));
  const focused = part.contains(document.activeElement) ? place(document.activeElement) : null;
  const open = part.querySelector("[data-row].here")?.id;
  const is = plain(part) !== plain(fresh);
  part.replaceChildren(...fresh.childNodes);
  for (const one of part.querySelectorAll("input[type=checkbox]")) one.checked = chosen.has(one.value);
  for (const one of [...part.querySelectorAll("[data-item], [data-row]")].filter(isNew)) one.classList.add("fresh");
  if (open) document.getElementById(open)?.classList.add("here");
  if (focused) part.querySelector(focused)?.focus();
  return is && part.dataset.live !== "seen";
}

const name = (one) => one.dataset.item ?? one.id;

/** Give what a part says, without clocks, which change by themselves. */
function plain(part) {
  return [...part.querySelectorAll("[data-item], [data-row]")].map((one) => name(one) + (one.querySelector(".chain")?.className ?? "")).join();
}

function place(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.href) return `a[href="${CSS.escape(element.getAttribute("href"))}"]`;
  return element.value ? `[value="${CSS.escape(element.value)}"]` : null;
}

/** Follow what happens, by a stream; by asking now and then where there is none. */
export function startLive() {
  const polled = document.querySelector("[data-poll]");
  if (polled) {
    const timer = setInterval(() => {
      refresh().then(() => {
        if (!document.querySelector("progress")) clearInterval(timer);
      });
    }, Number(polled.dataset.poll) * 1000);
    return;
  }
  const page = document.querySelector("[data-events]")?.dataset.events;
  if (!page) return;
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, REST_MS);
  };
  const source = new EventSource(page);
  source.addEventListener("message", soon);
  source.addEventListener("open", () => (document.body.dataset.live = "stream"));
  setInterval(() => {
    if (source.readyState !== EventSource.OPEN && !document.hidden) refresh();
  }, POLL_MS);
  addEventListener("pagehide", () => source.close());
}
