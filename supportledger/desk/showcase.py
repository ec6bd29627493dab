"""
A desk to look around in: people, queues and tickets on real questions, in every state that a ticket can have.

1. Staff of every role, each with an identity of the local chain; a customer, and many who have only a key.
2. Queues by subject and language, macros, official contacts.
3. Tickets: some wait for a first answer, one is about to be late, others are answered, reopened, solved,
   closed and rated.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from supportledger.desk import intents
from supportledger.desk.bulk import Wish
from supportledger.desk.clerk import NewTicket
from supportledger.desk.filing.macros import Macro
from supportledger.desk.filing.queues import Queue
from supportledger.desk.front import Front
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.policies import terms
from supportledger.desk.posting import Outcome
from supportledger.desk.questions import Question
from supportledger.errors import Error, NotFound
from supportledger.model.ids import Address, TicketId
from supportledger.model.people import Role
from supportledger.ports import Signer
from supportledger.ports.filing import GENERAL, Filing

STAFF: Final[Mapping[str, tuple[str, Role, frozenset[str] | None]]] = MappingProxyType(
    {
        "agent": ("Ana Ortiz", Role.AGENT, frozenset({GENERAL, "withdrawals", "wallets", "security"})),
        "senior": ("李思远", Role.AGENT, frozenset({"chinese", "security"})),
        "supervisor": ("Sam Okafor", Role.SUPERVISOR, None),
        "certifier": ("Chen Yu", Role.CERTIFIER, None),
        "anchorer": ("Alma Lund", Role.AUDITOR, None),
        "admin": ("Dana Novak", Role.ADMIN, None),
    }
)
"""Who works at it, and with which queues, by the identity that is theirs on the local chain."""
CUSTOMER: Final = ("Maya Stein", "maya@customer.example")
QUEUES: Final = (
    Queue("security", {"en": "Security", "zh": "安全事件"}, skills=("security",), rank=10, policy=4),
    Queue("chinese", {"en": "Chinese", "zh": "中文"}, languages=("zh",), rank=20),
    Queue(
        "withdrawals",
        {"en": "Deposits and withdrawals", "zh": "充值与提现"},
        skills=("withdrawal", "deposit"),
    ),
    Queue(
        "wallets",
        {"en": "Wallets and chains", "zh": "钱包与链"},
        skills=("wallet", "fees", "bridge", "token"),
    ),
)
_SKILLS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "fake_support": "security",
        "airdrop_scam": "security",
        "approval_drained": "security",
        "account_frozen": "account",
        "failed_withdrawal": "withdrawal",
        "deposit_missing": "deposit",
        "memo_missing": "deposit",
        "wrong_network": "deposit",
        "gas_too_low": "fees",
        "fees": "fees",
        "bridge_delay": "bridge",
        "hardware_wallet": "wallet",
        "wallet_recovery": "wallet",
        "token_migration": "token",
        "nft": "token",
        "staking": "staking",
    }
)
"""What an agent must know to answer a category of question."""
MACROS: Final = (
    Macro(
        "Ask for the transaction hash",
        "Thank you for writing about {{handle}}. Please send us the transaction hash; never send a seed "
        "phrase or a private key to anybody, us included.",
        status="pending",
        languages=("en",),
    ),
    Macro(
        "请提供交易哈希",
        "感谢您的来信（{{handle}}）。请把交易哈希发给我们；任何时候都不要把助记词或私钥发给任何人，包括我们。",
        status="pending",
        languages=("zh",),
    ),
)
_CHINESE: Final = range(0x4E00, 0xA000)
_AGAIN: Final = ("It is still not solved.", "问题还没有解决。")
_SOLVED: Final = ("This is solved now; write again if it is not.", "已经处理好了；如果还有问题，请再写信。")
_MOST: Final = 60
SHORT: Final = terms(
    first_response="3m",
    next_response="5m",
    resolution="1d",
    escalate_every="5m",
    pause_allowance="3d",
    levels=3,
    text="A first answer within three minutes: to watch what happens when nobody gives it.",
)
"""The promise of the ticket that is about to be late."""


@dataclass(frozen=True, slots=True)
class Shown:
    """
    What the desk has to show.

    Args:
        tickets: How many.
        late: The one whose deadline passes within three minutes.
    """

    tickets: int
    late: TicketId


class Showcase:
    """
    Fills a desk.

    Args:
        front: Of a local chain.
        questions: Of customers.
        newcomer: Makes a customer with a key of their own.
    """

    def __init__(self, front: Front, questions: Iterable[Question], newcomer: Callable[[], Signer]) -> None:
        self._front = front
        self._desk = front.desk
        self._questions = [question for question, _ in zip(questions, range(_MOST), strict=False)]
        self._customers = [newcomer() for _ in self._questions]
        self._tickets: list[TicketId] = []

    def fill(self) -> Shown:
        """Do all of it; whoever is there already stays."""
        self._employ()
        self._arrange()
        self._open()
        self._answer()
        self._end()
        return Shown(len(self._tickets) + 1, self._be_late())

    # -- 1 ---------------------------------------------------------------------------------------------------

    def _employ(self) -> None:
        people = self._front.people
        for identity, (name, role, queues) in STAFF.items():
            address = self._desk.cast.keys.address(identity)
            try:
                people.by_address(address)
            except NotFound:
                people.add(name, [role], queues=queues, address=address, mail=f"{identity}@desk.example")
        name, mail = CUSTOMER
        try:
            people.by_mail(mail)
        except NotFound:
            people.add(name, [Role.CUSTOMER], mail=mail)

    # -- 2 ---------------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        for queue in QUEUES:
            try:
                self._front.queues.get(queue.name)
            except NotFound:
                self._front.queues.save(queue)
        supervisor = self._visitor("supervisor")
        known = {one.title for one in self._front.macros.list(supervisor)}
        for macro in MACROS:
            if macro.title not in known:
                self._front.macros.save(macro, supervisor)

    # -- 3 ---------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        news = (self._new(number) for number in range(len(self._questions)))
        found = _accepted(self._desk.tickets.open_many(news, by="customer", signed=True))
        self._tickets = [one.ticket for one in found]
        for ticket, question in zip(self._tickets, self._questions, strict=True):
            self._file(ticket, question)

    def _new(self, number: int) -> NewTicket:
        question = self._questions[number]
        more = {"language": question.language or None, "channel": "web"}
        return NewTicket(question.text, question.subject or None, by=self._customers[number], more=more)

    def _file(self, ticket: TicketId, question: Question, person: TicketId | None = None) -> None:
        skills = [_SKILLS[question.category]] if question.category in _SKILLS else []
        queue = self._front.queues.choose(language=question.language, channel="web", skills=skills)
        filing = Filing(
            ticket, queue or GENERAL, person, question.language, channel="web", topic=question.category
        )
        self._front.filings.file(filing)

    def _answer(self) -> None:
        """Answer all but every fourth, by the agent who reads its language."""
        numbers = [number for number in range(len(self._tickets)) if number % 4]
        _accepted(
            self._desk.tickets.do_many(
                Wish(intents.answer(self._tickets[number], self._reply(number)), self._agent(number))
                for number in numbers
            )
        )

    def _end(self) -> None:
        """Let some go on, and others come to their end."""
        tickets, count = self._desk.tickets, len(self._tickets)
        again = [number for number in range(count) if number % 8 == 1]
        solved = [number for number in range(count) if number % 4 == 2]
        done = solved[::2]
        _accepted(
            tickets.do_many(
                Wish(intents.reply(self._tickets[at], self._said(at, _AGAIN)), self._customers[at])
                for at in again
            )
        )
        _accepted(
            tickets.do_many(
                Wish(intents.solve(self._tickets[at], self._said(at, _SOLVED)), self._agent(at))
                for at in solved
            )
        )
        _accepted(tickets.do_many(Wish(intents.close(self._tickets[at]), self._customers[at]) for at in done))
        _accepted(
            tickets.do_many(
                Wish(intents.rate(self._tickets[at], 5 - place % 3), self._customers[at])
                for place, at in enumerate(done)
            )
        )

    def _be_late(self) -> TicketId:
        """Open the ticket of the customer who can sign in, under the promise that is soon broken."""
        published = self._desk.policies.publish(SHORT, by="supervisor")
        question = self._questions[0]
        opened = self._desk.tickets.open(
            question.text, subject=question.subject, policy=published.number, keyless=True, channel="web"
        )
        self._file(opened.ticket, question, self._front.people.by_mail(CUSTOMER[1]).id)
        return opened.ticket

    # -- shared ----------------------------------------------------------------------------------------------

    def _visitor(self, identity: str) -> Visitor:
        account = self._front.people.by_address(self._address(identity))
        return Visitor(account.id, account.name, account.roles, account.rights, None, account.address)

    def _address(self, identity: str) -> Address:
        return self._desk.cast.keys.address(identity)

    def _agent(self, number: int) -> str:
        return "senior" if self._is_chinese(number) else "agent"

    def _reply(self, number: int) -> str:
        return self._questions[number].answer or self._said(number, _SOLVED)

    def _said(self, number: int, texts: tuple[str, str]) -> str:
        return texts[self._is_chinese(number)]

    def _is_chinese(self, number: int) -> bool:
        return any(ord(character) in _CHINESE for character in self._questions[number].text)


def _accepted(outcomes: Sequence[Outcome | Error]) -> list[Outcome]:
    for outcome in outcomes:
        if isinstance(outcome, Error):
            raise outcome
    return [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
