// Speaks the part of solc's command line that Brownie, crytic-compile (Slither) and Forge use: --version and
// --standard-json. Unlike `solcjs` it reads imports from disk for all three without being told where to look, and
// prints its version as the native compiler does. Not named solc-v*: py-solc-x takes every such file for a compiler.
"use strict";

const fs = require("fs");
const path = require("path");

const PROJECT = path.resolve(__dirname, "..", "..");

// Options that carry a folder to search; their values must not be mistaken for source files.
const FOLDER_OPTIONS = new Set(["--base-path", "--include-path", "-I", "--allow-paths"]);

function parse(args) {
  const options = { standardJson: false, version: false, folders: [], input: null, unknown: [] };
  for (let i = 0; i < args.length; i++) {
    const [name, inlineValue] = args[i].split(/=(.*)/s, 2);
    if (name === "--version") options.version = true;
    else if (name === "--standard-json") options.standardJson = true;
    else if (FOLDER_OPTIONS.has(name)) {
      const value = inlineValue === undefined ? args[++i] : inlineValue;
      if (name !== "--allow-paths") options.folders.push(value);
    } else if (name === "-" || !name.startsWith("-")) options.input = args[i];
    else options.unknown.push(args[i]);
  }
  return options;
}

// Sources are looked up where the caller says, then in the working directory, then in this project.
function importReader(folders) {
  const roots = [...folders, process.cwd(), PROJECT, path.join(PROJECT, "node_modules")];
  return (sourcePath) => {
    const wanted = sourcePath.replace(/^file:\/\//, "");
    for (const root of roots) {
      try {
        return { contents: fs.readFileSync(path.resolve(root, wanted), "utf8") };
      } catch {
        continue;
      }
    }
    return { error: `File not found: ${sourcePath}` };
  };
}

function loadCompiler() {
  try {
    return require(path.join(PROJECT, "node_modules", "solc"));
  } catch (error) {
    console.error(`The Solidity compiler is not installed (${error.code}): run "make setup".`);
    process.exit(1);
  }
}

function main() {
  const options = parse(process.argv.slice(2));
  if (options.unknown.length > 0 || options.version === options.standardJson) {
    console.error(`usage: solc --version | --standard-json [FILE]; not understood: ${options.unknown.join(" ")}`);
    process.exit(2);
  }
  const solc = loadCompiler();
  if (options.version) {
    console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`);
    return;
  }
  const source = options.input === null || options.input === "-" ? 0 : options.input;
  const input = fs.readFileSync(source, "utf8");
  const output = solc.compile(input, { import: importReader(options.folders) });
  process.stdout.write(output);
}

main();
