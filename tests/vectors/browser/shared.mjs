// Computes what the vectors of hashes and fields name, with the code that browsers run; prints it as JSON.
import { readFileSync } from "node:fs";
import * as shared from "../../../browser/shared/index.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), "utf-8"));
const lower = (values) =>
  Object.fromEntries(Object.entries(values).map(([name, one]) => [name, /^0x/.test(one) ? one.toLowerCase() : one]));
const hashes = read("hashes.json");
const key = shared.fromHex(shared.keccak256(shared.utf8("supportledger test key")));

const made = {
  ticketIds: hashes.ticketIds.map(lower).map((one) => shared.ticketId(BigInt(one.chainId), one.ledger, one.opener, one.commitment)),
  heads: hashes.heads.map((one) => {
    const { head, meta, argument, actor, authority, commitment } = { ...one, actor: one.actor.toLowerCase() };
    return shared.entryHead(head, BigInt(meta), BigInt(argument), actor, authority, commitment);
  }),
  commitments: hashes.commitments.map((one) => {
    const { chainId, ledger, ticketId, action, actor } = { ...one, ledger: one.ledger.toLowerCase(), actor: one.actor.toLowerCase() };
    const context = shared.context(BigInt(chainId), ledger, ticketId, Number(action), actor);
    const manifest = shared.manifest(one.names, one.leaves);
    return [context, manifest, shared.commitment(context, one.fieldRoot, manifest)];
  }),
  typedData: hashes.typedData.map((one) => {
    const domain = { chainId: BigInt(one.chainId), ledger: one.ledger.toLowerCase() };
    const message = lower(one.message);
    const digest = shared.digest(one.type, message, domain);
    const signature = shared.signed(one.type, message, domain, key);
    return [digest, signature, shared.checksummed(shared.recover(digest, one.signature))];
  }),
  fields: read("eas_private_data.json").map((one) => {
    const fields = one.fields.map(({ name, type, value, salt }) =>
      shared.field(name, type === "uint64" ? BigInt(value) : value, salt));
    const leaves = fields.map(shared.leaf);
    const leafOf = new Map(fields.map(({ name }, at) => [name, leaves[at]]));
    const path = shared.fieldTree.prove(leaves, one.proof.leaves.map(({ name }) => leafOf.get(name)));
    return [shared.fieldTree.root(leaves), path.proof, path.flags];
  }),
  signer: shared.checksummed(shared.addressOf(key)),
};
process.stdout.write(JSON.stringify(made));
