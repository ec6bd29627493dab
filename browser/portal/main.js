// The customer portal: drafts, local times, what happens meanwhile, and keys. Everything essential works without it.

import { keepDrafts } from "../shared/drafts.js";
import { follow, remember, take } from "../shared/live.js";
import { keepCounting, showTimes } from "../shared/times.js";
import { signForms } from "./acting.js";
import { Refused, load, said } from "./desk.js";
import { keyPage } from "./keys.js";

keepDrafts();
remember();
showTimes();
keepCounting();
signForms();

const keys = document.querySelector("[data-keys]");
if (keys) keyPage(keys);

const events = document.querySelector("[data-events]")?.dataset.events;
if (events) follow(events, look);

/** Show how the ticket is now; what goes wrong is told, and tried again with the next event. */
async function look() {
  const told = document.querySelector("[data-live-told]");
  try {
    take(await load(location.pathname.replace(/\/(reply|rate|close|claim\/take)$/, "")), fresh);
    told.textContent = "";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    told.textContent = error.message || said("away");
  }
}

/** @param {Element} part */
function fresh(part) {
  part.classList.add("fresh");
  showTimes(part);
  keepDrafts(part);
}
