"""The cases of lifecycle.txt: every status, action, actor and timing, and the edges of every number."""

import random
from collections.abc import Iterable, Iterator
from itertools import product

from supportledger.model.agent import UNCERTIFIED, Agent, AgentStatus
from supportledger.model.entry import NOTHING, Context, Entry, Opening
from supportledger.model.hours import BusinessHours
from supportledger.model.ids import NOBODY, Address, TicketId, keccak
from supportledger.model.policy import Policy, PolicyTerms
from supportledger.model.ticket import Action, Auth, Flag, Status, TicketState
from supportledger.proof.signature import address_of

TICKET = TicketId(keccak(b"ticket"))
COMMITMENT = keccak(b"commitment")
OTHER = keccak(b"other")
T = 1_700_000_000  # a Tuesday, 22:13:20 UTC
DAY = 86_400
NEVER = (1 << 40) - 1


def key(name: str) -> bytes:
    """Give a private key that everybody knows."""
    return keccak(name.encode())


def account(name: str) -> Address:
    """Give its address."""
    return address_of(key(name))


CUSTOMER, STRANGER, AGENT, COLLEAGUE = map(account, ("customer", "stranger", "agent", "colleague"))
SUPERVISOR, GATE, SUCCESSOR = map(account, ("supervisor", "gate", "successor"))

WEEKDAYS = BusinessHours(sum(0xFF << 24 * day + 9 for day in range(5)), 8 * 60)
PLAIN = PolicyTerms(3_600, 1_800, DAY, 600, 7 * DAY, 7_200, levels=2, tier=1)


def variant(**changes: object) -> PolicyTerms:
    """PLAIN with something changed."""
    names = [name for name, spec in PolicyTerms.__dataclass_fields__.items() if spec.init]
    return PolicyTerms(**{**{name: getattr(PLAIN, name) for name in names}, **changes})


STRICT = variant(
    first_response=1_800, next_response=900, resolution=3_600, levels=3, tier=2, escalate_every=300
)
NO_PROMISE = variant(first_response=0, next_response=0, resolution=0)
HOURS = variant(hours=WEEKDAYS, text_hash=OTHER)
GATED = variant(gate=GATE)
FLAT = variant(levels=0, escalate_every=0, pause_allowance=0)
LOOSER = [
    variant(first_response=3_601),
    variant(first_response=0),
    variant(next_response=1_801),
    variant(next_response=0),
    variant(resolution=DAY + 1),
    variant(resolution=0),
    variant(escalate_every=601),
    variant(reopen_window=7 * DAY - 1),
    variant(levels=1),
    variant(pause_allowance=7_201),
    variant(pause_allowance=7_199),
]
POLICIES = {1: PLAIN, 2: NO_PROMISE, 3: HOURS, 4: GATED, 5: STRICT, 6: FLAT, **dict(enumerate(LOOSER, 7))}

TIERS = [Agent(1, NEVER, AgentStatus.CERTIFIED, tier, tier, 7, bytes(11) + b"\x01") for tier in range(3)]
OUT_OF_FORCE = [
    Agent(1, T, AgentStatus.CERTIFIED, 2),
    Agent(NEVER - 1, NEVER, AgentStatus.CERTIFIED, 2),
    Agent(1, NEVER, AgentStatus.SUSPENDED, 2),
    Agent(1, T - 1, AgentStatus.REVOKED, 2),
]
ACTORS: list[tuple[Address, Agent, bool]] = [
    (CUSTOMER, UNCERTIFIED, False),
    (STRANGER, UNCERTIFIED, False),
    *((AGENT, agent, False) for agent in (*TIERS, *OUT_OF_FORCE)),
    (SUPERVISOR, UNCERTIFIED, True),
    (AGENT, TIERS[1], True),
    (CUSTOMER, TIERS[2], True),
    (NOBODY, TIERS[2], False),
]
ARGUMENT = {Action.ANSWER: 2, Action.RATE: 5, Action.REPOLICY: 5}
ADDRESSED = {Action.ASSIGN: AGENT, Action.CLAIM: CUSTOMER}
ARGUMENTS = [*range(8), 0xFFFF, 1 << 16, (1 << 160) - 1, 1 << 160, (1 << 256) - 1]
UNKNOWN = 14
STAFF = [Action.ANSWER, Action.NOTE, Action.ASSIGN, Action.HOLD, Action.RESUME, Action.SOLVE, Action.REPOLICY]
STAFF.append(Action.CLAIM)


