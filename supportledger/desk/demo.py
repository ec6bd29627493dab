"""
The whole story on real questions, on a local chain.

1. Customers without ether open tickets by signature, some directly.
2. Certified agents answer and solve, by signature too.
3. An agent is revoked: their next answer is refused, their earlier ones stay valid.
4. An answer is late; somebody who is nobody puts it on record.
5. A customer reopens what was solved, is answered, closes and rates.
6. A stored text is altered: verification names the ticket and the entry, and all other tickets hold.
"""

from collections.abc import Iterable, Sequence
from itertools import cycle, islice
from typing import TYPE_CHECKING, Final

from supportledger.desk import intents
from supportledger.desk.bulk import Wish
from supportledger.desk.clerk import NewTicket
from supportledger.desk.demo_report import Costs, DemoReport, Finding, Reporter, Scene, Silence, Stage
from supportledger.desk.posting import Outcome
from supportledger.desk.questions import Question
from supportledger.errors import Error, InputError, NotFound
from supportledger.model.ids import TicketId
from supportledger.model.refusal import AgentNotInForce
from supportledger.model.ticket import Flag
from supportledger.ports import Signer
from supportledger.proof.verdict import Conclusion, Verdict

if TYPE_CHECKING:
    from supportledger.desk.desk import Desk

LEAST: Final = 6
"""Tickets that the story needs."""
LATE, REFUSED, REOPENED, ALTERED = range(4)
"""Which tickets have a part in it."""
_DIRECT: Final = 10
"""One customer in so many sends, and pays, for themselves."""
_CHINESE: Final = range(0x4E00, 0xA000)
_ANSWERS: Final = (
    "Thank you for writing. We have looked into it and put it right; please tell us if anything is left.",
    "感谢来信。我们已经查明并处理；如果还有问题，请直接回复。",
)


def run(
    desk: "Desk",
    questions: Iterable[Question],
    stage: Stage,
    *,
    count: int = 100,
    reporter: Reporter | None = None,
) -> DemoReport:
    """
    Run the story.

    Args:
        desk: On a local chain, with its identities certified.
        questions: At least one; asked again from the first when there are too few.
        stage: What only a demonstration can do.
        count: How many tickets.
        reporter: Whoever watches.

    Raises:
        InputError: The story needs more tickets, or a question is malformed.
    """
    asked = choose(questions, count)
    return Story(desk, asked, stage, reporter or Silence()).run()


def choose(questions: Iterable[Question], count: int) -> list[Question]:
    """
    Give so many questions, from the first again when there are too few.

    Raises:
        InputError: The story needs more tickets, or a question is malformed.
        NotFound: There is no question.
    """
    if count < LEAST:
        raise InputError(
            f"the story needs {LEAST} tickets, not {count}", hint=f"Use --count {LEAST} or more."
        )
    found = list(islice(questions, count))
    if not found:
        raise NotFound("there are no questions to ask")
    return list(islice(cycle(found), count))


