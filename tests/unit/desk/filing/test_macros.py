"""Macros propose texts: one's own or everybody's, with places and no code."""

from dataclasses import replace

import pytest

from supportledger.desk.filing.macros import Macro, Macros, fill
from supportledger.errors import Conflict, Denied, InputError, NotFound
from tests.unit.desk.filing.conftest import ANNA, BEN, CHIEF


@pytest.fixture
def macros(desk):
    """The macros of the desk."""
    return Macros(desk.store.cabinet)


def test_places_are_filled():
    """What is known of a ticket goes into its places; what is not leaves them empty."""
    macro = Macro("Hello", "Dear customer of {{handle}}, {{ agent }} here: {{subject}} {{product}}.")
    filled = fill(macro, {"handle": "abcd", "agent": "Anna", "subject": "Fees"})
    assert "Dear customer of abcd, Anna here: Fees ." == filled.text


def test_what_fills_a_place_is_not_filled_again():
    """A subject that contains a place is text, and nothing else."""
    filled = fill(Macro("Hello", "{{subject}}"), {"subject": "{{agent}}", "agent": "Anna"})
    assert "{{agent}}" == filled.text


@pytest.mark.parametrize(
    "text", ["{{secret}}", "{{agent.key}}", "{{ __class__ }}", "{{1+1}}", "{{}}", "", " "]
)
def test_unknown_places_are_refused(text):
    """A place that nothing fills is refused when the macro is written."""
    with pytest.raises(InputError):
        Macro("Hello", text)


def test_other_braces_are_text():
    """Braces that make no place stay as they are."""
    assert "{%x%} {agent} ${1}" == fill(Macro("x", "{%x%} {agent} ${1}"), {"agent": "Anna"}).text


def test_tags_are_added_and_taken_away():
    """The ticket's tags afterwards are those that it had, changed as the macro says."""
    macro = Macro("Hello", "Hi", tags=("vip", "new"), untags=("old",), status="solved", queue="cards")
    filled = fill(macro, {}, ("old", "new", "kept"))
    assert (("new", "kept", "vip"), "solved", "cards") == (filled.tags, filled.status, filled.queue)


def test_own_macros_are_ones_own(macros):
    """Nobody sees, changes or removes what is another's; it might as well not be there."""
    mine = macros.save(Macro("Mine", "Hi", owner=ANNA.person), ANNA)
    assert ["Mine"] == [one.title for one in macros.list(ANNA)]
    assert [] == macros.list(BEN)
    for act in (
        lambda: macros.get(mine.id, BEN),
        lambda: macros.remove(mine.id, BEN),
        lambda: macros.save(replace(mine, text="Ha"), BEN),
        lambda: macros.save(replace(mine, text="Ha", owner=BEN.person), BEN),
        lambda: macros.save(replace(mine, text="Ha", owner=None), CHIEF),
    ):
        with pytest.raises(NotFound):
            act()
    assert "Hi" == macros.get(mine.id, ANNA).text


def test_shared_macros_need_a_right(macros):
    """Everybody reads what is shared, and only who may arrange the desk changes it."""
    shared = macros.save(Macro("Ours", "Hi"), CHIEF)
    assert ["Ours"] == [one.title for one in macros.list(ANNA)]
    for act in (
        lambda: macros.save(Macro("Ours too", "Hi"), ANNA),
        lambda: macros.save(replace(shared, text="Ha"), ANNA),
        lambda: macros.remove(shared.id, ANNA),
    ):
        with pytest.raises(Denied):
            act()
    with pytest.raises(Conflict):
        macros.save(replace(shared, owner=ANNA.person), ANNA)
    macros.remove(shared.id, CHIEF)
    assert [] == macros.list(ANNA)


def test_macro_is_not_written_over(macros):
    """Who writes a macro that somebody else has written meanwhile is told so."""
    shared = macros.save(Macro("Ours", "Hi"), CHIEF)
    macros.save(replace(shared, text="Ho"), CHIEF)
    with pytest.raises(Conflict):
        macros.save(replace(shared, text="Ha"), CHIEF)


def test_macros_are_listed_for_a_language(macros):
    """Macros in other languages than the customer's are left out; those of none are for all."""
    for title, languages in (("A", ("zh",)), ("B", ("en",)), ("C", ())):
        macros.save(Macro(title, "Hi", languages=languages), CHIEF)
    assert ["A", "C"] == [one.title for one in macros.list(ANNA, "zh-CN")]


def test_macros_of_an_erased_person_are_gone(macros, desk):
    """What was a person's own goes with their key."""
    macros.save(Macro("Mine", "Hi", owner=ANNA.person), ANNA)
    desk.store.vault.erase([ANNA.person], 1)
    assert [] == macros.list(ANNA)
