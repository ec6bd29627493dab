"""Many things at once keep the promises of one, and nobody stops anybody else."""

from collections.abc import Sequence

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk import bulk, intents
from supportledger.desk.bulk import Wish
from supportledger.desk.clerk import NewTicket
from supportledger.desk.desk import Desk
from supportledger.desk.intents import Consent
from supportledger.desk.posting import Outcome
from supportledger.errors import Conflict, ContentErased, Error, InputError, NotFound, RpcUnavailable
from supportledger.model.acts import Acts, Posted
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import DraftStatus
from supportledger.model.refusal import CustomerOnly, PolicyNotFound, SignatureInvalid
from supportledger.model.ticket import Action, Auth, Status
from supportledger.ports import Signer
from supportledger.proof import typed_data
from supportledger.proof.signature import recover
from supportledger.proof.verdict import Conclusion
from tests.unit.desk.frail import FrailLedger


def opened(desk: Desk, number: int):
    """Some tickets."""
    outcomes = desk.tickets.open_many(NewTicket(f"Question {at}") for at in range(number))
    return [outcome.ticket for outcome in outcomes]


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("keyless", [False, True])
def test_many_are_opened_in_order(desk: Desk, signed: bool, keyless: bool) -> None:
    """Each ticket of an import has its own content, and verifies; the order is kept."""
    asked = [NewTicket(f"Question {at}", subject=f"{at}", more={"language": "en"}) for at in range(250)]
    progress: list[int] = []
    outcomes = desk.tickets.open_many(asked, signed=signed, keyless=keyless, progress=progress.append)
    assert [one.body for one in asked] == [desk.tickets.get(one.ticket).entries[0].body for one in outcomes]
    assert {signed} == {one.receipt is not None for one in outcomes}
    assert 250 == desk.tickets.count()
    assert Conclusion.VERIFIED is desk.tickets.verify(outcomes[-1].ticket).verdict


def test_each_customer_signs_their_own(desk: Desk) -> None:
    """In one import, tickets can be of different customers."""
    asked = [NewTicket("Mine"), NewTicket("Hers", by="keeper")]
    outcomes = desk.tickets.open_many(asked, signed=True)
    owners = [desk.cast.address("customer"), desk.cast.address("keeper")]
    assert owners == [one.state.customer for one in outcomes]


def test_a_bad_line_of_an_import_stops_nobody(desk: Desk) -> None:
    """What cannot be opened is an error in its place, and the rest is opened."""
    asked = [NewTicket("Good"), NewTicket(" "), NewTicket("Good", policy=99), NewTicket("Good")]
    first, empty, unknown, last = desk.tickets.open_many(asked)
    assert isinstance(empty, InputError)
    assert isinstance(unknown, PolicyNotFound)
    assert all(isinstance(one, Outcome) for one in (first, last))
    assert 2 == desk.tickets.count()


def test_nothing_is_opened_of_nothing(desk: Desk) -> None:
    """An empty import is no error."""
    assert [] == desk.tickets.open_many([])
    assert [] == desk.tickets.do_many([])


def test_drafts_are_kept_before_they_are_taken(desk: Desk, ledger: FrailLedger) -> None:
    """When the first opening is sent, all that are sent with it are in the store."""
    found: list[int] = []
    ledger.meanwhile = lambda: found.append(len(desk.store.drafts()))
    opened(desk, 3)
    assert [3] == found


def test_many_are_answered_and_solved(desk: Desk) -> None:
    """Two things to do to each of many tickets follow each other, signed, and verify."""
    tickets = opened(desk, 60)
    wishes = [
        wish
        for ticket in tickets
        for wish in (intents.answer(ticket, f"Answer to {ticket.handle}"), intents.solve(ticket))
    ]
    outcomes = desk.tickets.do_many(wishes)
    assert [Action.ANSWER, Action.SOLVE] * 60 == [one.entry.action for one in outcomes]
    assert {Auth.ECDSA} == {one.entry.auth for one in outcomes}
    assert {Status.SOLVED} == {one.state.status for one in outcomes[1::2]}
    assert Conclusion.VERIFIED is desk.tickets.verify(tickets[30]).verdict


