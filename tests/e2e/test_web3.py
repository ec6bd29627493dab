"""The ledger through web3.py: another client, which must see and say the same as ours."""

from collections.abc import Iterator

import pytest
from web3 import HTTPProvider, Web3
from web3.contract import Contract

from supportledger import connect
from supportledger.chain.ledger import Ledger
from supportledger.chain.web3_contract import web3_contract
from supportledger.desk.desk import Desk
from supportledger.errors import WrongNetwork
from supportledger.wiring import start_local, stop_local

pytestmark = pytest.mark.ganache


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk on a live chain, with one ticket that was answered."""
    data = tmp_path_factory.mktemp("web3")
    start_local(data, port=0)
    with connect(data) as opened:
        yield opened
    stop_local(data)


@pytest.fixture(scope="module")
def contract(desk: Desk) -> Contract:
    """The same ledger, as web3.py has it."""
    assert isinstance(desk.ledger, Ledger)
    return web3_contract(desk.ledger)


def test_slot(desk: Desk, contract: Contract) -> None:
    """web3.py reads the hash of the state that our client replayed."""
    ticket = desk.tickets.open("我的提现还没到账").ticket
    expected = desk.ledger.ticket(ticket).state.hash()
    assert expected == contract.functions.ticketHash(bytes(ticket)).call()


def test_events(desk: Desk, contract: Contract) -> None:
    """web3.py decodes every event of a ticket to what our client decoded."""
    ticket = desk.tickets.open("Which network do I choose?").ticket
    desk.tickets.answer(ticket, "The one your wallet shows.")
    expected = [
        (bytes(e.ticket), str(e.actor), e.argument, e.commitment, e.transaction)
        for e in desk.ledger.entries(ticket)
    ]
    logs = [
        log
        for event in (contract.events.Opened, contract.events.Answered)
        for log in event.get_logs(from_block=0, argument_filters={"ticketId": bytes(ticket)})
    ]
    found = [
        (
            log["args"]["ticketId"],
            log["args"]["actor"],
            log["args"]["argument"],
            log["args"]["commitment"],
            bytes(log["transactionHash"]),
        )
        for log in logs
    ]
    assert expected == found


def test_own_connection(desk: Desk, contract: Contract) -> None:
    """A connection that the caller made is used as it is."""
    assert isinstance(desk.ledger, Ledger)
    mine = Web3(HTTPProvider(desk.ledger.rpc.url))
    assert contract.address == web3_contract(desk.ledger, mine).address


def test_other_chain(desk: Desk) -> None:
    """A connection to another chain is refused, naming both."""
    assert isinstance(desk.ledger, Ledger)

    class Elsewhere(HTTPProvider):
        def make_request(self, method: str, params: object) -> dict[str, object]:  # type: ignore[override]
            return {"jsonrpc": "2.0", "id": 1, "result": "0x1"}

    with pytest.raises(WrongNetwork, match=r"31337.*chain 1$"):
        web3_contract(desk.ledger, Web3(Elsewhere("http://127.0.0.1:1")))
