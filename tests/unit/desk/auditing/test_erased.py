"""An audit tells contents that were erased from those that were lost, and from those that are still there."""

import pytest

from supportledger.desk.auditing.auditor import Auditor
from supportledger.desk.auditing.findings import Conclusion
from supportledger.model.ids import NOBODY
from supportledger.proof.erasure import LOG, Ground, PrivacyLine, Step


@pytest.fixture
def closed(world):
    """A world whose first ticket is closed."""
    world.desk.tickets.close(world.first, "Thank you", by="customer")
    return world


def found(world):
    return [(str(one.anomaly), one.ticket, one.entry, one.detail) for one in world.report().findings]


def only(world):
    """Class and detail of the one finding, which is about the first entry of the first ticket."""
    [(anomaly, ticket, entry, detail)] = found(world)
    assert (world.first, 0) == (ticket, entry)
    return anomaly, detail


def say(world, step, ticket=None):
    line = PrivacyLine(ticket or world.first, step, world.ledger.now(), NOBODY, Ground.REQUEST)
    world.desk.privacy.erasures.note(line)


def test_an_erasure_that_is_anchored(closed):
    """A ticket that was erased as it should be is no finding (A3.21)."""
    closed.desk.privacy.erase(closed.first, Ground.REQUEST)
    closed.desk.privacy.anchor()
    assert (Conclusion.CLEAN, []) == (closed.report().conclusion, found(closed))


def test_an_erasure_whose_rows_are_gone(closed):
    """That what was erased is not even there is no finding (A3.21)."""
    closed.desk.privacy.erase(closed.first, Ground.REQUEST)
    closed.desk.privacy.anchor()
    for key in [one for one in closed.store._contents if one[0] == closed.first]:
        del closed.store._contents[key]
    assert [] == found(closed)


def test_an_erasure_that_is_not_anchored(closed):
    """Before the anchor it could not be checked (A3.21)."""
    closed.desk.privacy.erase(closed.first, Ground.REQUEST)
    anomaly, detail = only(closed)
    assert "could not check" == anomaly
    assert "not anchored yet" in detail


def test_a_key_that_was_destroyed_in_silence(closed):
    """A destroyed key without a line is a loss (A3.21)."""
    closed.store.vault.erase([closed.first], closed.ledger.now())
    anomaly, detail = only(closed)
    assert "content missing" == anomaly
    assert "no line says" in detail


@pytest.mark.parametrize(
    ("step", "told"), [(Step.BEGUN, "not finished"), (Step.CALLED_OFF, "no line says that it was erased")]
)
def test_an_erasure_that_was_broken_off(closed, step, told):
    """An erasure that was begun and not done, or called off and done all the same, is named (A3.21)."""
    say(closed, Step.BEGUN)
    if step is not Step.BEGUN:
        say(closed, step)
    closed.store.vault.erase([closed.first], closed.ledger.now())
    closed.desk.privacy.anchor()
    anomaly, detail = only(closed)
    assert "content missing" == anomaly
    assert told in detail


def test_contents_that_are_said_to_be_erased(closed):
    """A desk that says that it erased what it still has is found out, anchored or not (A3.22)."""
    say(closed, Step.ERASED)
    anomaly, detail = only(closed)
    assert "row without event" == anomaly
    assert "said to be erased" in detail
    closed.desk.privacy.anchor()
    assert anomaly == only(closed)[0]


def test_an_erasure_that_was_only_begun(closed):
    """As long as contents are whole, an erasure that was begun is nothing to report."""
    say(closed, Step.BEGUN)
    assert [] == found(closed)


def test_another_ticket_excuses_nothing(closed):
    """The line of one ticket does not excuse the loss of another's contents (A3.21)."""
    closed.desk.tickets.close(closed.second, by="customer")
    say(closed, Step.ERASED, closed.second)
    closed.store.vault.erase([closed.first, closed.second], closed.ledger.now())
    closed.desk.privacy.anchor()
    [(anomaly, ticket, _, _)] = found(closed)
    assert ("content missing", closed.first) == (anomaly, ticket)


def test_an_open_ticket_is_not_erased(world):
    """A line that was anchored before the ticket was closed excuses no loss (A3.21, V9.7)."""
    say(world, Step.ERASED)
    world.desk.privacy.anchor()
    world.store.vault.erase([world.first], world.ledger.now())
    anomaly, detail = only(world)
    assert "content missing" == anomaly
    assert "the ticket was not closed" in detail
    world.ledger.advance(60)
    world.desk.tickets.close(world.first, by="customer")
    assert anomaly == only(world)[0]


def test_a_line_that_is_dated_back(closed):
    """Nothing was erased before the ticket was closed, whatever a line says (V9.7)."""
    line = PrivacyLine(closed.first, Step.ERASED, 5, NOBODY, Ground.REQUEST)
    closed.desk.privacy.erasures.note(line)
    closed.desk.privacy.anchor()
    closed.store.vault.erase([closed.first], closed.ledger.now())
    anomaly, detail = only(closed)
    assert "content missing" == anomaly
    assert "closed later" in detail


def test_without_logs(closed):
    """An audit that does not look at logs cannot tell erased from lost, and says so."""
    closed.desk.privacy.erase(closed.first, Ground.REQUEST)
    closed.desk.privacy.anchor()
    auditor = Auditor(closed.ledger, closed.store.deployment, closed.store, files=closed.desk.files)
    [finding] = auditor.run().report.findings
    assert ("could not check", closed.first) == (str(finding.anomaly), finding.ticket)


def test_a_log_that_is_damaged(closed):
    """A line that is none is found by its hash, and tells nothing of what was erased."""
    closed.desk.privacy.erase(closed.first, Ground.REQUEST)
    closed.desk.privacy.anchor()
    closed.desk.logs._store._logs[LOG].lines[1] = b"nothing"
    assert {"checkpoint inconsistent", "could not check"} == {one[0] for one in found(closed)}
