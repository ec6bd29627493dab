/**
 * What somebody types is not lost: a text area with `data-draft="<key>"` is kept in this browser until the desk has it.
 *
 * 1. What was typed is written down at once, and comes back when the page is loaded again and the field is empty.
 * 2. It is forgotten when it was sent and a page says that it was accepted: any element with `data-accepted="<key>"`;
 *    or after a week. A link to such a page alone makes nobody forget anything.
 * 3. Whoever signs out leaves no drafts behind.
 */

const MARK = "draft:";
const LASTS_MS = 7 * 86_400_000;

/**
 * Keep the drafts of a page, or of a part of one that was put into it.
 * @param {ParentNode} [root]
 */
export function keepDrafts(root = document) {
  forgetOld();
  for (const one of root.querySelectorAll("[data-accepted]")) if (find(one.dataset.accepted)?.isSent) accepted(one.dataset.accepted);
  for (const field of root.querySelectorAll("[data-draft]")) keep(field);
  for (const form of root.querySelectorAll('form[action="/sign-out"]')) form.addEventListener("submit", forgetAll);
}

/** Forget what the desk has now. @param {string} key */
export function accepted(key) {
  storage()?.removeItem(MARK + key);
}

/** @param {HTMLTextAreaElement} field */
function keep(field) {
  const key = field.dataset.draft;
  const kept = read(key);
  if (kept && !field.value) {
    field.value = kept;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.addEventListener("input", () => write(key, field.value));
}

document.addEventListener(
  "submit",
  (event) => {
    for (const field of event.target.querySelectorAll("[data-draft]")) write(field.dataset.draft, field.value, true);
  },
  { capture: true },
);

/** @param {string} key @param {string} text @param {boolean} [isSent] */
function write(key, text, isSent = false) {
  try {
    if (text) storage()?.setItem(MARK + key, JSON.stringify({ text, at: Date.now(), isSent }));
    else accepted(key);
  } catch (error) {
    if (error?.name !== "QuotaExceededError") throw error; // a full disk costs the draft, not the page
  }
}

/** @param {string} key @returns {string} */
function read(key) {
  const found = find(key);
  return typeof found?.text === "string" && Date.now() - found.at < LASTS_MS ? found.text : "";
}

/** @param {string} key */
const find = (key) => JSON.parse(storage()?.getItem(MARK + key) ?? "null");

function forgetOld() {
  for (const key of ours()) if (!read(key)) accepted(key);
}

function forgetAll() {
  for (const key of ours()) accepted(key);
}

const ours = () =>
  Object.keys(storage() ?? {})
    .filter((name) => name.startsWith(MARK))
    .map((name) => name.slice(MARK.length));

/** Give the browser's store; null where its owner lets no site keep anything. @returns {Storage | null} */
function storage() {
  try {
    return window.localStorage;
  } catch (error) {
    if (error?.name === "SecurityError") return null;
    throw error;
  }
}
