"""The main job on a live Ganache and a database on disk, with real input and everything that goes wrong."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from supportledger import connect
from supportledger.chain.deploy import deploy
from supportledger.chain.identities import Identities
from supportledger.chain.local import LocalChain, LocalRecord, advance
from supportledger.chain.rpc import Rpc
from supportledger.chain.sender import Request, Sender
from supportledger.chain.signer import KeySigner, local_signer
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.desk import intents
from supportledger.desk.clerk import NewTicket
from supportledger.desk.contents import Attachment
from supportledger.desk.desk import Desk
from supportledger.errors import (
    AmbiguousId,
    CommitmentMismatch,
    ConfigError,
    Error,
    ForeignData,
    InputError,
    InsufficientFunds,
    NotALedger,
    NotFound,
    RpcUnavailable,
    WrongNetwork,
)
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import DraftStatus, EntryRecord
from supportledger.model.refusal import AgentNotInForce
from supportledger.model.ticket import Flag, Status
from supportledger.proof.verdict import Conclusion
from supportledger.store.tampering import alter_body
from supportledger.wiring import DATABASE, start_local, stop_local
from supportledger.wiring.connecting import IDENTITIES
from tests.e2e.http_node import serving

pytestmark = pytest.mark.ganache
QUESTIONS = [
    "My withdrawal of 0.25 BTC has been pending for six hours.",
    "我的USDT提现卡住了,怎么办?客服一直没有回复。",
    "🚨🙈 someone called “support” asked for my seed phrase 👩‍🚀",
    "אני צריך עזרה עם הארנק שלי",
    "e\u0301te\u0301 – décomposé",
    "Line one\r\nLine two\ttab \u202eright-to-left override",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, LocalRecord]]:
    """A data directory whose local chain runs."""
    folder = tmp_path_factory.mktemp("data")
    record = start_local(folder, port=0, detach=False)
    yield folder, record
    stop_local(folder)


@pytest.fixture
def desk(place: tuple[Path, LocalRecord]) -> Iterator[Desk]:
    """A desk there."""
    with connect(place[0]) as desk:
        yield desk


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """A data directory of one's own, whose chain may be killed."""
    start_local(tmp_path, port=0, detach=False)
    yield tmp_path
    stop_local(tmp_path)


def kill(data: Path) -> None:
    """Let the node die as in a power cut."""
    record = LocalChain(data).running()
    os.kill(record.process.pid, signal.SIGKILL)
    while LocalChain(data).record().is_running or is_listening(record.port):
        time.sleep(0.01)


