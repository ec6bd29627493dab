// Reads witnesses' notes, one a line: {note in base64, policy, chainId}; answers with the block that they name, or why none.
import { createInterface } from "node:readline";
import { fromBase64 } from "../../../browser/shared/bytes.js";
import { Trouble } from "../../../browser/shared/errors.js";
import { cosignedBlock, policyFrom } from "../../../browser/verify/steps/notes.js";

async function answered({ note, policy, chainId }) {
  try {
    const { number, hash } = await cosignedBlock(fromBase64(note), policyFrom(policy), chainId);
    return { number: Number(number), hash };
  } catch (error) {
    if (error instanceof Trouble) return { why: error.message };
    throw error;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await answered(JSON.parse(line))) + "\n");
}
