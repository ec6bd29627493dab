// Deadlines that run, and times as they are where the reader is.

const UNITS = [
  [86400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
];
const ZH = { d: "天", h: "小时", min: "分", s: "秒" };
const SOON_S = 1800;
const isChinese = document.documentElement.lang.startsWith("zh");

/** Write a length of time with its two largest units, as the server does. */
export function lasting(seconds) {
  const parts = [];
  let rest = Math.abs(Math.trunc(seconds));
  for (const [size, unit] of UNITS) {
    const number = Math.floor(rest / size);
    rest %= size;
    if (number || (size === 1 && !parts.length)) parts.push(`${number} ${isChinese ? ZH[unit] : unit}`);
    else if (parts.length) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}

let ahead = null;

/** Seconds by the desk's clock; the page says what it was when it was made. */
function now() {
  if (ahead === null) {
    const made = Number(document.querySelector("[data-now]")?.dataset.now);
    ahead = made ? made - Date.now() / 1000 : 0;
  }
  return Date.now() / 1000 + ahead;
}

function tick() {
  for (const clock of document.querySelectorAll("[data-due]:not([data-paused])")) {
    const left = Number(clock.dataset.due) - now();
    const said = (left < 0 ? clock.dataset.late : clock.dataset.in).replace("{time}", lasting(left));
    const text = clock.querySelector("[data-left]");
    if (text && text.textContent !== said) text.textContent = said;
    const tone = left < 0 ? "bad" : left <= SOON_S ? "warn" : "good";
    if (!clock.classList.contains(tone)) {
      clock.classList.remove("good", "warn", "bad");
      clock.classList.add(tone);
      clock.querySelector("[aria-hidden]").textContent = left < 0 ? "⚠" : "◷";
    }
  }
}

/** Show times of an element as they are here; the whole stays in its title. */
export function localTimes(root = document) {
  for (const one of root.querySelectorAll("time[data-local]")) {
    const at = new Date(one.dateTime);
    const style = one.dataset.local === "day" ? { dateStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" };
    one.title = one.textContent;
    one.textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(at);
    one.removeAttribute("data-local");
  }
}

export function startClocks() {
  localTimes();
  tick();
  setInterval(tick, 1000);
}
