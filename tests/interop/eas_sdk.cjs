// Answers questions about the EAS private-data scheme with the published SDK: a JSON array of questions on stdin, a JSON
// array of answers on stdout. Modules are found through NODE_PATH.
//   {tree: [field, …], shown: [index, …]}          -> {root, leafHashes, proof}
//   {root, proof}                                  -> {accepted: boolean, error?}
"use strict";

const { PrivateData } = require("@ethereum-attestation-service/eas-sdk");

const plain = (_, value) => (typeof value === "bigint" ? value.toString() : value);

function build({ tree, shown }) {
  const data = new PrivateData(tree);
  const leafHashes = tree.map((_, index) => data.tree.leafHash(data.tree.at(index)));
  return { root: data.getFullTree().root, leafHashes, proof: data.generateMultiProof(shown) };
}

function verify({ root, proof }) {
  try {
    return { accepted: PrivateData.verifyMultiProof(root, proof) };
  } catch (error) {
    return { accepted: false, error: String(error.message) };
  }
}

let input = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk) => (input += chunk));
process.stdin.on("end", () => {
  const answers = JSON.parse(input).map((question) => (question.tree ? build(question) : verify(question)));
  process.stdout.write(JSON.stringify(answers, plain));
});
