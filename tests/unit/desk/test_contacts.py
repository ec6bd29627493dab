"""What is said of a contact follows from the log alone, and nothing is called safe."""

from datetime import UTC, datetime

import pytest

from supportledger.desk.contact_values import normalised, readings
from supportledger.desk.contacts import Contacts, Word
from supportledger.desk.lookalikes import hosts_alike, is_one_edit_away, names_alike, skeleton
from supportledger.errors import BundleFormatError, Conflict, InputError, NotFound
from supportledger.model.agent import UNCERTIFIED, Agent, AgentStatus
from supportledger.model.ids import Address
from supportledger.proof.contact_line import LOG, ContactKind, ContactLine, ContactStep

NOW = 1_767_225_600
VOUCHES = Address(bytes(range(20)))
AGENT = "0x00000000219ab540356cBB839Cbe05303d7705Fa"
OLD_AGENT = "0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe"
GATE = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


class _Clock:
    time = NOW

    def now(self):
        return datetime.fromtimestamp(self.time, UTC)


def _certificate(address):
    if str(address) == AGENT:
        return Agent(NOW - 10, NOW + 1_000, AgentStatus.CERTIFIED, tier=1)
    if str(address) == OLD_AGENT:
        return Agent(NOW - 10, NOW - 5, AgentStatus.REVOKED, tier=1)
    return UNCERTIFIED


@pytest.fixture
def clock():
    """The time."""
    return _Clock()


@pytest.fixture
def contacts(desk, clock):
    """The contacts of a desk with some of each kind."""
    made = Contacts(desk.logs, clock, _certificate)
    for kind, text in (
        (ContactKind.MAIL, "Help@Ledgerdesk.example"),
        (ContactKind.SITE, "https://www.ledgerdesk.example/"),
        (ContactKind.SITE, "https://ledgerdesk.example"),
        (ContactKind.SITE, "https://social.example/ledgerdesk"),
        (ContactKind.PHONE, "+1 (650) 253-0000"),
        (ContactKind.TELEGRAM, "https://t.me/LedgerDesk"),
        (ContactKind.X, "@ledgerdesk"),
        (ContactKind.DISCORD, "discord.gg/AbCdEf"),
        (ContactKind.CHAIN, GATE.lower()),
    ):
        made.add(kind, text, by=VOUCHES)
    return made


OFFICIAL = [
    "help@ledgerdesk.example",
    "HELP@LEDGERDESK.EXAMPLE",
    "mailto:help@ledgerdesk.example?subject=x",
    "Ledger Desk <help@ledgerdesk.example>",
    "ledgerdesk.example",
    "http://ledgerdesk.example/any/page?q=1#x",
    "HTTPS://WWW.LEDGERDESK.EXAMPLE:443",
    "ｌｅｄｇｅｒｄｅｓｋ.example",
    "ledgerdesk。example",
    "https://social.example/ledgerdesk/posts/1",
    "+16502530000",
    "+1 650-253-0000",
    "0016502530000",
    "tel:+1-650-253-0000",
    "＋１６５０２５３００００",
    "t.me/ledgerdesk",
    "@LedgerDesk",
    "https://twitter.com/ledgerdesk",
    "https://discord.gg/AbCdEf",
    GATE,
    GATE.lower(),
    "  ledgerdesk.example\u200b ",
]


@pytest.mark.parametrize("text", OFFICIAL)
def test_official_contacts_are_known_however_they_are_written(text, contacts):
    """A contact of the log is official, and who vouches for it is named."""
    found = contacts.check(text)
    assert Word.OFFICIAL == found.word
    assert VOUCHES == found.contact.actor


