/** Asking the desk: with the session's own token, and signed in again by the key of this browser where that has ended. */

/** The desk has refused, in the reader's words. */
export class Refused extends Error {
  /** @param {string} message @param {number} status @param {Record<string, string>} wrong What is wrong, by field. */
  constructor(message, status = 0, wrong = {}) {
    super(message);
    this.status = status;
    this.wrong = wrong;
  }
}

const UNKNOWN = 401;
const FORBIDDEN = 403;
let token = tokenIn(document);

/** Give a sentence of the page, in the reader's language. @param {string} name */
export const said = (name) => document.getElementById("said")?.dataset[name] ?? "";

/**
 * Ask the desk for something.
 * @param {string} path
 * @param {FormData | Record<string, unknown>} content A form, or what is sent as JSON.
 * @param {() => Promise<boolean>} [again] Signs in again; tells whether it did.
 * @returns {Promise<any>}
 */
export async function ask(path, content, again = async () => false) {
  let answer = await send(path, content);
  if (answer.status === FORBIDDEN && (await renewed())) answer = await send(path, content);
  if (answer.status === UNKNOWN && (await again())) answer = await send(path, content);
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}

/**
 * Load a page of ours.
 * @param {string} path
 * @returns {Promise<Document>}
 */
export async function load(path) {
  const answer = await reached(() => fetch(path, { headers: { Accept: "text/html" } }));
  if (!answer.ok) throw await refusal(answer);
  if (answer.redirected && new URL(answer.url).pathname.startsWith("/sign-in")) throw new Refused(said("signedOut"), UNKNOWN);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Take the token of the session that is now; tell whether it is another one. */
export async function renewed() {
  const now = tokenIn(await load("/my/key"));
  if (now === token) return false;
  token = now;
  return true;
}

/** @param {string} path @param {FormData | Record<string, unknown>} content */
function send(path, content) {
  const isForm = content instanceof FormData;
  const headers = { Accept: "application/json", "X-CSRF-Token": token };
  if (!isForm) headers["Content-Type"] = "application/json";
  return reached(() => fetch(path, { method: "POST", headers, body: isForm ? content : JSON.stringify(content) }));
}

/** @param {() => Promise<Response>} asked */
async function reached(asked) {
  try {
    return await asked();
  } catch (error) {
    if (error instanceof TypeError) throw new Refused(said("away"));
    throw error;
  }
}

/** @param {Response} answer */
async function refusal(answer) {
  if (answer.headers.get("content-type")?.includes("json")) {
    const { wrong = {}, detail = wrong[""], hint } = await answer.json();
    return new Refused([detail, hint].filter(Boolean).join(" "), answer.status, wrong);
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const told = [page.querySelector("main [role=alert]"), page.querySelector("main [role=alert] + p")];
  return new Refused(told.map((one) => one?.textContent.trim()).filter(Boolean).join(" ") || said("failed"), answer.status);
}

/** @param {Document} page */
function tokenIn(page) {
  return page.querySelector('meta[name="csrf"]')?.content ?? "";
}
