"""Where hashes live: the ledger's contract on an EVM chain, the keys that sign, and a local chain to try."""