LOOKALIKES = [
    "help@ledqerdesk.example",
    "help@ledgerdesk.org",
    "he1p@ledgerdesk.example",
    "hlep@ledgerdesk.example",
    "help@ledgerdesk-example.net",
    "ledgerdesk.example@mail.test",
    "help@ledgerdesk.example <thief@mail.test>",
    "1edgerdesk.example",
    "ledgerdesk.exarnple",
    "ledgredesk.example",
    "ledgerdes.example",
    "lеdgerdesk.example",  # the second letter is Cyrillic
    "xn--ldgerdesk-tbg.example",  # the same, as it is looked up
    "ledgerdesk.example.login.test",
    "https://ledgerdesk.example@thief.test/",
    "https://ledgerdesk.example\\@thief.test/",
    "https://thief.test/ledgerdesk.example/login",
    "ledger-desk.test",
    "ledgerdesk-support.test",
    "myledgerdesk.test",
    "https://socia1.example/ledgerdesk",
    "+1 650 253 0001",
    "+1 650 253 0010",
    "+1 650 235 0000",
    "@ledgerdesk_support",
    "@lеdgerdesk",  # Cyrillic
    "@ledgerdeskk",
    "t.me/1edgerdesk",
    "discord.gg/abcdef",
    GATE[:6] + "0" * 32 + GATE[-4:],
]


@pytest.mark.parametrize("text", LOOKALIKES)
def test_what_could_be_taken_for_ours_is_a_warning(text, contacts):
    """What is not in the log and could be taken for something there is a lookalike of that (L11.5)."""
    found = contacts.check(text)
    assert Word.LOOKALIKE == found.word
    assert found.contact is not None


UNKNOWN = [
    "someone@elsewhere.test",
    "elsewhere.test",
    "help.ledgerdesk.example",
    "sales@ledgerdesk.example",
    "https://ledgerdesk.example:8443/",
    "https://social.example/stranger",
    "+44 20 7946 0018",
    "@somebody",
    "0x" + "12" * 20,
    "what is this?",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_everything_else_is_unknown(text, contacts):
    """What is neither in the log nor like something there is unknown."""
    assert Word.UNKNOWN == contacts.check(text).word


@pytest.mark.parametrize("text", ["", "   ", "\u202e", "a" * 600])
def test_nothing_can_be_asked_of_nothing(text, contacts):
    """An empty or very long question is refused."""
    with pytest.raises(InputError):
        contacts.check(text)


def test_what_lies_below_an_official_site_says_whose_it_is(contacts):
    """An unknown host below an official one is unknown, and the official one is named."""
    found = contacts.check("help.ledgerdesk.example")
    assert (Word.UNKNOWN, "ledgerdesk.example") == (found.word, found.contact.value)


def test_agents_are_known_by_their_certificates(contacts):
    """An address with a certificate is an agent's while that is in force, and was one's afterwards."""
    assert (Word.AGENT, NOW + 1_000) == _agent(contacts.check(AGENT))
    assert (Word.WAS_AGENT, NOW - 5) == _agent(contacts.check(OLD_AGENT))


def _agent(found):
    return found.word, found.certificate.until


def test_revoked_contact_was_official(contacts, clock):
    """A contact that was revoked was official until then, and can be made official again (L11.4)."""
    clock.time += 100
    contacts.revoke(ContactKind.MAIL, "help@ledgerdesk.example", since=NOW + 50)
    found = contacts.check("help@ledgerdesk.example")
    assert (Word.WAS_OFFICIAL, NOW, NOW + 50) == (found.word, found.contact.since, found.contact.until)
    contacts.add(ContactKind.MAIL, "help@ledgerdesk.example")
    assert Word.OFFICIAL == contacts.check("help@ledgerdesk.example").word


def test_contact_ends_by_itself(contacts, clock):
    """A contact with an end is official until that second."""
    contacts.add(ContactKind.MAIL, "fair@events.test", until=NOW + 10)
    clock.time += 9
    assert Word.OFFICIAL == contacts.check("fair@events.test").word
    clock.time += 1
    assert Word.WAS_OFFICIAL == contacts.check("fair@events.test").word


def test_contact_that_is_to_come_is_not_official_yet(contacts, clock):
    """A contact is not official before its first second."""
    contacts.add(ContactKind.MAIL, "new@events.test", since=NOW + 10)
    assert Word.UNKNOWN == contacts.check("new@events.test").word
    clock.time += 10
    assert Word.OFFICIAL == contacts.check("new@events.test").word


def test_official_contact_is_added_once(contacts):
    """What is official already is not added again, and what is not is not revoked."""
    with pytest.raises(Conflict):
        contacts.add(ContactKind.MAIL, "HELP@ledgerdesk.example")
    with pytest.raises(NotFound):
        contacts.revoke(ContactKind.MAIL, "nobody@ledgerdesk.example")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ContactKind.MAIL, "no mail"),
        (ContactKind.MAIL, "a@b"),
        (ContactKind.PHONE, "650 253 0000"),
        (ContactKind.PHONE, "+1"),
        (ContactKind.SITE, "localhost"),
        (ContactKind.SITE, "https://127.0.0.1/"),
        (ContactKind.TELEGRAM, "@lеdgerdesk"),
        (ContactKind.CHAIN, "0x12"),
        (ContactKind.DISCORD, "https://discord.gg/"),
    ],
)
def test_what_is_none_of_its_kind_is_not_added(kind, text, contacts):
    """A contact is one of its kind."""
    with pytest.raises(InputError):
        contacts.add(kind, text)


