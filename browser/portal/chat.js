// The chat in its frame: what is typed is kept, what is answered comes by itself, and the page around it learns how
// many answers are unread: that alone, and only if it is a page of a site that may show the chat.

import { accepted, keepDrafts } from "../shared/drafts.js";
import { follow, remember, take } from "../shared/live.js";
import { showTimes } from "../shared/times.js";

const { embedder } = document.body.dataset;
const form = document.querySelector("form");
const field = form.elements.body;
const told = form.querySelector("[data-told]");
const close = document.querySelector("[data-close]");
const said = document.getElementById("said").dataset;
let isShown = window.parent === window;
const answers = () => document.querySelectorAll("li.agent").length;
let unread = 0;
let seen = answers();
let isFollowed = false;
/** How often the desk was asked: an answer that is overtaken by a later question shows nothing. */
let asked = 0;

keepDrafts();
remember();
showTimes();
toEnd();
watch(document);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!field.value.trim()) return field.focus();
  form.setAttribute("aria-busy", "true");
  form.querySelector("button").disabled = true;
  told.textContent = "";
  try {
    await send();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    told.textContent = said.away;
  } finally {
    form.removeAttribute("aria-busy");
    form.querySelector("button").disabled = false;
    field.focus();
  }
});

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

async function send() {
  asked++;
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  const page = parsed(await answer.text());
  if (!answer.ok) {
    told.textContent = page.querySelector("[data-told]")?.textContent || page.querySelector("[role=alert]")?.textContent || said.failed;
    return;
  }
  field.value = "";
  accepted("chat");
  form.elements.csrf?.remove();
  if (page.querySelector("[name=csrf]")) form.append(document.importNode(page.querySelector("input[name=csrf]"), true));
  show(page);
}

async function look() {
  const mine = ++asked;
  try {
    const answer = await fetch(location.pathname + location.search);
    const html = await answer.text();
    if (answer.ok && mine === asked) show(parsed(html));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // the next event, or the next look, tells more
  }
}

/** @param {Document} page */
function show(page) {
  take(page, (part) => {
    part.classList.add("fresh");
    showTimes(part);
  });
  if (isShown && !document.hidden) seen = answers();
  else if (answers() - seen !== unread) count(answers() - seen);
  toEnd();
  watch(page);
}

/** Follow the conversation once there is one. @param {Document} page */
function watch(page) {
  const { events } = page.body.dataset;
  if (!events || isFollowed) return;
  isFollowed = true;
  follow(events, look);
}

function toEnd() {
  const end = document.querySelector("main");
  end.scrollTop = end.scrollHeight;
}

/** @param {number} number */
function count(number) {
  unread = number;
  tell("unread", { count: unread });
}

/** Tell the page around it, which must be the one that it says it is: the browser compares. */
function tell(kind, more = {}) {
  if (embedder && window.parent !== window) window.parent.postMessage({ supportledger: kind, ...more }, embedder);
}

/** @param {string} html */
const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

if (embedder && window.parent !== window) {
  close.hidden = false;
  close.addEventListener("click", () => tell("close"));
  document.addEventListener("keydown", (event) => event.key === "Escape" && tell("close"));
  window.addEventListener("message", (event) => {
    if (event.origin !== embedder || event.source !== window.parent || event.data?.supportledger !== "shown") return;
    isShown = event.data.isShown === true;
    if (isShown) {
      seen = answers();
      count(0);
      toEnd();
      field.focus();
    }
  });
  tell("ready");
}
