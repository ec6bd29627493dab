# Everything a developer runs. Each target sets up what it needs from the lock files.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long check advisories gas bench docs peers artifacts pages

export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export SOLCX_BINARY_PATH := $(CURDIR)/toolchain/solc

BIN     := .venv/bin
PY_DONE := .tools/python.done
JS_DONE := .tools/node.done
READY   := $(PY_DONE) $(JS_DONE)


help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: $(READY) ## Install the Python and Node tools from the lock files

demo: $(READY) ## Run the main job on real questions, on a local chain
	$(BIN)/supportledger demo

test: $(READY) .tools/peers.done .tools/browser.done .tools/api.done ## Run all tests (Python, Brownie on Ganache, Forge)
	@toolchain/run-tests

test-long: $(READY) .tools/peers.done .tools/browser.done .tools/api.done ## Run all tests, and soaks, kills by the hundred and deep fuzzing
	@LONG=1 toolchain/run-tests

check: $(READY) .tools/slither.done ## Lint, format, types, import floors, Solidity style, Slither
	@toolchain/run-checks

advisories: $(READY) .tools/advisories.done ## Ask for known weaknesses of everything that is locked; needs the network
	@toolchain/run-advisories

gas: $(READY) .tools/peers.done ## Measure gas against the peers; fail above budget or snapshot
	$(BIN)/python benchmarks/gas.py $(if $(UPDATE),--update)

bench: $(READY) ## Measure throughput and start-up against the raw node
	$(BIN)/python benchmarks/speed.py

docs: $(READY) ## Rebuild the generated parts of the documentation
	$(BIN)/python scripts/docs.py
	$(BIN)/python scripts/client.py
	$(BIN)/python benchmarks/gas.py --pages
	$(BIN)/python scripts/tour.py

peers: .tools/peers.done ## Install the peers of the gas table and of the interop tests

artifacts: $(READY) ## Recompile the contracts into the package's ABI and bytecode
	$(BIN)/python scripts/artifacts.py

pages: $(READY) ## Bundle what browsers run into the package's files
	$(BIN)/python scripts/pages.py

$(PY_DONE): pyproject.toml requirements/build.txt requirements/dev.txt toolchain/setup
	@toolchain/setup python
	@mkdir -p $(@D) && touch $@

$(JS_DONE): package-lock.json .npmrc requirements/node.txt toolchain/setup | $(PY_DONE)
	@toolchain/setup node
	@mkdir -p $(@D) && touch $@

.tools/slither.done: requirements/build.txt requirements/tools.txt | $(PY_DONE)
	@toolchain/setup slither
	@touch $@

.tools/advisories.done: requirements/build.txt requirements/audit.txt | $(PY_DONE)
	@toolchain/setup advisories
	@touch $@

.tools/api.done: requirements/build.txt requirements/api.txt | $(PY_DONE)
	@toolchain/setup api
	@touch $@

.tools/peers.done: benchmarks/peers/package-lock.json | $(JS_DONE)
	@toolchain/setup peers
	@touch $@

.tools/browser.done: toolchain/setup
	@toolchain/setup browser
	@mkdir -p $(@D) && touch $@
