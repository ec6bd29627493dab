/** The page: takes a file or an id and what the visitor trusts, and shows what was found. */
import { fromBase64 } from "../../shared/bytes.js";
import { Impossible, Trouble } from "../../shared/errors.js";
import { checksummed } from "../../shared/ids.js";
import { FILE_LIMIT } from "../file/canonical.js";
import { judge, judgeEvidence, read } from "../judge.js";
import { readHeader } from "../steps/storage.js";
import { blockNumberIn, deskLedger, fromChain, fromDesk, ledgerOf, trustOf } from "./asking.js";
import { learn, speak, spoken, t, told, translatePage } from "./language.js";
import { showEntries, showSteps, showVerdict } from "./view.js";

/** @typedef {import("../judge.js").Judgement} Judgement */
/** @typedef {import("../../shared/errors.js").Trouble} Told */

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);
/** @param {string} id @returns {string} */
const entered = (id) => byId(id).value.trim();

const state = {
  /** @type {{name: string, data: Uint8Array} | null} */
  file: null,
  /** Who named the ledger in the form: the visitor, or somebody whom they have to confirm. @type {"visitor" | "file" | "desk"} */
  namedBy: "visitor",
  /** @type {Judgement | null} */
  judgement: null,
  /** @type {{template: string, values: Record<string, unknown>} | null} */
  problem: null,
  isBusy: false,
  /** Counts what the visitor changes: a verdict on what stood there before is never shown. */
  turn: 0,
  /** Which of chain and ledger the visitor has entered since somebody else named them. @type {Set<string>} */
  typed: new Set(),
};

learn(JSON.parse(byId("words").textContent));
const packaged = JSON.parse(byId("code").textContent);
const code = { runtime: fromBase64(packaged.runtime) ?? new Uint8Array(), immutables: packaged.immutables };

/** Show everything anew, in the language that is spoken now. */
function render() {
  translatePage();
  for (const language of ["en", "zh"]) byId(`lang-${language}`).setAttribute("aria-pressed", String(spoken() === language));
  byId("chosen").textContent = state.file ? t("Chosen: {name}, {size} bytes", { name: state.file.name, size: state.file.data.length }) : "";
  byId("problem").textContent = state.problem ? told(state.problem) : "";
  byId("go").disabled = state.isBusy;
  byId("go").textContent = state.isBusy ? t("Checking…") : t("Verify");
  renderClaim();
  renderResult();
}

function renderClaim() {
  const isClaimed = state.namedBy !== "visitor";
  byId("claim").hidden = !isClaimed;
  byId("confirm").hidden = !isClaimed;
  const said = state.namedBy === "desk"
    ? "The desk that served this page names this ledger. That is its own word: compare it with what you know."
    : "The file names this ledger. That is only its own word: compare it with what you know.";
  byId("claim").textContent = isClaimed ? t(said) : "";
}

function renderResult() {
  const { judgement } = state;
  byId("verdict").hidden = judgement === null;
  for (const id of ["steps", "entries"]) byId(id).replaceChildren();
  if (judgement === null) return;
  showVerdict(byId("verdict"), judgement);
  showSteps(byId("steps"), judgement);
  showEntries(byId("entries"), judgement);
}

/** Drop what was found: something has changed since. */
function forget() {
  Object.assign(state, { judgement: null, problem: null, turn: state.turn + 1 });
  byId("problem").textContent = "";
  renderResult();
}

/** Take a file that was chosen or dropped. @param {File | undefined} given */
async function take(given) {
  if (given === undefined) return;
  forget();
  if (given.size > FILE_LIMIT) {
    state.file = null;
    state.problem = new Impossible("the file has {size} bytes, and {limit} are the most there can be", { size: given.size, limit: FILE_LIMIT });
    return render();
  }
  state.file = { name: given.name, data: new Uint8Array(await given.arrayBuffer()) };
  byId("ticket").value = "";
  const { file } = read(state.file.data);
  if (file !== null) suggest("file", String(file.ledger.chainId), checksummed(file.ledger.address));
  render();
}

