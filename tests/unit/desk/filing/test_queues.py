"""Tickets come into the queue that fits, and agents see those that they can answer."""

import pytest

from supportledger.desk.agents import LANGUAGES, SKILLS
from supportledger.desk.filing.queues import Queue, Queues
from supportledger.errors import Conflict, InputError, NotFound
from supportledger.model.agent import Agent, AgentStatus
from supportledger.ports.filing import GENERAL


@pytest.fixture
def queues(desk):
    """The queues of the desk: some for languages, one for a product, one for nothing."""
    made = Queues(desk.store.cabinet, desk.store.filings, desk.store)
    made.save(Queue("chinese", {"en": "Chinese", "zh": "中文"}, languages=("zh",), rank=10))
    made.save(Queue("cards", products=("card",), rank=5))
    made.save(Queue("tax-german", languages=("de",), skills=("tax",), rank=1))
    made.save(Queue("by-hand", rank=0))
    return made


@pytest.mark.parametrize(
    ("about", "name"),
    [
        ({"language": "zh"}, "chinese"),
        ({"language": "zh-Hant-TW"}, "chinese"),
        ({"language": "ZH-cn"}, "chinese"),
        ({"language": "zhx"}, GENERAL),
        ({"language": "zh", "product": "card"}, "cards"),
        ({"language": "de"}, GENERAL),
        ({"language": "de", "skills": ["tax", "card"]}, "tax-german"),
        ({"language": "en", "skills": ["tax"]}, GENERAL),
        ({}, GENERAL),
    ],
)
def test_first_queue_that_fits_gets_the_ticket(queues, about, name):
    """Queues are tried by rank; one that names nothing gets nothing by itself."""
    assert name == queues.choose(**about)


def test_queues_come_back_as_they_were(queues):
    """A queue is kept with all that it says, and the general one is always there, last."""
    assert ("中文", "Chinese", "chinese") == (
        queues.get("chinese").titled("zh"),
        queues.get("chinese").titled("fr"),
        Queue("chinese").titled("en"),
    )
    assert ["by-hand", "tax-german", "cards", "chinese", GENERAL] == [one.name for one in queues.list()]
    assert ("tax",) == queues.get("tax-german").skills


@pytest.mark.parametrize(
    "about",
    [
        {"name": "Chinese"},
        {"name": ""},
        {"name": "../x"},
        {"name": "x" * 33},
        {"name": "x", "skills": ("juggling",)},
        {"name": "x", "policy": 0},
        {"name": "x", "policy": 70_000},
        {"name": "x", "title": {"en": ""}},
        {"name": "x", "products": ("",)},
    ],
)
def test_what_cannot_be_a_queue_is_refused(about):
    """A queue that nobody could have meant is refused when it is made."""
    with pytest.raises(InputError):
        Queue(**about)


def test_queue_is_not_written_over(queues):
    """Who writes a queue that somebody else has written meanwhile is told so."""
    with pytest.raises(Conflict):
        queues.save(Queue("chinese"))


def test_queue_with_tickets_stays(queues, desk, tickets):
    """A queue is removed once it has no tickets; until then it takes more."""
    queues.move(tickets, "chinese")
    assert {"chinese"} == {one.queue for one in desk.store.filings.filed(tickets).values()}
    with pytest.raises(Conflict, match="3 tickets"):
        queues.remove("chinese")
    assert "chinese" == queues.choose(language="zh")
    queues.move(tickets, GENERAL)
    queues.remove("chinese")
    assert GENERAL == queues.choose(language="zh")


def test_general_queue_stays(queues):
    """The general queue cannot be removed, and one that is not there cannot either."""
    with pytest.raises(Conflict):
        queues.remove(GENERAL)
    with pytest.raises(NotFound):
        queues.remove("nowhere")


def test_tickets_are_moved_into_queues_that_are_there(queues, tickets):
    """No ticket is filed in a queue that nobody has set up."""
    with pytest.raises(NotFound):
        queues.move(tickets, "nowhere")


def _certificate(skills=(), languages=()):
    return Agent(
        0,
        10,
        AgentStatus.CERTIFIED,
        1,
        sum(1 << SKILLS.index(one) for one in skills),
        sum(1 << LANGUAGES.index(one) for one in languages),
    )


def test_agents_see_the_queues_that_their_account_names(queues):
    """An account that names queues has those; one that names all has all, whatever the certificate says."""
    assert {"cards"} == queues.of_agent(["cards"], _certificate(languages=["zh"]))
    assert None is queues.of_agent(None, None)


def test_certificate_decides_where_the_account_names_none(queues):
    """Without names, an agent sees the queues whose skills and languages they have; without both, none."""
    everyones = {GENERAL, "cards", "by-hand"}
    assert everyones | {"chinese"} == queues.of_agent([], _certificate(languages=["zh", "en"]))
    assert everyones == queues.of_agent([], _certificate(skills=["tax"], languages=["en"]))
    assert everyones | {"tax-german"} == queues.of_agent([], _certificate(["tax"], ["de"]))
    assert frozenset() == queues.of_agent([], None)