class Story:
    """One run of it."""

    def __init__(self, desk: "Desk", questions: Sequence[Question], stage: Stage, reporter: Reporter) -> None:
        self._desk = desk
        self._questions = questions
        self._stage = stage
        self._reporter = reporter
        self._customers: list[Signer | str] = [
            "customer" if number % _DIRECT == _DIRECT - 1 else stage.newcomer()
            for number in range(len(questions))
        ]
        self._rookie = stage.newcomer()
        self._costs = Costs()
        self._answers = 0
        self._escalations = 0
        self._surprises: list[str] = []
        self._tickets: list[TicketId] = []

    def run(self) -> DemoReport:
        """Tell all of it."""
        self._open()
        self._answer()
        self._solve()
        self._revoke()
        self._be_late()
        self._reopen()
        return self._verify()

    # -- 1 and 2 ---------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._begin(Scene.OPEN, len(self._questions))
        signed = [number for number, who in enumerate(self._customers) if who != "customer"]
        direct = [number for number, who in enumerate(self._customers) if who == "customer"]
        tickets = self._desk.tickets
        relayed = _accepted(
            tickets.open_many(
                map(self._new, signed), by="customer", signed=True, progress=self._reporter.advance
            )
        )
        sent = _accepted(tickets.open_many(map(self._new, direct), by="customer")) if direct else []
        self._reporter.advance(len(self._questions))
        self._costs.add("open", sent)
        self._costs.add("open, signed and relayed", relayed)
        found = dict(zip(signed + direct, relayed + sent, strict=True))
        self._tickets = [found[number].ticket for number in range(len(self._questions))]
        self._reporter.tell(
            f"{len(relayed)} of {len(found)} customers opened by signature, without any ether"
        )

    def _new(self, number: int) -> NewTicket:
        question, who = self._questions[number], self._customers[number]
        more = {"language": question.language or None, "channel": "demo"}
        return NewTicket(question.text, question.subject or None, by=who, more=more)

    def _answer(self) -> None:
        self._desk.agents.certify(self._rookie.address, valid_for="90d", by="certifier")
        waiting = range(REFUSED + 1, len(self._tickets))
        self._begin(Scene.ANSWER, len(waiting))
        wishes = (
            Wish(intents.answer(self._tickets[number], self._reply_to(number)), self._agent(number))
            for number in waiting
        )
        self._count_answers("answer, signed, in batches", self._do_many(wishes))

    def _solve(self) -> None:
        numbers = [REOPENED, *range(ALTERED + 1, len(self._tickets), 2)]
        self._begin(Scene.SOLVE, len(numbers))
        wishes = (Wish(intents.solve(self._tickets[number]), self._agent(number)) for number in numbers)
        self._costs.add("solve, signed, in batches", self._do_many(wishes))

    # -- 3 to 5 ----------------------------------------------------------------------------------------------

    def _revoke(self) -> None:
        self._begin(Scene.REVOKE, 3)
        ticket, text = self._tickets[REFUSED], self._reply_to(REFUSED)
        self._stage.wait_until(self._desk.ledger.now() + 60)  # what they did before is then before
        self._desk.agents.revoke(self._rookie.address, by="certifier")
        self._reporter.advance(1)
        try:
            self._desk.tickets.answer(ticket, text, by=self._rookie, signed=True)
        except AgentNotInForce as refusal:
            self._reporter.tell(f"the revoked agent is refused: {refusal.message}")
        else:
            self._surprises.append(f"ticket {ticket.handle}: a revoked agent could answer")
        self._reporter.advance(2)
        self._count_answers("answer", [self._desk.tickets.answer(ticket, text, by="agent")])
        self._reporter.advance(3)

    def _be_late(self) -> None:
        self._begin(Scene.LATE, 3)
        tickets, ticket = self._desk.tickets, self._tickets[LATE]
        self._stage.wait_until(tickets.state(ticket).respond_by + 1)
        self._reporter.advance(1)
        escalated = tickets.escalate(ticket, by="keeper")
        self._escalations += 1
        self._costs.add("escalate", [escalated])
        self._reporter.tell(
            f"ticket {ticket.handle} was not answered in time: "
            f"a stranger raised it to level {escalated.state.level}"
        )
        self._reporter.advance(2)
        answered = tickets.answer(ticket, self._reply_to(LATE), by="agent")
        self._count_answers("answer", [answered])
        if not answered.state.has(Flag.LATE_FIRST):
            self._surprises.append(
                f"ticket {ticket.handle}: an answer is late, and the ledger does not say so"
            )
        self._reporter.advance(3)

    def _reopen(self) -> None:
        self._begin(Scene.REOPEN, 5)
        tickets, ticket, customer = self._desk.tickets, self._tickets[REOPENED], self._customers[REOPENED]
        text = self._questions[REOPENED].text
        again = tickets.reply(
            ticket, _said(text, "It is still not solved.", "问题还没有解决。"), by=customer, signed=True
        )
        self._costs.add("reply, signed", [again])
        self._reporter.advance(1)
        self._count_answers(
            "answer", [tickets.answer(ticket, _said(text, *_ANSWERS), status="open", by="senior")]
        )
        self._reporter.advance(2)
        self._costs.add("solve", [tickets.solve(ticket, by="senior")])
        self._reporter.advance(3)
        self._costs.add("close, signed", [tickets.close(ticket, by=customer, signed=True)])
        self._reporter.advance(4)
        self._costs.add("rate, signed", [tickets.rate(ticket, 5, by=customer, signed=True)])
        self._reporter.advance(5)

    # -- 6 ---------------------------------------------------------------------------------------------------

    def _verify(self) -> DemoReport:
        self._begin(Scene.VERIFY, len(self._tickets))
        altered = self._tickets[ALTERED]
        entry = self._desk.ledger.entries(altered)[-1]
        restore = self._stage.alter(altered, entry.commitment, "We never said that.")
        try:
            findings = list(self._findings())
        finally:
            restore()
        if [(altered, entry.index)] != [(one.ticket, one.entry) for one in findings]:
            self._surprises.append(
                f"the altered text of ticket {altered.handle} was not what verification named"
            )
        for one in findings:
            self._reporter.tell(
                f"altered: entry {one.entry} of ticket {one.ticket.handle}, found in step {one.step}"
            )
        if self._desk.tickets.verify(altered).verdict is Conclusion.VERIFIED:
            self._reporter.tell(f"ticket {altered.handle} holds again, now that its text is restored")
        else:
            self._surprises.append(f"ticket {altered.handle} does not hold with its own text")
        return DemoReport(
            tickets=len(self._tickets),
            answers=self._answers,
            escalations=self._escalations,
            costs=self._costs.table(),
            verified=len(self._tickets) - len(findings),
            findings=tuple(findings),
            altered=(altered, entry.index),
            surprises=tuple(self._surprises),
        )

    def _findings(self) -> Iterable[Finding]:
        for done, ticket in enumerate(self._tickets, 1):
            verdict = self._desk.tickets.verify(ticket)
            if verdict.verdict is not Conclusion.VERIFIED:
                yield _finding(ticket, verdict)
            self._reporter.advance(done)

    # -- shared ----------------------------------------------------------------------------------------------

    def _begin(self, scene: Scene, steps: int) -> None:
        self._reporter.begin(scene, steps)

    def _agent(self, number: int) -> Signer | str:
        return ("agent", self._rookie, "senior")[number % 3]

    def _reply_to(self, number: int) -> str:
        question = self._questions[number]
        return question.answer or _said(question.text, *_ANSWERS)

    def _do_many(self, wishes: Iterable[Wish]) -> list[Outcome]:
        return _accepted(self._desk.tickets.do_many(wishes, progress=self._reporter.advance))

    def _count_answers(self, operation: str, outcomes: Sequence[Outcome]) -> None:
        self._answers += len(outcomes)
        self._costs.add(operation, outcomes)


def _accepted(outcomes: Sequence[Outcome | Error]) -> list[Outcome]:
    """Pass outcomes on; the story has no part in which many are refused."""
    for outcome in outcomes:
        if isinstance(outcome, Error):
            raise outcome
    return [outcome for outcome in outcomes if isinstance(outcome, Outcome)]


def _said(heard: str, english: str, chinese: str) -> str:
    """Choose the language that somebody wrote in."""
    return chinese if any(ord(character) in _CHINESE for character in heard) else english


def _finding(ticket: TicketId, verdict: Verdict) -> Finding:
    step = next((one for one in verdict.steps if one.failure), None)
    if step is None:
        return Finding(ticket, 0, None, "could not be checked completely")
    return Finding(ticket, step.number, step.entry, step.detail)