/** Put a ledger into the form that somebody else has named, unless the visitor has entered one. @param {"file" | "desk"} who @param {string} chain @param {string} ledger */
function suggest(who, chain, ledger) {
  const isEntered = state.namedBy === "visitor" && (entered("chain") || entered("ledger"));
  if (isEntered || (state.namedBy === "desk" && who === "file")) return;
  byId("chain").value = chain;
  byId("ledger").value = ledger;
  byId("sure").checked = false;
  Object.assign(state, { namedBy: who, typed: new Set() });
}

/** What stands in the form. */
async function form() {
  const [note] = byId("note").files;
  return {
    chain: entered("chain"),
    ledger: entered("ledger"),
    codeHash: entered("code-hash"),
    way: /** @type {any} */ (document.querySelector("input[name=block]:checked")).value,
    rpc: entered("rpc"),
    hash: entered("hash"),
    note: note ? new Uint8Array(await note.arrayBuffer()) : null,
    policy: byId("policy").value,
  };
}

/** @returns {Promise<Judgement>} */
async function found() {
  await painted();
  const asked = await form();
  if (state.file === null && !entered("ticket")) throw new Impossible("Choose a proof file, or enter a ticket's id.");
  if (state.namedBy !== "visitor" && !byId("sure").checked) {
    throw new Impossible("Confirm that this is the ledger that you mean, or enter another one.");
  }
  const ledger = ledgerOf(asked, code);
  const data = state.file?.data ?? (await fromDesk(entered("ticket")));
  if (data) return judge(data, await trustOf(asked, ledger, blockNumberIn(data)));
  const evidence = await fromChain(asked, ledger, entered("ticket"));
  return judgeEvidence(evidence, await trustOf(asked, ledger, readHeader(evidence.block.header).number));
}

/** Run, and give what was found or what was wrong. @param {() => Promise<Judgement>} work */
async function outcomeOf(work) {
  try {
    return { judgement: await work() };
  } catch (error) {
    if (error instanceof Trouble) return { problem: error };
    return { problem: { template: "This page failed, so nothing is verified: {message}", values: { message: String(error) } } };
  }
}

/** Let the browser paint before a long computation. */
const painted = () => new Promise((resolve) => setTimeout(resolve, 20));

/** @param {Event} event */
async function verify(event) {
  event.preventDefault();
  if (state.isBusy) return;
  forget();
  state.isBusy = true;
  render();
  const { turn } = state;
  const outcome = await outcomeOf(found);
  state.isBusy = false;
  if (turn === state.turn) Object.assign(state, outcome);
  render();
  (state.judgement ? byId("verdict") : byId("go")).focus();
}

/** Let a file be dropped anywhere on the page. */
function acceptDrops() {
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      byId("drop").classList.toggle("over", kind === "dragover");
      if (kind === "drop") take(/** @type {DragEvent} */ (event).dataTransfer?.files[0]);
    });
  }
}

function listen() {
  byId("file").addEventListener("change", () => take(byId("file").files[0]));
  byId("form").addEventListener("submit", verify);
  byId("form").addEventListener("input", forget);
  for (const id of ["chain", "ledger"]) {
    byId(id).addEventListener("input", () => {
      byId("sure").checked = false;
      if (state.typed.add(id).size === 2) state.namedBy = "visitor";
      renderClaim();
    });
  }
  byId("ticket").addEventListener("input", () => {
    state.file = null;
    byId("file").value = "";
    byId("chosen").textContent = "";
  });
  for (const id of ["rpc", "hash", "note", "policy"]) {
    const way = { rpc: "by-node", hash: "by-hash", note: "by-witness", policy: "by-witness" }[id];
    byId(id).addEventListener("input", () => (byId(way).checked = true));
  }
  for (const language of ["en", "zh"]) {
    byId(`lang-${language}`).addEventListener("click", () => {
      speak(language);
      render();
    });
  }
  acceptDrops();
}

async function begin() {
  speak(navigator.language);
  listen();
  const ticket = new URLSearchParams(location.search).get("ticket");
  if (ticket) {
    byId("ticket").value = ticket.slice(0, 80);
    byId("by-id").open = true;
  }
  render();
  const desk = await deskLedger();
  if (desk !== null) suggest("desk", desk.chain, desk.ledger);
  render();
}

begin();
