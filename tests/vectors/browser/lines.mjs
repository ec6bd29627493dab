// Judges proof files, one a line: {trust, data in base64, require}; answers with the verdict and all results, one a line.
import { createInterface } from "node:readline";
import { fromBase64 } from "../../../browser/shared/bytes.js";
import { parseAddress } from "../../../browser/shared/ids.js";
import { judge } from "../../../browser/verify/judge.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { trust, data, require } = JSON.parse(line);
  const ledger = { chainId: trust.chainId, address: parseAddress(trust.ledger), codeHash: trust.codeHash };
  const blockHashes = [(number) => trust.blocks[String(number)] ?? null];
  const found = judge(fromBase64(data), { ledger, blockHashes }, require);
  process.stdout.write(JSON.stringify([found.verdict, ...found.steps.map(({ result }) => result)]) + "\n");
}