def is_listening(port: int) -> bool:
    """Whether somebody still holds a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# -- the main job --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signed", [False, True])
def test_the_main_job(desk: Desk, signed: bool) -> None:
    """Questions of all kinds are asked, answered, solved, rated and closed, and verify; bodies come back."""
    tickets = desk.tickets
    for question in QUESTIONS:
        ticket = tickets.open(question, subject="Help", language="en", signed=signed).ticket
        tickets.answer(ticket, "We are looking into it. 我们正在处理。", signed=signed)
        tickets.reply(ticket, "Thank you 🙏", signed=signed)
        tickets.solve(ticket, "Done.", signed=signed)
        tickets.rate(ticket, 5, signed=signed)
        tickets.close(ticket, signed=signed)
        found = tickets.get(ticket.handle)
        assert question.replace("e\u0301", "é") == found.entries[0].body
        assert (Status.CLOSED, 5) == (found.state.status, found.state.rating)
        assert Conclusion.VERIFIED is tickets.verify(ticket).verdict


@pytest.mark.anvil
def test_the_main_job_on_anvil(tmp_path: Path) -> None:
    """The other engine does the same."""
    start_local(tmp_path, engine="anvil", port=0, detach=False)
    try:
        with connect(tmp_path) as desk:
            opened = desk.tickets.open_many(NewTicket(question) for question in QUESTIONS)
            desk.tickets.do_many(intents.answer(one.ticket, "Answer") for one in opened)
            solved = desk.tickets.solve(opened[0].ticket, "Done.", signed=True)
            assert Status.SOLVED == solved.state.status
            assert {Conclusion.VERIFIED} == {desk.tickets.verify(one.ticket).verdict for one in opened}
    finally:
        stop_local(tmp_path)


def test_everything_is_there_after_a_restart(own: Path) -> None:
    """After a power cut and a new start, all is what it was: entries, contents, receipts, attachments."""
    with connect(own) as desk:
        opened = desk.tickets.open("Question", signed=True, attachments=[Attachment("a.txt", b"a")])
        desk.tickets.answer(opened.ticket, "Answer")
        before = desk.tickets.get(opened.ticket)
    kill(own)
    start_local(own, detach=False)
    with connect(own) as desk:
        assert before.entries == desk.tickets.get(opened.ticket).entries
        desk.receipts.check(desk.receipts.get(opened.draft.key))
        [file] = desk.store.attachments(opened.ticket, opened.entry.commitment)
        assert b"a" == desk.files.read(file.location)
        assert Conclusion.VERIFIED is desk.tickets.verify(opened.ticket).verdict


def test_starting_again_changes_nothing(own: Path) -> None:
    """What runs is left running; roles, policies and agents are there once."""
    first, second = start_local(own), start_local(own)
    assert first == second
    with connect(own) as desk:
        assert [1, 2, 3, 4] == list(desk.policies.list())
        assert 3 == len(desk.ledger.agent_changes())


def test_a_late_answer_is_escalated_by_a_stranger(desk: Desk, place: tuple[Path, LocalRecord]) -> None:
    """When the promised hour has passed, anyone says so on the ledger; a late answer does not erase it."""
    ticket = desk.tickets.open("Is anybody there?").ticket
    with closing(Rpc(place[1].rpc_url)) as rpc:
        advance(rpc, 2 * 3_600)
    assert ticket in {due.ticket for due in desk.service.due()}
    outcomes = desk.service.escalate(by="keeper")
    assert ticket in {one.ticket for one in outcomes if not isinstance(one, Error)}
    answered = desk.tickets.answer(ticket, "Sorry.")
    assert answered.state.has(Flag.LATE_FIRST)
    assert Conclusion.VERIFIED is desk.tickets.verify(ticket).verdict


def test_a_clock_that_is_off(desk: Desk, place: tuple[Path, LocalRecord]) -> None:
    """On a chain days ahead of this machine, what is signed is good for as long as it should be."""
    with closing(Rpc(place[1].rpc_url)) as rpc:
        advance(rpc, 3 * 86_400)
    opened = desk.tickets.open("Question", signed=True)
    assert opened.entry.time <= opened.draft.deadline <= opened.entry.time + 86_400 + 60
    assert Conclusion.VERIFIED is desk.tickets.verify(opened.ticket).verdict


def test_a_revoked_agent(desk: Desk) -> None:
    """A revoked agent is refused, directly and by signature, and their earlier answer stays valid."""
    rookie = KeySigner(os.urandom(32))
    desk.agents.certify(rookie.address)
    ticket = desk.tickets.open("Question").ticket
    desk.tickets.answer(ticket, "Answer", by=rookie, signed=True)
    desk.tickets.reply(ticket, "And now?")
    desk.agents.revoke(rookie.address)
    with pytest.raises(AgentNotInForce):
        desk.tickets.answer(ticket, "Another", by=rookie, signed=True)
    [refused] = desk.tickets.do_many([intents.answer(ticket, "Another")], by=rookie)
    assert isinstance(refused, AgentNotInForce)
    assert Conclusion.VERIFIED is desk.tickets.verify(ticket).verdict


def test_many_at_once(desk: Desk) -> None:
    """An import is opened, answered and solved in batches, and every ticket of it verifies."""
    asked = [NewTicket(f"{question} ({number})") for number in range(20) for question in QUESTIONS]
    opened = desk.tickets.open_many(asked, signed=True)
    tickets = [one.ticket for one in opened]
    wishes = [act for one in tickets for act in (intents.answer(one, "Answer"), intents.solve(one))]
    outcomes = desk.tickets.do_many(wishes)
    assert {Status.SOLVED} == {one.state.status for one in outcomes[1::2]}
    assert {Conclusion.VERIFIED} == {desk.tickets.verify(one).verdict for one in tickets[::10]}


def test_threads_share_a_desk(desk: Desk) -> None:
    """Eight threads act at once, with the same keys, and everything is done once."""

    def work(number: int) -> TicketId:
        ticket = desk.tickets.open(f"Question {number}", signed=bool(number % 2)).ticket
        desk.tickets.answer(ticket, f"Answer {number}", signed=bool(number % 3))
        return ticket

    with ThreadPoolExecutor(8) as pool:
        tickets = list(pool.map(work, range(24)))
    assert 24 == len(set(tickets))
    assert {2} == {desk.tickets.get(ticket).state.entries for ticket in tickets}


# -- bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["", " \n", "x" * 10_000_000, b"\xff\xfeabc", "\ud800"])
def test_a_body_that_cannot_be(desk: Desk, body: str | bytes) -> None:
    """Empty, huge and broken texts are refused, with what to do; nothing is kept or sent."""
    before, height = len(desk.store.drafts()), desk.ledger.height()
    with pytest.raises(InputError) as raised:
        desk.tickets.open(body)
    assert raised.value.hint
    assert (before, height) == (len(desk.store.drafts()), desk.ledger.height())


def test_a_name_that_fits_nothing_or_too_much(desk: Desk) -> None:
    """An unknown handle is not found; a prefix of two tickets is ambiguous, and lists them."""
    with pytest.raises(NotFound):
        desk.tickets.get("aaaa-aaaa-aaaa-aaaa")
    tickets = [one.ticket for one in desk.tickets.open_many(NewTicket(f"{at}") for at in range(40))]
    prefixes = [str(ticket)[:3] for ticket in tickets]
    shared = next(prefix for prefix in prefixes if prefixes.count(prefix) > 1)
    with pytest.raises(AmbiguousId) as raised:
        desk.tickets.get(shared)
    assert len(raised.value.candidates) > 1


def test_a_text_altered_in_the_database(desk: Desk, place: tuple[Path, LocalRecord]) -> None:
    """Who alters a stored text is found out: verification names the ticket and the entry."""
    ticket = desk.tickets.open("Question").ticket
    answered = desk.tickets.answer(ticket, "You will be paid in full.")
    alter_body(place[0] / DATABASE, ticket, answered.entry.commitment, "You will be paid nothing.")
    assert "You will be paid nothing." == desk.tickets.get(ticket).entries[1].body
    verdict = desk.tickets.verify(ticket)
    assert Conclusion.FAILED is verdict.verdict
    assert [(9, 1)] == [(step.number, step.entry) for step in verdict.steps if step.result == "failed"]
    with pytest.raises(CommitmentMismatch, match=ticket.handle) as raised:
        verdict.raise_for_failure()
    assert 1 == raised.value.entry


def test_a_signature_altered_in_the_database(desk: Desk, place: tuple[Path, LocalRecord]) -> None:
    """A signature in the store that is not the actor's is named, too."""
    opened = desk.tickets.open("Question", signed=True)
    other = desk.tickets.open("Other", signed=True)
    with closing(sqlite3.connect(place[0] / DATABASE)) as database, database:
        database.execute(
            "UPDATE drafts SET signature = ? WHERE key = ?", (other.draft.signature, opened.draft.key)
        )
    failed = [step for step in desk.tickets.verify(opened.ticket).steps if step.result == "failed"]
    assert [(5, 0)] == [(step.number, step.entry) for step in failed]