def state(status: Status = Status.OPEN, **changes: object) -> TicketState:
    """A ticket of three customer messages; the last one waits unless it is Pending or settled."""
    settled = status in (Status.SOLVED, Status.CLOSED)
    plain = TicketState(
        customer=CUSTOMER,
        opened_at=T,
        respond_by=T + 3_600,
        policy=1,
        assignee=AGENT,
        resolve_by=T + DAY,
        paused_at=T + 100 if status in (Status.PENDING, Status.ON_HOLD) else 0,
        status=status,
        level=0,
        version=1,
        flags=0,
        rating=0,
        unseen=0 if settled or status == Status.PENDING else 1,
        staff_run=1,
        tier=1,
        escalated_at=0,
        settled_at=T + 5_000 if settled else 0,
        paused_total=50,
        entries=8,
        customer_seq=3,
        staff_seq=4,
        head=keccak(b"head"),
    )
    return plain._replace(**changes)


EXISTING = list(Action)[1:]  # all but Open
CLOCKED = [Action.REPLY, Action.ANSWER, Action.SOLVE, Action.ESCALATE, Action.CLOSE, Action.NOTE, Action.RATE]

Case = tuple[TicketState, Entry, Context]


def case(
    t: TicketState,
    action: int,
    actor: Address = AGENT,
    agent: Agent = TIERS[1],
    *,
    supervisor: bool = False,
    argument: int | None = None,
    seen: int | None = None,
    committed: bool | None = None,
    auth: Auth = Auth.SENT,
    time: int = T + 200,
    policy: int | None = None,
    proposed: Policy | None = None,
    assignee: Agent = TIERS[1],
    successor: Address = NOBODY,
) -> Case:
    """One action, with what it usually carries unless it is said otherwise."""
    if argument is None:
        argument = int.from_bytes(ADDRESSED[action]) if action in ADDRESSED else ARGUMENT.get(action, 0)
    staff = action in STAFF or action not in list(Action)
    if committed is None:
        committed = action != Action.ESCALATE and (action != Action.CLOSE or actor == CUSTOMER)
    entry = Entry(
        action,
        auth,
        actor,
        argument,
        (t.customer_seq if staff else 0) if seen is None else seen,
        COMMITMENT if committed else NOTHING,
    )
    if action == Action.REPOLICY and argument in POLICIES and proposed is None:
        proposed = Policy(POLICIES[argument])
    certified = staff or (action == Action.REPLY and t.customer == NOBODY)
    context = Context(
        time,
        Policy(POLICIES[t.policy if policy is None else policy]),
        agent if certified else UNCERTIFIED,
        assignee=assignee if action == Action.ASSIGN else UNCERTIFIED,
        supervisor=supervisor,
        proposed=proposed
        or (Policy(POLICIES[argument]) if action == Action.REPOLICY and argument in POLICIES else None),
        successor=successor,
    )
    return t, entry, context


def rightful(t: TicketState, action: Action) -> list[dict[str, object]]:
    """Who may do this to a ticket, as arguments of `case`."""
    customer = {"actor": CUSTOMER, "agent": UNCERTIFIED}
    if action == Action.REPLY and t.customer == NOBODY:
        return [{"auth": Auth.RECORDED, "agent": TIERS[0]}]
    if action in (Action.REPLY, Action.RATE):
        return [customer]
    if action == Action.CLOSE:
        return [customer, {"actor": STRANGER, "agent": UNCERTIFIED}]
    if action == Action.REPOLICY:
        return [{"actor": SUPERVISOR, "agent": UNCERTIFIED, "supervisor": True}]
    return [{}]


def who(status: Status, customer: Address) -> Iterator[Case]:
    """Every action by every kind of actor."""
    t = state(status, customer=customer)
    for action, (actor, agent, supervisor) in product([*Action, UNKNOWN], ACTORS):
        yield case(t, action, actor, agent, supervisor=supervisor)


