// Runs the browser's verifier over every folder of tests/vectors/proofs; prints verdict, steps and details as JSON.
import { readFileSync, readdirSync } from "node:fs";
import { fromHex } from "../../../browser/shared/bytes.js";
import { parseAddress } from "../../../browser/shared/ids.js";
import { judge } from "../../../browser/verify/judge.js";
import { inEnglish } from "../../../browser/verify/steps/said.js";
import { deployedCodeHash } from "../../../browser/verify/steps/trust.js";

const at = (path) => new URL(path, import.meta.url);
const artifact = JSON.parse(readFileSync(at("../../../supportledger/chain/artifacts/SupportLedger.json"), "utf-8"));
const code = { runtime: fromHex(artifact.deployedBytecode), immutables: artifact.immutableReferences };

const trustOf = ({ chainId, ledger, codeHash, blocks }) => {
  const address = parseAddress(ledger);
  return {
    ledger: { chainId, address, codeHash: codeHash ?? deployedCodeHash(code, chainId, address) },
    blockHashes: [(number) => (blocks ?? {})[String(number)] ?? null],
  };
};
const verdictOf = (name) => {
  const folder = at(`../proofs/${name}/`);
  const { require } = JSON.parse(readFileSync(new URL("expected.json", folder), "utf-8"));
  const trust = trustOf(JSON.parse(readFileSync(new URL("trust.json", folder), "utf-8")));
  const found = judge(new Uint8Array(readFileSync(new URL("proof.json", folder))), trust, require);
  return { verdict: found.verdict, steps: found.steps.map(({ number, result, detail }) => [number, result, inEnglish(detail)]) };
};
const names = readdirSync(at("../proofs/"), { withFileTypes: true }).filter((one) => one.isDirectory());
process.stdout.write(JSON.stringify(Object.fromEntries(names.map(({ name }) => [name, verdictOf(name)]))));
