"""The language of the ledger: ids, tickets, agents and promises as pure values; nothing here does I/O."""