def edges(t: TicketState, around: Iterable[int] = (-1, 0, 1)) -> list[int]:
    """Each instant at which something becomes late, too late, or possible; and one second around it."""
    terms = POLICIES[t.policy]
    due = t.resolve_by + min(terms.pause_allowance, t.paused_total)
    instants = {T, t.settled_at, t.settled_at + terms.reopen_window, t.settled_at + 30 * DAY}
    instants |= {
        t.respond_by,
        due,
        t.resolve_by + terms.pause_allowance,
        t.escalated_at + terms.escalate_every,
    }
    if t.paused_at:
        instants.add(t.paused_at + terms.pause_allowance)
    return sorted({edge + by for edge in instants if edge >= T for by in around})


def when(t: TicketState, actions: Iterable[Action], around: Iterable[int]) -> Iterator[Case]:
    """Actions by those who may, before, at and after every deadline."""
    for action in actions:
        for by, time in product(rightful(t, action), edges(t, around)):
            yield case(t, action, time=time, **by)


def timed_states() -> Iterator[TicketState]:
    """States whose clocks differ from the plain ones."""
    answered, late = int(Flag.ANSWERED), Flag.ANSWERED | Flag.LATE_RESOLVE
    yield state(flags=answered)
    yield state(Status.ON_HOLD, unseen=0, flags=late, paused_total=4)
    yield state(Status.PENDING, paused_total=7_150)
    yield state(Status.PENDING, paused_total=(1 << 32) - 5)
    yield state(Status.SOLVED, resolve_by=T + 4_000)
    yield state(Status.SOLVED, resolve_by=0, flags=late)
    yield state(Status.CLOSED, rating=3)
    yield state(level=1, escalated_at=T + 3_601)
    yield state(level=1, escalated_at=T + DAY, flags=late, resolve_by=T + DAY + 60)
    for policy in (2, 3, 6):
        none = policy == 2
        clocks = {"respond_by": 0, "resolve_by": 0} if none else {}
        for status in (Status.OPEN, Status.PENDING, Status.SOLVED):
            yield state(status, policy=policy, **clocks)


def reading() -> Iterator[Case]:
    """What staff say to have read, against what waits."""
    for action, unseen in product(STAFF, (0, 1, 2, 9)):
        for seen in sorted({0, 1, 12 - unseen - 1, 12 - unseen, 12 - unseen + 1, 11, 12, 13, (1 << 32) - 1}):
            t = state(unseen=unseen, customer_seq=12)
            for by in rightful(t, action):
                yield case(t, action, seen=seen, **by)
    for action, seen in product((Action.REPLY, Action.RATE, Action.CLOSE, Action.ESCALATE), (1, 3)):
        yield case(state(), action, CUSTOMER, UNCERTIFIED, seen=seen)
    for unseen in (7, 8, 9):
        yield case(state(unseen=unseen, customer_seq=9), Action.REPLY, CUSTOMER, UNCERTIFIED)


def runs() -> Iterator[Case]:
    """Staff entries in a row, near the limit; customers start a new one."""
    for action, staff_run, unseen in product([*STAFF, Action.REPLY], (0, 15, 16), (0, 1)):
        for status in (Status.OPEN, Status.ON_HOLD):
            t = state(
                status,
                staff_run=staff_run,
                unseen=unseen,
                customer=NOBODY if action == Action.CLAIM else CUSTOMER,
            )
            for by in rightful(t, action):
                yield case(t, action, **by)


def tiers() -> Iterator[Case]:
    """What answers needs the ticket's tier; what does not, does not."""
    for tier, agent, action, unseen in product((1, 2), TIERS, STAFF, (0, 1)):
        yield case(state(tier=tier, unseen=unseen), action, agent=agent)