def test_signatures_that_the_store_has_lost(
    desk: Desk, place: tuple[Path, LocalRecord], tmp_path: Path
) -> None:
    """Somebody with a node and no store of ours checks signatures from transactions; contents are missing."""
    ticket = desk.tickets.open("Question", signed=True).ticket
    desk.tickets.do_many([intents.answer(ticket, "Answer")])
    with connect(tmp_path, rpc=place[1].rpc_url, ledger=str(place[1].ledger)) as auditor:
        verdict = auditor.tickets.verify(str(ticket))
        results = {step.number: str(step.result) for step in verdict.steps}
        assert Conclusion.INCOMPLETE is verdict.verdict
        assert ("passed", "not checked") == (results[5], results[9])
        assert Conclusion.VERIFIED is auditor.tickets.verify(ticket, required={2, 3, 4, 5, 6, 10}).verdict


# -- the wrong place -----------------------------------------------------------------------------------------


def test_no_contract_at_the_address(place: tuple[Path, LocalRecord], tmp_path: Path) -> None:
    """An address without a contract is no ledger, and no store is made for it."""
    with pytest.raises(NotALedger, match="no contract"):
        connect(tmp_path, rpc=place[1].rpc_url, ledger="0x" + "11" * 20)
    assert not (tmp_path / DATABASE).exists()


