/**
 * Times as the reader's clock shows them: `<time datetime data-time>` in local time, with UTC in the title; and
 * `data-countdown="<Unix seconds>"` as what is left, or how late it is.
 */

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const TICK_MS = 15_000;

const language = () => document.documentElement.lang || "en";

/** Show the times of a page, or of a part of one. @param {ParentNode} [root] */
export function showTimes(root = document) {
  const said = new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" });
  for (const one of root.querySelectorAll("time[data-time]")) {
    const at = new Date(one.dateTime);
    if (Number.isNaN(at.getTime()) || one.title) continue;
    one.title = one.textContent;
    one.textContent = said.format(at);
  }
  count(root);
}

/** Count down from now on. */
export function keepCounting() {
  setInterval(() => count(document), TICK_MS);
}

/** @param {ParentNode} root */
function count(root) {
  for (const one of root.querySelectorAll("[data-countdown]")) {
    const left = Number(one.dataset.countdown) - Date.now() / 1_000;
    one.textContent = told(left);
    one.classList.toggle("bad", left <= 0);
    one.classList.toggle("warn", left > 0 && left < 3_600);
  }
}

/** Say how long it is, in at most two units. @param {number} seconds */
function told(seconds) {
  const said = new Intl.RelativeTimeFormat(language(), { numeric: "always", style: "short" });
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? UNITS[2];
  const number = Math.trunc(seconds / size);
  return said.format(Object.is(number, -0) || number === 0 ? (seconds < 0 ? -1 : 1) : number, unit);
}
