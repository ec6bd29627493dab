"""Command lines on a desk in memory."""

from tests.unit.cli.conftest import cli, ledger, logs, store, ticket

__all__ = ["cli", "ledger", "logs", "store", "ticket"]