def certificates() -> Iterator[Case]:
    """A certificate's first second, its last, and those around them."""
    now = T + 200
    for from_, until in ((now, NEVER), (now + 1, NEVER), (1, now), (1, now + 1)):
        agent = Agent(from_, until, AgentStatus.CERTIFIED, 1)
        for action in STAFF:
            yield case(state(), action, agent=agent, assignee=agent)
        yield case(state(customer=NOBODY), Action.REPLY, agent=agent, auth=Auth.RECORDED)
        argument = int.from_bytes(COLLEAGUE)
        yield case(
            state(),
            Action.ASSIGN,
            SUPERVISOR,
            UNCERTIFIED,
            supervisor=True,
            assignee=agent,
            argument=argument,
        )


def arguments() -> Iterator[Case]:
    """Every action with arguments around the limits of its own."""
    people = [int.from_bytes(one) for one in (CUSTOMER, AGENT, COLLEAGUE, SUCCESSOR)]
    for action, status, customer in product(
        Action, (Status.OPEN, Status.SOLVED, Status.ON_HOLD), (CUSTOMER, NOBODY)
    ):
        t = state(status, customer=customer)
        for by, argument in product(rightful(t, action), [*ARGUMENTS, *people]):
            yield case(t, action, argument=argument, successor=SUCCESSOR, **by)
    late = T + 8 * DAY
    for argument in (0, *people, 1 << 160):
        yield case(
            state(Status.SOLVED), Action.CLOSE, STRANGER, time=late, argument=argument, successor=SUCCESSOR
        )
        yield case(state(Status.SOLVED), Action.CLOSE, STRANGER, time=late, argument=argument)


def contents() -> Iterator[Case]:
    """Every action with a content and without."""
    for action, status, unseen, committed in product(EXISTING, Status, (0, 1), (False, True)):
        t = state(status, unseen=unseen)
        for by, time in product(rightful(t, action), (T + 200, T + 8 * DAY)):
            yield case(t, action, committed=committed, time=time, **by)


def escalations() -> Iterator[Case]:
    """Both clocks, near each other, with levels left and not, escalated before, between and after."""
    for level, escalated, resolve_by in product(
        (0, 1, 2, 255), (0, T + 3_600, T + 3_601, T + 3_900, T + 4_200), (0, T + 3_300, T + 3_600, T + 3_800)
    ):
        t = state(level=level, escalated_at=escalated, resolve_by=resolve_by, paused_total=0)
        for time in (T + 3_600, T + 3_601, T + 4_199, T + 4_200, T + 4_800):
            yield case(t, Action.ESCALATE, STRANGER, UNCERTIFIED, time=time)
    for escalated in (T + 3_599, T + 3_600, T + 3_601):
        t = state(unseen=0, level=1, escalated_at=escalated, resolve_by=T + 3_600, paused_total=0)
        yield case(t, Action.ESCALATE, STRANGER, UNCERTIFIED, time=T + 3_700)
    for flags, paused_at in product((0, Flag.LATE_RESOLVE), (T + DAY - 10, T + DAY + 50)):
        t = state(Status.ON_HOLD, unseen=0, flags=int(flags), paused_at=paused_at)
        for time in edges(t):
            yield case(t, Action.ESCALATE, STRANGER, UNCERTIFIED, time=time)


def promises() -> Iterator[Case]:
    """Every policy for another, with messages waiting or not, answered or not, and tight deadlines."""
    by = {"actor": SUPERVISOR, "agent": UNCERTIFIED, "supervisor": True}
    for old, new in product(range(1, 7), POLICIES):
        t = state(policy=old, tier=POLICIES[old].tier)
        yield case(t, Action.REPOLICY, argument=new, **by)
    for unseen, flags, deadlines in product(
        (0, 1), (0, 1), ((0, 0), (T + 250, T + 260), (T + DAY, T + 2 * DAY))
    ):
        t = state(unseen=unseen, flags=flags, respond_by=deadlines[0], resolve_by=deadlines[1])
        yield case(t, Action.REPOLICY, **by)
    yield case(state(), Action.REPOLICY, proposed=Policy(STRICT, retired=True), **by)


