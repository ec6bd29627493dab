// Applies the rules that browsers know to every transition and deadline of lifecycle.txt; prints the results as JSON.
import { readFileSync } from "node:fs";
import { NOBODY, NOTHING, utf8 } from "../../../browser/shared/bytes.js";
import { Impossible } from "../../../browser/shared/errors.js";
import { keccak256 } from "../../../browser/shared/hashes.js";
import { certificate } from "../../../browser/verify/model/certificate.js";
import { deadline, terms } from "../../../browser/verify/model/policy.js";
import { transition } from "../../../browser/verify/model/replay.js";
import { ACTIONS, AUTHS, stateHash, unpacked } from "../../../browser/verify/model/ticket.js";

const COMMITMENT = keccak256(utf8("commitment"));
const RETIRED = 1n << 32n;
const lines = readFileSync(new URL("../lifecycle.txt", import.meta.url), "utf-8").split("\n");
const rows = (letter) => lines.filter((line) => line.startsWith(`${letter} `)).map((line) => line.slice(2));
const word = (value) => "0x" + value.toString(16).padStart(64, "0");
const table = (letter, zero, read) => [zero, ...rows(letter).map((row) => read("0x" + row))];

const accounts = table("W", NOBODY, (row) => row);
const certificates = table("A", certificate(NOTHING), certificate);
const words = table("G", 0n, BigInt);
const states = table("S", null, unpacked);
const policies = table("P", null, (row) => {
  const [first, hours, gate, text] = [0, 64, 128, 192].map((at) => "0x" + row.slice(2 + at, 66 + at));
  const isRetired = (BigInt(first) & RETIRED) !== 0n;
  return { isRetired, terms: terms(word(BigInt(first) & ~RETIRED), hours, "0x" + gate.slice(26), text) };
});

const numbers = (row, widths) => {
  let at = 0;
  return widths.map((width) => parseInt(row.slice(at, (at += 2 * width)), 16));
};

function transitioned(row) {
  const [state, policy, proposed, agent, assignee, supervisor, successor, action, auth, actor, argument, commitment, seen, time] =
    numbers(row, [2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 5]);
  const asked = {
    action: ACTIONS[action], auth: AUTHS[auth], actor: accounts[actor], argument: words[argument], seen,
    commitment: commitment ? COMMITMENT : NOTHING, time,
  };
  const context = {
    time, agent: certificates[agent], assignee: certificates[assignee], supervisor: supervisor === 1,
    proposed: policies[proposed]?.isRetired ? null : (policies[proposed]?.terms ?? null), successor: accounts[successor],
  };
  try {
    return stateHash(transition(states[state], asked, context, policies[policy]?.terms ?? null).state).slice(2);
  } catch (error) {
    if (error instanceof Impossible) return null;
    throw error;
  }
}

function due(row) {
  const open = BigInt("0x" + row.slice(0, 46));
  const { hours } = terms(word(open ? 2n << 40n : 0n), word(open), NOBODY, NOTHING);
  const [start, duration] = numbers(row.slice(46), [5, 5]);
  return deadline(hours, start, duration);
}

process.stdout.write(JSON.stringify({ transitions: rows("T").map(transitioned), deadlines: rows("H").map(due) }));
