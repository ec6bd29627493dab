// The console: everything on it works without this, which only makes it quicker and live.

import { startClocks } from "./clocks.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startSending } from "./sending.js";
import { startSigning } from "./signing.js";
import { startChoosing, startCopying, startDrafts, startMacros, startPresence } from "./writing.js";

for (const start of [
  startClocks,
  startDrafts,
  startMacros,
  startChoosing,
  startCopying,
  startKeys,
  startLive,
  startPresence,
  startSending,
  startSigning,
]) {
  start();
}
