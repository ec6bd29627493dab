// Keys: never the only way to anything, and nothing while somebody types.

const GOES = { q: "/console", f: "/console/figures", a: "/console/agents", p: "/console/policies", m: "/console/macros" };
const GO_MS = 1200;
let going = 0;

function isTyping(target) {
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

const rows = () => [...document.querySelectorAll("[data-row]")];
const here = () => rows().findIndex((one) => one.classList.contains("here"));

function move(by) {
  const all = rows();
  if (!all.length) return;
  const from = here();
  const to = from < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, from + by));
  all[from]?.classList.remove("here");
  all[to].classList.add("here");
  all[to].querySelector("a").focus();
}

function write(tab) {
  const form = document.querySelector("[data-composer]");
  if (!form) return;
  form.querySelector(`input[name=tab][value=${tab}]`).checked = true;
  form.querySelector("textarea").focus();
}

function press(name) {
  document.querySelector(`[data-key="${name}"]`)?.click();
}

function choose() {
  const box = rows()[here()]?.querySelector("input[type=checkbox]");
  if (box) box.click();
}

function search() {
  const field = document.querySelector("#q");
  if (field) field.focus();
  else location.assign("/console");
}

const ACTS = {
  j: () => move(1),
  k: () => move(-1),
  x: choose,
  "/": search,
  a: () => write("answer"),
  n: () => write("note"),
  t: () => press("take"),
  e: () => press("escalate"),
  v: () => press("verify"),
  "?": () => document.querySelector("[data-keys]").showModal(),
};

export function startKeys() {
  const help = document.querySelector("[data-keys]");
  for (const button of document.querySelectorAll("[data-keys-help]")) {
    button.hidden = false;
    button.addEventListener("click", () => help.showModal());
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
    if (isTyping(event.target)) return;
    const isGoing = Date.now() - going < GO_MS;
    going = event.key === "g" ? Date.now() : 0;
    const act = isGoing && GOES[event.key] ? () => location.assign(GOES[event.key]) : ACTS[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
}
