/** What every page of ours can use: hashing, signing, committing, exactly as the package does it. */
export * from "./bytes.js";
export * from "./commitment.js";
export * from "./errors.js";
export * from "./fields.js";
export * as fieldTree from "./field-tree.js";
export * from "./hashes.js";
export * from "./ids.js";
export * from "./signature.js";
export * from "./typed-data.js";
