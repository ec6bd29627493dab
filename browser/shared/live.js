/**
 * A page that is open shows what happens: told by server-sent events, or looked up now and then where they do not come.
 *
 * Regions with `data-live="<name>"` are compared with those of a page asked for anew, child by child: what is the same
 * stays, so that readers of screens are told only what is new; what somebody types in stays, too.
 */

const POLL_MS = 10_000;
const PATIENCE_MS = 6_000;
const REST_MS = 250;

/** What each part looked like when it came, before a script wrote local times into it. */
const came = new WeakMap();

/**
 * Follow what happens.
 * @param {string} events Address of the events.
 * @param {() => Promise<void>} look Shows how things are now.
 */
export function follow(events, look) {
  let waiting = 0;
  let polling = 0;
  const soon = () => {
    waiting ||= window.setTimeout(() => {
      waiting = 0;
      look();
    }, REST_MS);
  };
  const poll = () => {
    polling ||= window.setInterval(soon, POLL_MS);
  };
  const source = new EventSource(events);
  const late = window.setTimeout(poll, PATIENCE_MS);
  source.addEventListener("open", () => {
    window.clearTimeout(late);
    window.clearInterval(polling);
    polling = 0;
    soon();
  });
  source.addEventListener("message", soon);
  source.addEventListener("error", poll);
  document.addEventListener("visibilitychange", () => document.hidden || soon());
  window.addEventListener("pagehide", () => source.close());
}

/** Remember how the regions of a page came. */
export function remember() {
  for (const region of document.querySelectorAll("[data-live]")) for (const part of parts(region)) note(part);
}

/**
 * Take the regions of a page that was asked for anew.
 * @param {Document} fresh
 * @param {(part: Element) => void} shown Called with each part that is new.
 */
export function take(fresh, shown) {
  for (const region of document.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${CSS.escape(region.dataset.live)}"]`);
    if (other) merge(region, other, shown);
  }
}

/** @param {Element} region @param {Element} other @param {(part: Element) => void} shown */
function merge(region, other, shown) {
  const list = holder(region);
  const from = holder(other);
  if (list === region ? from !== other : from === other) {
    region.replaceChildren(...[...other.childNodes].map((one) => document.importNode(one, true)));
    parts(region).forEach(note);
    shown(region);
    return;
  }
  [...from.children].forEach((part, at) => {
    const old = list.children[at];
    if (old && (came.get(old) === part.outerHTML || isBusy(old))) return;
    const html = part.outerHTML;
    const made = document.importNode(part, true);
    if (old) old.replaceWith(made);
    else list.append(made);
    came.set(made, html);
    shown(made);
  });
  while (list.children.length > from.children.length) list.lastElementChild.remove();
}

/** Somebody is in it, or has typed something there: it is changed when they have left. @param {Element} part */
const isBusy = (part) =>
  (part.contains(document.activeElement) && document.activeElement !== part) ||
  [...part.querySelectorAll("textarea, input:not([type=hidden])")].some(
    (one) => one.value !== one.defaultValue || one.checked !== one.defaultChecked,
  );

/** A region that has one list is compared line by line. @param {Element} region */
const holder = (region) => region.querySelector(":scope > ol") ?? region;

/** @param {Element} region */
const parts = (region) => [...holder(region).children];

/** @param {Element} part */
function note(part) {
  if (!came.has(part)) came.set(part, part.outerHTML);
}
