"""What a support desk does: use cases over the ledger and the store."""