def test_a_contract_with_other_code(place: tuple[Path, LocalRecord], tmp_path: Path) -> None:
    """A contract that is not this one is refused."""
    with closing(Rpc(place[1].rpc_url)) as rpc:
        sender = Sender(rpc, LOCAL_CHAIN_ID)
        code = bytes.fromhex("6001600c60003960016000f300")
        receipt = sender.send(local_signer("admin"), Request(None, code))
    with pytest.raises(NotALedger, match="not the ledger"):
        connect(tmp_path, rpc=place[1].rpc_url, ledger=str(receipt.contract))


def test_a_data_directory_of_another_deployment(place: tuple[Path, LocalRecord]) -> None:
    """Contents of one ledger are never mixed with those of another."""
    with closing(Rpc(place[1].rpc_url)) as rpc:
        admin = local_signer("admin")
        other = deploy(Sender(rpc, LOCAL_CHAIN_ID), admin, admin.address)
    with pytest.raises(ForeignData):
        connect(place[0], rpc=place[1].rpc_url, ledger=str(other.deployment.ledger))


def test_another_chain(place: tuple[Path, LocalRecord]) -> None:
    """A node of another chain is refused before anything is read or sent."""

    def answer(handler, body) -> None:
        known = {"eth_chainId": "0x1", "eth_getCode": "0x"}
        calls = body if isinstance(body, list) else [body]
        replies = [{"jsonrpc": "2.0", "id": one["id"], "result": known[one["method"]]} for one in calls]
        handler.reply(replies if isinstance(body, list) else replies[0])

    with serving(answer) as (url, _), pytest.raises(WrongNetwork, match="chain 1"):
        connect(place[0], rpc=url)


def test_a_remembered_ledger(place: tuple[Path, LocalRecord], tmp_path: Path) -> None:
    """A ledger that was named once need not be named again; nor its first block be searched."""
    with connect(tmp_path, rpc=place[1].rpc_url, ledger=str(place[1].ledger)) as first:
        deployment = first.ledger.deployment
    with connect(tmp_path, rpc=place[1].rpc_url) as second:
        assert deployment == second.ledger.deployment
        assert 4 == len(second.policies.list())


def test_nothing_is_known(place: tuple[Path, LocalRecord], tmp_path: Path) -> None:
    """A node alone does not say which ledger is meant."""
    with pytest.raises(ConfigError, match="no ledger"):
        connect(tmp_path, rpc=place[1].rpc_url)


# -- the node goes away --------------------------------------------------------------------------------------


