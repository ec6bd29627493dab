"""What helps people at the desk, and decides nothing for it: the guard against secrets."""