def test_another_process_reads_the_same(contacts, desk, clock):
    """Whoever opens the log anew knows the same contacts, and foreign lines say nothing."""
    desk.logs.append(LOG, [b"{}", b"nonsense"])
    contacts.add(ContactKind.MAIL, "late@ledgerdesk.example")
    other = Contacts(desk.logs, clock, _certificate)
    assert contacts.all() == other.all()
    assert 10 == len(other.official())


def test_line_of_a_contact_can_be_proven(contacts, desk):
    """A contact names its line, which is proven to be in the log like any other."""
    contact = contacts.check("help@ledgerdesk.example").contact
    desk.logs.checkpoint(LOG)
    proof = desk.logs.prove(LOG, contact.index)
    assert contact.value == ContactLine.from_bytes(proof.line).value


LINE = ContactLine(ContactStep.ADDED, ContactKind.MAIL, "a@b.example", NOW, VOUCHES, NOW, NOW + 1)


def test_line_comes_back_as_it_was():
    """A line is read as what was written (L11.1)."""
    assert LINE == ContactLine.from_bytes(LINE.to_bytes())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"added"', b'"praised"'),
        (b'"mail"', b'"pigeon"'),
        (b'"since":"', b'"since":"0'),
        (b'"since":"', b'"since":"-'),
        (b'":"', b'": "'),
        (b"v1", b"v2"),
        (b'"a@b.example"', b'""'),
        (b'"a@b.example"', b"1"),
        (b'"a@b.example"', b"[]"),
        (b'"value"', b'"valeu"'),
    ],
)
def test_altered_line_is_none(old, new):
    """What is written in any other way is no line (L11.2)."""
    with pytest.raises(BundleFormatError):
        ContactLine.from_bytes(LINE.to_bytes().replace(old, new))


def test_one_edit_is_one_edit():
    """One character more, less, other, or two neighbours swapped are one edit; nothing else is."""
    assert all(is_one_edit_away("desk", other) for other in ("des", "desks", "dusk", "dsek", "edsk", "xdesk"))
    assert not any(is_one_edit_away("desk", other) for other in ("desk", "de", "kesd", "dusks", "ksed", ""))


def test_skeletons_are_the_letters_that_meet_the_eye():
    """Letters of other scripts, digits and pairs become what they look like."""
    assert skeleton("modern") == skeleton("m0dem") == skeleton("ｍоｄｅrｎ")
    assert skeleton("paypal") == skeleton("ΡаyPаl")


def test_short_names_are_compared_as_they_are():
    """Names of a few letters are not compared by edits."""
    assert not names_alike("abd", "abc")
    assert not hosts_alike("x.test", "y.example")


def test_normalising_again_changes_nothing(contacts):
    """What is kept is read as itself (L11.3)."""
    assert [one.value for one in contacts.all()] == [
        normalised(one.kind, one.value) for one in contacts.all()
    ]


@pytest.mark.parametrize(
    "text", ["https://[::1", "a" * 500, "@", "@@", "://", "\x00", "mailto:", "0x", "https://"]
)
def test_nonsense_has_no_reading(text):
    """What makes no sense is read as nothing, without a fault."""
    assert all(one.value for one in readings(text))