def test_no_node_at_the_start(own: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Without a node nothing can be said, be it stopped, never started, or not there."""
    stop_local(own)
    for arguments in (
        {"data": own},
        {"data": tmp_path_factory.mktemp("empty")},
        {"data": own, "rpc": "http://127.0.0.1:9"},
    ):
        with pytest.raises(RpcUnavailable) as raised:
            connect(**arguments)
        assert raised.value.retryable


def test_the_node_dies_while_somebody_acts(own: Path) -> None:
    """What was to be done while the node was away is kept, and done once when it is back."""
    with connect(own) as desk:
        ticket = desk.tickets.open("Question").ticket
        kill(own)
        with pytest.raises(RpcUnavailable):
            desk.tickets.answer(desk.store.ticket(ticket), "Answer", signed=False)
        [draft] = desk.store.drafts(statuses={DraftStatus.STORED})
    start_local(own, detach=False)
    with connect(own) as desk:
        [recovered] = desk.recover()
        assert (draft.key, EntryRecord) == (recovered.draft.key, type(recovered.result))
        assert ["Question", "Answer"] == [one.body for one in desk.tickets.history(ticket)]
        assert Conclusion.VERIFIED is desk.tickets.verify(ticket).verdict


@pytest.mark.parametrize("signed", [False, True])
def test_the_node_dies_in_the_middle_of_an_import(own: Path, signed: bool) -> None:
    """Every ticket of an import that broke off is opened once after recovery."""
    number, reached = 400, threading.Event()

    def asked() -> Iterator[NewTicket]:
        for at in range(number):
            if at == 250:
                reached.set()
            yield NewTicket(f"Question {at}")

    with connect(own) as desk:
        killer = threading.Thread(target=lambda: (reached.wait(60), time.sleep(0.3), kill(own)))
        killer.start()
        with pytest.raises(RpcUnavailable, match="no node answers") as raised:
            desk.tickets.open_many(asked(), signed=signed)
        assert "kept" in raised.value.hint
        killer.join()
        kept = len(desk.store.drafts())
    start_local(own, detach=False)
    with connect(own) as desk:
        desk.recover()
        assert kept == desk.tickets.count()
        bodies = [desk.store.content(one.ticket, 0).values()["body"] for one in desk.store.drafts()]
        assert len(bodies) == len(set(bodies))
        assert {DraftStatus.FINAL} == {draft.status for draft in desk.store.drafts()}
        assert [] == desk.recover()


def test_the_desk_dies_in_the_middle_of_an_import(own: Path) -> None:
    """Killed at any instant, the desk finds what it had kept, and opens each ticket once."""
    program = (
        "import sys, supportledger\n"
        "from supportledger.desk.clerk import NewTicket\n"
        "with supportledger.connect(sys.argv[1]) as desk:\n"
        "    desk.tickets.open_many(\n"
        "        (NewTicket(f'Question {at}') for at in range(2000)),\n"
        "        progress=lambda done: print(done, flush=True))\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(own)], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline()
    child.kill()
    child.wait()
    with connect(own) as desk:
        kept = len(desk.store.drafts())
        waiting = len(desk.recover())
        assert 0 < waiting <= kept < 2000
        assert kept == desk.tickets.count()
        opened = [draft.ticket for draft in desk.store.drafts()]
        assert {1} == {state.entries for state in (desk.store.ticket(one).state for one in opened)}
        assert Conclusion.VERIFIED is desk.tickets.verify(opened[-1]).verdict


def test_no_ether(own: Path) -> None:
    """Who cannot pay is told so; nothing is lost, and when there is ether, recovery goes on."""
    secret = os.urandom(32)
    poor = Identities(own / IDENTITIES, scrypt_n=2).import_key("poor", secret, lambda _: "secret")
    with connect(own, passphrase=lambda _: "secret") as desk:
        with pytest.raises(InsufficientFunds) as raised:
            desk.tickets.open("Question", by="poor")
        assert "is kept" in raised.value.hint
        assert [InsufficientFunds] == [type(one.result) for one in desk.recover()]
        with closing(Rpc(start_local(own).rpc_url)) as rpc:
            Sender(rpc, LOCAL_CHAIN_ID).send(local_signer("admin"), Request(poor.address, b"", value=10**18))
        [recovered] = desk.recover()
        assert isinstance(recovered.result, EntryRecord)
        assert Address(poor.address) == recovered.result.actor
