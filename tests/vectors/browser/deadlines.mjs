// Checks the deadlines of tickets, one a line: {entries, policies, state}; answers whether they hold, one a line.
import { createInterface } from "node:readline";
import { Mismatch } from "../../../browser/shared/errors.js";
import { terms } from "../../../browser/verify/model/policy.js";
import { unpacked } from "../../../browser/verify/model/ticket.js";
import { checkDeadlines } from "../../../browser/verify/steps/deadlines.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { entries, policies, state } = JSON.parse(line);
  const known = new Map(policies.map(([number, ...words]) => [number, terms(...words)]));
  const listed = entries.map((one, index) => ({ ...one, index, argument: BigInt(one.argument) }));
  let holds = true;
  try {
    checkDeadlines(listed, known, unpacked(state));
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    holds = false;
  }
  process.stdout.write(`${holds}\n`);
}
