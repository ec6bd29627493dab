"""The ledger of tests/chain: one contract, its people and policies, and its twin."""

from tests.chain.conftest import node, pytest_configure, template

__all__ = ["node", "pytest_configure", "template"]
