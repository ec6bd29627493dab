"""The work that nobody waits for: carrying actions, following the chain, keeping watch, telling people."""