def test_outcomes_are_in_the_order_of_the_wishes(desk: Desk) -> None:
    """However things are grouped by ticket, each outcome is in the place of its wish."""
    one, two = opened(desk, 2)
    wishes = [intents.note(one, "1"), intents.note(two, "2"), intents.note(one, "3"), intents.note(two, "4")]
    outcomes = desk.tickets.do_many(wishes)
    assert [one, two, one, two] == [outcome.ticket for outcome in outcomes]
    bodies = [desk.tickets.history(o.ticket)[o.entry.index].body for o in outcomes]
    assert ["1", "2", "3", "4"] == bodies


def test_a_long_talk_on_one_ticket(desk: Desk) -> None:
    """More things on one ticket than fit into a transaction are done in several, in order."""
    [ticket] = opened(desk, 1)
    talk = [
        intents.reply(ticket, f"{at}") if at % 2 else intents.answer(ticket, f"{at}")
        for at in range(2 * bulk.RUN + 3)
    ]
    outcomes = desk.tickets.do_many(talk)
    assert list(range(1, len(talk) + 1)) == [one.entry.index for one in outcomes]
    assert Conclusion.VERIFIED is desk.tickets.verify(ticket).verdict


def test_a_refused_wish_stops_nobody(desk: Desk) -> None:
    """What is refused, cannot be written, or names nobody is an error in its place."""
    one, two = opened(desk, 2)
    wishes = [
        Wish(intents.reply(one, "I am another"), by="keeper"),
        Wish(intents.answer(two, "Answer")),
        Wish(intents.answer(one, " ")),
        Wish(intents.answer(one, "Answer"), by="nobody-here"),
        Wish(intents.rate(one, 1 << 160)),
    ]
    refused, done, unwritten, nobody, too_wide = desk.tickets.do_many(wishes)
    assert isinstance(refused, CustomerOnly)
    assert isinstance(done, Outcome)
    assert isinstance(unwritten, InputError)
    assert isinstance(nobody, NotFound)
    assert isinstance(too_wide, InputError)
    assert DraftStatus.REJECTED == desk.store.drafts(ticket=one)[-1].status


def test_what_came_too_late_is_carried_over(desk: Desk, ledger: FrailLedger) -> None:
    """A ticket that changes while a batch is made is answered all the same, on its new state."""
    one, two = opened(desk, 2)
    ledger.meanwhile = lambda: desk.tickets.reply(one, "And another thing")
    outcomes = desk.tickets.do_many([intents.answer(one, "Answer"), intents.answer(two, "Answer")])
    assert not [outcome for outcome in outcomes if isinstance(outcome, Error)]
    assert Status.OPEN == desk.tickets.get(one).state.status


def test_a_batch_that_breaks_off_is_finished_once(desk: Desk, ledger: FrailLedger) -> None:
    """What was signed for a batch that nobody heard of again is done once after recovery."""
    tickets = opened(desk, 5)
    ledger.unheard = True
    with pytest.raises(Error):
        desk.tickets.do_many(intents.answer(ticket, "Answer") for ticket in tickets)
    assert 5 == len(desk.recover())
    assert {2} == {desk.tickets.get(ticket).state.entries for ticket in tickets}


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch, ledger: FrailLedger) -> list[list[Action]]:
    """What each batch carried."""
    seen: list[list[Action]] = []
    send = ledger.act_batch

    def watch(relayer: Signer, groups: Sequence[Acts]) -> list[Posted | Error]:
        seen.append([act.action for group in groups for act in group.acts])
        return send(relayer, groups)

    monkeypatch.setattr(ledger, "act_batch", watch)
    return seen


def consent(ledger: FrailLedger, ticket: TicketId) -> Consent:
    """The customer's."""
    customer, until = local_signer("customer"), ledger.now() + 3_600
    message = typed_data.Claim(ticket, customer.address, until)
    return Consent(customer.address, until, customer.sign_message(message, ledger.domain))