def drawn(draw: random.Random, count: int) -> Iterator[Case]:
    """Anything at all."""
    bases = [*timed_states(), *map(state, Status), *(state(status, customer=NOBODY) for status in Status)]
    for _ in range(count):
        t = draw.choice(bases)
        actor, agent, supervisor = draw.choice(ACTORS)
        action = draw.choice(list(Action))
        yield case(
            t,
            action,
            actor,
            agent,
            supervisor=supervisor,
            argument=draw.choice([None, *ARGUMENTS]),
            seen=draw.choice([None, 0, 2, 3, 4]),
            committed=draw.choice([None, True, False]),
            auth=draw.choice(list(Auth)),
            time=draw.choice(edges(t)) + draw.choice((0, 0, 7, 1_000)),
        )


def transitions() -> Iterator[Case]:
    """All cases, some of them twice."""
    for status, customer in product(Status, (CUSTOMER, NOBODY)):
        yield from who(status, customer)
        yield from when(state(status, customer=customer), EXISTING, (-1, 0, 1))
    for t in timed_states():
        yield from when(t, CLOCKED, (0, 1))
    for part in (reading, runs, tiers, certificates, arguments, contents, escalations, promises):
        yield from part()
    yield from drawn(random.Random(712), 500)


OpeningCase = tuple[Opening, int, Auth, Context, Address]


def openings() -> Iterator[OpeningCase]:
    """Openings of both kinds, under every policy, through every door."""
    keyed, keyless = (CUSTOMER, CUSTOMER), (AGENT, NOBODY)
    doors = [(keyed, Auth.SENT), (keyed, Auth.ECDSA), (keyed, Auth.ERC1271), (keyless, Auth.RECORDED)]
    for number, (people, auth), sender, terms in product(range(7), doors, (CUSTOMER, GATE), range(3)):
        yield an_opening(number, people, auth, sender, terms)
    for agent, number in product((UNCERTIFIED, *TIERS, *OUT_OF_FORCE), (1, 2, 3)):
        yield an_opening(number, keyless, Auth.RECORDED, AGENT, agent=agent)
    for hour in range(0, 168, 5):
        yield an_opening(3, keyed, Auth.ECDSA, STRANGER, time=T + hour * 3_600 + hour)
    for number in (0, 1, 4):
        yield an_opening(number, keyed, Auth.SENT, CUSTOMER, committed=False)
        yield an_opening(number, keyed, Auth.SENT, CUSTOMER, retired=True)


def an_opening(
    number: int,
    people: tuple[Address, Address],
    auth: Auth,
    sender: Address,
    terms: int = 1,
    *,
    agent: Agent = TIERS[0],
    committed: bool = True,
    retired: bool = False,
    time: int = T,
) -> OpeningCase:
    """One opening; *terms* are numbered as the format says."""
    policy = Policy(POLICIES[number], retired) if number else None
    shown = (NOTHING, policy.terms.hash if policy else NOTHING, OTHER)[terms]
    asked = Opening(*people, number, shown, COMMITMENT if committed else NOTHING)
    return asked, terms, auth, Context(time, policy, agent if auth == Auth.RECORDED else UNCERTIFIED), sender


def business_hours() -> Iterator[tuple[int, int, int]]:
    """Words of hours, starts and durations: edges of hours and weeks, and anything at all."""
    draw = random.Random(713)
    masks = [1, 1 << 167, (1 << 168) - 1, WEEKDAYS.mask, 0b101]
    for mask, offset, duration in product(masks, (-720, -30, 0, 345, 840), (1, 3_600, 3_601, 10**6)):
        for start in (0, 3_599, T, T // 3_600 * 3_600):
            yield BusinessHours(mask, offset).word, start, duration
    for _ in range(250):
        mask = draw.choice(
            (draw.getrandbits(168), draw.getrandbits(168) & draw.getrandbits(168), 1 << draw.randrange(168))
        )
        start, duration = (
            draw.randrange(1 << 34),
            draw.choice((draw.randrange(1 << 32), draw.randrange(1 << 18))),
        )
        yield BusinessHours(mask or 1, draw.randrange(-720, 841)).word, start, duration
    yield from ((0, T, 0), (0, T, 1), (WEEKDAYS.word, T, 0), (0, T, (1 << 32) - 1))
    yield BusinessHours(1).word, 0, (1 << 32) - 1
