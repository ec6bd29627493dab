"""One contract for each module, on a Ganache whose clock the tests move; each test begins where it was."""

from collections.abc import Iterator

import pytest

from supportledger.model.hours import BusinessHours
from supportledger.model.ids import NOBODY, Address
from tests.chain.desk import Contracted, Desk
from tests.chain.given import PLAIN, certificate, variant
from tests.chain.ledger_driver import LedgerDriver
from tests.chain.node import Node
from tests.chain.people import (
    ADMIN,
    ALICE,
    ANCHORER,
    ANN,
    BEN,
    CERTIFIER,
    EVE,
    EVERYBODY,
    GATE,
    SERVICE,
    SUPERVISOR,
)

OFFICE = BusinessHours(sum(0xFF << 24 * day + 9 for day in range(5)), 8 * 60)
"""Monday to Friday, 9 to 17, eight hours east of UTC."""


def pytest_configure(config: pytest.Config) -> None:
    """Brownie warns of itself."""
    config.addinivalue_line("filterwarnings", "ignore:rpc.* should not be called directly:FutureWarning")


@pytest.fixture(scope="session")
def node() -> Node:
    """The Ganache that Brownie started."""
    from brownie import network, web3  # noqa: PLC0415 -- importing it elsewhere would load the project

    network.max_fee("20 gwei")
    network.priority_fee("1 gwei")
    return Node(web3.provider.endpoint_uri)


@pytest.fixture(scope="module")
def template(module_isolation, node, SupportLedger, accounts) -> Iterator[Desk]:  # noqa: N803 -- Brownie's name
    """A ledger with its people and policies."""
    contract = SupportLedger.deploy(ADMIN.address, {"from": accounts[0]})
    driver = LedgerDriver(node, Address(bytes.fromhex(contract.address[2:])), SupportLedger.abi)
    node.take_over([*(person.address for person in EVERYBODY), NOBODY])
    desk = Desk(driver, node.time())
    furnish(desk)
    yield desk
    node.hand_back()


@pytest.fixture
def desk(template) -> Iterator[Desk]:
    """
    The ledger of this module; after the test it is as it was before.

    Brownie's `fn_isolation` does the same in 0.3 to 0.6 s a test, walking the stack and collecting garbage.
    """
    rpc = template.driver.node.rpc
    snapshot = rpc.call("evm_snapshot")
    desk = template.fork()
    desk.later(60)
    yield desk
    assert rpc.call("evm_revert", snapshot)


@pytest.fixture
def wallet(desk, Wallet) -> Contracted:  # noqa: N803 -- Brownie's name
    """A contract wallet whose owner is ALICE."""
    return desk.contract("wallet", Wallet, ALICE.address)


def furnish(desk: Desk) -> None:
    """Give out roles, certificates and policies."""
    for role, person in (("certifier", CERTIFIER), ("supervisor", SUPERVISOR), ("anchorer", ANCHORER)):
        desk.grant(role, person)
    for tier, person in ((0, SERVICE), (1, ANN), (1, BEN), (2, EVE)):
        desk.certify(person, certificate(tier))
    for number, terms in enumerate(
        (PLAIN, variant(tier=2), variant(hours=OFFICE), variant(gate=GATE.address)), 1
    ):
        assert number == desk.publish(terms)
