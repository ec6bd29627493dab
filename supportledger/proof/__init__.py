"""The vault: what makes a record checkable by a stranger. Pure functions on bytes; nothing here does I/O."""