def test_a_claim_goes_alone_in_its_place(
    desk: Desk, ledger: FrailLedger, batches: list[list[Action]]
) -> None:
    """What comes before it on its ticket shares a transaction, what follows goes after it; all is done."""
    [plain] = opened(desk, 1)
    keyless = desk.tickets.open("Question", keyless=True).ticket
    wishes = [
        intents.note(keyless, "Who is it?"),
        intents.claim(keyless, consent(ledger, keyless)),
        intents.answer(plain, "Answer"),
        intents.answer(keyless, "Yours now"),
        intents.solve(keyless),
    ]
    outcomes = desk.tickets.do_many(wishes)
    done = [one.entry.action for one in outcomes if isinstance(one, Outcome)]
    assert [Action.NOTE, Action.CLAIM, Action.ANSWER, Action.ANSWER, Action.SOLVE] == done
    assert [[Action.NOTE, Action.ANSWER]] == batches
    assert desk.cast.address("customer") == desk.tickets.get(keyless).state.customer
    assert Conclusion.VERIFIED is desk.tickets.verify(keyless).verdict
    assert not desk.store.drafts(statuses={DraftStatus.STORED, DraftStatus.SIGNED})


def test_a_claim_that_is_refused_stops_nobody_else(
    desk: Desk, ledger: FrailLedger, batches: list[list[Action]]
) -> None:
    """What was signed for the place after it finds the place before it empty, and says so."""
    one, two = (desk.tickets.open("Question", keyless=True).ticket for _ in range(2))
    wishes = [
        intents.claim(one, consent(ledger, two)),
        intents.note(one, "After it"),
        intents.claim(two, consent(ledger, two)),
    ]
    refused, after, claimed = desk.tickets.do_many(wishes)
    assert isinstance(refused, SignatureInvalid)
    assert isinstance(after, Conflict)
    assert isinstance(claimed, Outcome)
    assert [] == batches
    assert [DraftStatus.REJECTED] * 2 == [draft.status for draft in desk.store.drafts(ticket=one)[1:]]


def test_a_claim_that_does_not_arrive_is_recovered(desk: Desk, ledger: FrailLedger) -> None:
    """It is kept before it is sent, and done once."""
    ticket = desk.tickets.open("Question", keyless=True).ticket
    ledger.lost = True
    [away] = desk.tickets.do_many([intents.claim(ticket, consent(ledger, ticket))])
    assert isinstance(away, RpcUnavailable)
    assert "`supportledger action recover`" in away.hint
    assert 1 == len(desk.recover())
    assert desk.cast.address("customer") == desk.tickets.get(ticket).state.customer


class Wallet:
    """A contract that its owner's key speaks for."""

    def __init__(self) -> None:
        self.address = Address(b"\x77" * 20)
        self.owner = local_signer("keeper")

    def sign_message(self, message: typed_data.Message, domain: typed_data.Domain) -> bytes:
        return self.owner.sign_message(message, domain)


def test_what_a_contract_signs_goes_alone(
    desk: Desk, ledger: FrailLedger, batches: list[list[Action]]
) -> None:
    """Its signature looks like a key's, and is not of the actor's; a batch would have it refused."""
    wallet = Wallet()
    owner = wallet.owner.address
    ledger.wallets[wallet.address] = lambda digest, signature: recover(digest, signature) == owner
    ticket = desk.tickets.open("Question", by=wallet).ticket
    talk = [
        Wish(intents.answer(ticket, "Answer")),
        Wish(intents.reply(ticket, "But why?"), by=wallet),
        Wish(intents.answer(ticket, "Because")),
    ]
    outcomes = desk.tickets.do_many(talk)
    assert [1, 2, 3] == [one.entry.index for one in outcomes if isinstance(one, Outcome)]
    assert [[Action.ANSWER]] == batches


def test_progress_is_told(desk: Desk) -> None:
    """Who asks is told how many outcomes there are so far."""
    tickets = opened(desk, 3)
    progress: list[int] = []
    desk.tickets.do_many([intents.note(ticket, "x") for ticket in tickets], progress=progress.append)
    assert [3] == progress


def test_what_was_erased_stops_nobody_else(desk: Desk) -> None:
    """An action on a ticket that was erased is an outcome like any other."""
    erased, other = (desk.tickets.open(body).ticket for body in ("One", "Two"))
    desk.store.vault.erase([erased], 1_767_225_600)
    gone, done = desk.tickets.do_many([intents.answer(erased, "A"), intents.answer(other, "B")])
    assert (ContentErased, other) == (type(gone), done.ticket)
    assert "B" == desk.tickets.get(other).entries[1].body
