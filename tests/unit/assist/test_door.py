"""The door: what people write is without secrets before it is committed to, kept, sent, or told."""

import json
import random
import traceback
from dataclasses import asdict

import pytest

from supportledger.assist import guard
from supportledger.desk.clerk import NewTicket
from supportledger.desk.contents import Attachment
from supportledger.desk.conversations import Message
from supportledger.errors import InputError
from supportledger.model.incident import SecretKind, kinds_in
from supportledger.wiring.memory import memory_desk
from tests.unit.assist.phrases_of import phrase

PHRASE = " ".join(phrase("english", 12, random.Random(1)))
MARK = "[removed:seed-phrase]"
SEED = (SecretKind.SEED_PHRASE,)


@pytest.fixture
def desk():
    return memory_desk()


def test_an_opening_keeps_the_mark_and_not_the_phrase(desk):
    """Body and subject are marked, the outcome tells what was removed, and the record verifies."""
    done = desk.tickets.open(f"Hello: {PHRASE}", subject=PHRASE)
    view = desk.tickets.get(done.ticket)
    assert SEED == done.removed == view.removed
    assert (f"Hello: {MARK}", MARK) == (view.entries[0].body, view.entries[0].fields.values()["subject"])
    assert PHRASE not in repr(desk.store.contents(done.ticket))
    desk.tickets.verify(done.ticket).raise_for_failure()


def test_everybody_and_every_action_comes_through_the_door(desk):
    """Replies, answers, notes, holds, solutions, ratings, lines and many at once are all marked."""
    (opened,) = desk.tickets.open_many([NewTicket(PHRASE)])
    ticket = opened.ticket
    acts = [
        opened,
        desk.tickets.reply(ticket, PHRASE.encode()),
        desk.tickets.note(ticket, PHRASE),
        desk.tickets.answer(ticket, PHRASE, status="open"),
        desk.tickets.hold(ticket, PHRASE),
        desk.tickets.resume(ticket, PHRASE),
        desk.tickets.solve(ticket, PHRASE),
        desk.tickets.rate(ticket, 5, PHRASE),
    ]
    (said,) = desk.conversations.say(ticket, Message(PHRASE))
    assert [SEED] * 9 == [one.removed for one in (*acts, said)]
    assert [MARK] * 9 == [*(one.body for one in desk.tickets.history(ticket)), said.body]


def test_a_file_is_marked_before_it_is_hashed(desk):
    """Text in any encoding loses its phrase and keeps its encoding; other files stay as they are."""
    picture = Attachment("a.png", b"\x89PNG\r\n\x1a\n\0" + PHRASE.encode(), "image/png")
    wide = Attachment("b.txt", f"\ufeffmine: {PHRASE}\n".encode("utf-16-le"), "text/plain")
    named = Attachment(f"{PHRASE}.csv", b"a,b\n", "text/csv")
    done = desk.tickets.open("See the files", attachments=[picture, wide, named])
    kept = desk.store.attachments(done.ticket, done.entry.commitment)
    marked = f"\ufeffmine: {MARK}\n".encode("utf-16-le")
    assert [picture.data, marked, b"a,b\n"] == [desk.files.read(one.location) for one in kept]
    assert ["a.png", "b.txt", f"{MARK}.csv"] == [one.name for one in kept]
    assert ["image/png", "text/plain; removed=seed-phrase", "text/csv"] == [one.media_type for one in kept]
    assert SEED == done.removed == kinds_in(kept[1].media_type)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030", "cp1252"]
)
def test_a_text_file_is_read_in_its_encoding(encoding):
    """The rest of the file is byte for byte as it was."""
    text = f"é: {PHRASE} §\r\n"
    if encoding == "gb18030":
        text = f"助记词：{PHRASE} 谢谢\r\n"
    done = guard.redact_file(text.encode(encoding))
    assert text.replace(PHRASE, MARK).encode(encoding) == done.data


def test_nothing_that_is_given_back_or_shown_holds_the_secret():
    """Findings, what is redacted, and what people gave show neither the phrase nor a word of it."""
    done, file = guard.redact(f"x {PHRASE}"), guard.redact_file(PHRASE.encode())
    given = (
        NewTicket(PHRASE, PHRASE, more={"author": PHRASE}),
        Attachment(PHRASE, PHRASE.encode()),
        Message(PHRASE),
    )
    shown = "".join(f"{one!r}{one}" for one in (done, file, *done.findings, *given))
    assert [] == [word for word in PHRASE.split() if len(word) > 4 and word in shown]
    assert {"kind", "start", "end", "certainty"} == set(asdict(done.findings.items[0]))


def test_a_refusal_does_not_repeat_the_secret(desk):
    """Neither message nor traceback of what fails further in has it."""
    with pytest.raises(InputError) as refused:
        desk.tickets.open(f"{PHRASE} \ud800")
    assert PHRASE not in "".join(traceback.format_exception(refused.value))


def test_the_command_line_warns_and_goes_on(cli, ticket):
    """Exit code 0, a warning on stderr in the reader's language, and no word of the phrase anywhere."""
    done = cli("ticket", "reply", ticket, PHRASE, "--json")
    assert (0, ["seed-phrase"]) == (done.code, done.data["removed"])
    assert "seed phrase" in done.err
    assert PHRASE not in done.out + done.err
    shown = cli("ticket", "show", ticket)
    assert f"{MARK}" in shown.out
    assert "security incident: removed seed-phrase" in shown.out
    assert ["seed-phrase"] == cli("ticket", "show", ticket, "--json").data["removed"]
    chinese = cli("ticket", "say", ticket, PHRASE)
    assert "Line" in chinese.out
    assert "seed phrase" in chinese.err


@pytest.mark.parametrize("arguments", [["ticket", "open", *PHRASE.split()], ["-v", "ticket", "show", PHRASE]])
def test_a_command_line_that_fails_does_not_repeat_the_secret(cli, arguments):
    """A phrase in the wrong place is not in the message, the JSON or the traceback."""
    failed = cli(*arguments, "--json")
    assert failed.code != 0
    assert json.loads(failed.out)["error"]["message"]
    assert [] == [word for word in PHRASE.split()[1:] if f" {word} " in failed.out + failed.err]


def test_the_warning_speaks_english_and_chinese():
    """It names what was removed and what to do; other languages are told in English."""
    assert "a seed phrase and a card number" in guard.warning(
        (SecretKind.CARD_NUMBER, SecretKind.SEED_PHRASE)
    )
    assert "助记词" in guard.warning(SEED, "zh-Hant")
    assert guard.warning(SEED) == guard.warning(SEED, "fr")
    assert "" == guard.warning(())
