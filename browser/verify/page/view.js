/**
 * What was found, as elements. Whatever comes from a file or a node is put in as text, never as markup.
 */
import { checksummed, handle } from "../../shared/ids.js";
import { STATUSES } from "../model/ticket.js";
import { instant } from "../steps/said.js";
import { t, told } from "./language.js";

/** @typedef {import("../judge.js").Judgement} Judgement */
/** @typedef {import("../steps/run.js").Step} Step */
/** @typedef {import("../file/entries.js").ProvenEntry} ProvenEntry */
/** @typedef {import("../../shared/fields.js").Field} Field */

const TITLES = [
  "",
  "The file is well formed",
  "It is the ledger that you mean",
  "Every entry follows the ledger's rules",
  "Nothing was inserted, removed or rearranged",
  "The signatures are those of the authors",
  "The result is what the ledger's slot holds",
  "The block's state shows that slot",
  "The block is on the chain",
  "The texts are those that were committed to",
  "Whoever acted for the desk was entitled to",
  "Deadlines and delays follow from the promise",
  "The lines of the conversation are anchored",
];
const MARKS = { passed: "✓", failed: "✗", pending: "…", "not checked": "–" };
const RESULTS = { passed: "passed", failed: "failed", pending: "not final yet", "not checked": "not checked" };
const VERDICTS = {
  verified: "Verified",
  failed: "Something is wrong",
  pending: "Not final yet",
  incomplete: "Not completely checked",
};
const MEANINGS = {
  verified: "This is the ticket's record as the ledger has it, unaltered. Beside the ledger that you named and the way in which you know the block, nobody had to be believed.",
  absent: "The desk promised this action, and it was not on the ledger in time. Beside the ledger that you named and the way in which you know the block, nobody had to be believed.",
  failed: "Do not rely on this. The first step that failed below says what does not hold.",
  pending: "Nothing is wrong, but the block may still be replaced. Ask again in a few minutes.",
  incomplete: "Nothing is wrong as far as it was checked, but something that is needed could not be checked. See below which step, and why.",
};
const FIELD_NAMES = new Map([
  ["subject", "Subject"],
  ["body", "Text"],
  ["author", "Author"],
  ["channel", "Channel"],
  ["language", "Language"],
  ["kind", "Kind"],
  ["createdAt", "Written at"],
]);

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children Texts are put in as text.
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Say what became of the whole. @param {HTMLElement} place @param {Judgement} judgement */
export function showVerdict(place, { file, verdict, reach, steps, required }) {
  const isAbsent = file?.kind === "absence" && verdict === "verified";
  const bad = steps.find((one) => one.result === "failed" || (required.includes(one.number) && one.result !== "passed"));
  place.className = verdict;
  place.hidden = false;
  place.replaceChildren(
    el("h2", {}, el("span", { "aria-hidden": "true" }, { verified: "✓ ", failed: "✗ ", pending: "… ", incomplete: "– " }[verdict]), t(VERDICTS[verdict])),
    el("p", {}, t(MEANINGS[isAbsent ? "absent" : verdict])),
    ...(bad && verdict !== "verified" ? [el("p", {}, `${bad.number}. ${t(TITLES[bad.number])}: ${told(bad.detail)}`)] : []),
    ...(file ? [el("p", {}, t("Ticket {handle}", { handle: handle(file.ticket) }))] : []),
    ...(reach.template ? [el("p", {}, t("How far it reaches: {reach}.", { reach }))] : []),
  );
}

/** List the steps, each with its result in words. @param {HTMLElement} place @param {Judgement} judgement */
export function showSteps(place, { steps, required }) {
  place.replaceChildren(el("h2", {}, t("The twelve steps")), el("ol", { class: "list" }, ...steps.map((one) => stepItem(one, required))));
}

/** @param {Step} step @param {number[]} required */
function stepItem({ number, result, detail }, required) {
  const needed = required.includes(number) || result !== "not checked" ? "" : ` (${t("not required")})`;
  return el(
    "li",
    { class: result.replace(" ", "-"), "data-step": String(number), "data-result": result },
    el(
      "div",
      { class: "top" },
      el("h3", {}, `${number}. ${t(TITLES[number])}`),
      el("span", { class: "mark" }, el("span", { "aria-hidden": "true" }, `${MARKS[result]} `), t(RESULTS[result]) + needed),
    ),
    el("p", { class: "detail" }, told(detail)),
  );
}

/** Show what a file discloses, as text. @param {HTMLElement} place @param {Judgement} judgement */
export function showEntries(place, { file, verdict }) {
  place.replaceChildren();
  if (file === null || file.kind !== "ticket") return;
  const warning = verdict === "verified" ? [] : [el("p", { class: "note" }, t("This is what was said; it is not verified."))];
  const status = file.state ? [el("p", { class: "note" }, t("The ticket is {status}.", { status: t(STATUSES[file.state.status]) }))] : [];
  place.append(
    el("h2", {}, t("What the record says")),
    ...warning,
    ...status,
    el("ol", { class: "list" }, ...file.entries.map(entryItem)),
  );
}

/** @param {ProvenEntry} entry */
function entryItem({ index, action, actor, time, content, auth }) {
  const shown = content?.shown?.fields ?? [];
  const withheld = (content?.names ?? []).filter((name) => !shown.some((one) => one.name === name));
  return el(
    "li",
    {},
    el("div", { class: "top" }, el("h3", {}, `${index}. ${t(action)}`), el("span", { class: "mark" }, instant(time))),
    el("p", { class: "detail" }, t(auth === "recorded" ? "recorded by {actor} for a customer without a key" : "by {actor}", { actor: checksummed(actor) })),
    ...(shown.length ? [el("dl", {}, ...shown.flatMap(fieldItems))] : []),
    ...(withheld.length ? [el("p", { class: "detail" }, t("withheld: {names}", { names: withheld.join(", ").slice(0, 500) }))] : []),
  );
}

/** @param {Field} field */
function fieldItems({ name, type, value }) {
  const text = name === "createdAt" && type === "uint64" ? instant(BigInt(value)) : String(value);
  return [el("dt", {}, t(FIELD_NAMES.get(name) ?? name)), el("dd", { class: "text" }, text)];
}
