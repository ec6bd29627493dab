"""An audit that goes on from its last checkpoint says what one from the deployment would say."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk.auditing import event_json
from supportledger.desk.auditing.checkpoint import opened
from supportledger.desk.auditing.findings import Conclusion
from supportledger.desk.auditing.keys import AuditKey
from supportledger.desk.policies import terms
from supportledger.errors import (
    ConfigError,
    Conflict,
    InputError,
    LedgerMismatch,
    SignatureMismatch,
    StoreError,
)
from supportledger.model.ids import Address
from supportledger.model.records import EntryRecord
from tests.unit.desk.auditing.test_store import edit_content, edit_record, edit_row, with_salt
from tests.unit.desk.auditing.world import altered

KEY = AuditKey.new()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "audit.checkpoint"


@pytest.fixture
def saved(world, path):
    """A world with a checkpoint of a clean audit."""
    world.audit().save(path, KEY, replace=False)
    return path


def resume(world, path, **more):
    with opened(path, world.store.deployment, KEY.public) as checkpoint:
        return world.audit(saved=checkpoint, **more)


def findings(report):
    return [(str(one.anomaly), one.ticket, one.entry) for one in report.findings]


def go_on(world):
    """Do more, of every kind."""
    world.ledger.advance(30)
    world.desk.tickets.reply(world.first, "Once more")
    world.desk.tickets.answer(world.first, "Here", signed=True)
    world.talk("A third question", signed=True)
    world.ledger.publish_policy(local_signer("supervisor"), terms(first_response="1h"))
    world.keep_log(b"one", b"two")


@pytest.mark.parametrize("store", [True, False])
def test_resuming_says_the_same(world, saved, store):
    """After more activity, both ways find nothing wrong, and count the same tickets (A4.6)."""
    go_on(world)
    full, resumed = world.report(store=store), resume(world, saved, store=store).report
    assert Conclusion.CLEAN is full.conclusion is resumed.conclusion
    same = (
        "tickets",
        "slots",
        "agents",
        "policies",
        "roles",
        "anchors",
        "contents",
        "rows",
        "statuses",
        "flags",
    )
    assert [getattr(full.figures, name) for name in same] == [getattr(resumed.figures, name) for name in same]
    assert full.figures.entries == resumed.figures.entries + 10
    assert resumed.since is not None


def test_checkpoints_of_both_ways_are_one(world, saved, tmp_path):
    """The states that a resumed audit saves are those that a full one saves."""
    go_on(world)
    one, other = tmp_path / "full", tmp_path / "resumed"
    full = world.audit().save(one, KEY, replace=False)
    resumed = resume(world, saved).save(other, KEY, replace=False)
    assert full == resumed
    assert one.read_bytes() == other.read_bytes()
    assert [] == findings(resume(world, other).report)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda world: edit_content(world, 1, with_salt),
        lambda world: edit_row(world, 1, argument=9),
        lambda world: edit_row(world, 2, transaction=b"\x08" * 32),
        lambda world: edit_row(world, 2, block_number=1),
        lambda world: edit_record(world, head=b"\x08" * 32),
        lambda world: edit_record(world, resolve_by=1),
        lambda world: world.store._entries[world.first].pop(2),
        lambda world: world.store._contents.pop(
            (world.first, world.store.entries(world.first)[0].commitment)
        ),
        lambda world: setattr(world.ledger, "claim", lambda ticket, _: b"\x08" * 32),
    ],
    ids=["salt", "row", "transaction", "block", "head", "clock", "lost row", "lost text", "slot"],
)
@pytest.mark.parametrize("more", [True, False], ids=["more", "nothing more"])
def test_old_tampering_is_still_found(world, saved, tamper, more):
    """What was tampered with since, in what the checkpoint covers, is found as a full audit finds it."""
    if more:
        go_on(world)
    tamper(world)
    full, resumed = findings(world.report()), findings(resume(world, saved).report)
    assert full
    assert {one[:2] for one in full} == {one[:2] for one in resumed}


def test_new_lies_are_found(world, saved):
    """Events after the checkpoint are judged from the states that it has."""
    go_on(world)
    world.ledger.tell = altered(5, world.first, commitment=b"\x08" * 32)
    assert ("state differs from slot", world.first, 5) in findings(resume(world, saved).report)
    world.ledger.tell = lambda events: [
        one
        for one in events
        if not (isinstance(one, EntryRecord) and (one.ticket, one.index) == (world.first, 5))
    ]
    assert ("entry omitted or reordered", world.first, 5) in findings(resume(world, saved).report)
    world.ledger.tell = lambda events: [
        one
        for one in events
        if not (isinstance(one, EntryRecord) and one.ticket == world.first and one.index > 4)
    ]
    assert ("state differs from slot", world.first, 5) in findings(resume(world, saved, store=False).report)


def test_a_revocation_that_reaches_back(world, saved):
    """A certificate that is revoked as of a time before the checkpoint makes the audit begin anew."""
    since = world.store.entries(world.first)[3].time
    world.ledger.revoke(local_signer("certifier"), local_signer("agent").address, since)
    full, resumed = world.report(), resume(world, saved).report
    assert findings(full) == findings(resumed)
    assert (None, 1) == (resumed.since, len(resumed.notes))


def test_a_chain_that_was_reorganised(world, saved, monkeypatch):
    """A checkpoint whose block the chain has no more is refused, and that is a finding (A4.5)."""
    block = world.ledger.block
    monkeypatch.setattr(
        world.ledger,
        "block",
        lambda number=None: replace(block(number), hash=b"\x08" * 32) if number else block(),
    )
    report = resume(world, saved).report
    assert [("chain reorganised since the last audit", None, None)] == findings(report)
    assert Conclusion.WRONG is report.conclusion


def test_a_chain_that_is_shorter(world, saved):
    """A node that has not the checkpoint's block yet, or any more, cannot be gone on with."""
    report = resume(world, saved, block=3).report
    assert [("chain reorganised since the last audit", None, None)] == findings(report)


def test_nothing_is_saved_of_an_audit_that_fails(world, path):
    """A checkpoint is of a clean audit, or there is none (A4.1)."""
    edit_content(world, 1, with_salt)
    with pytest.raises(Conflict, match="nothing to go on from"):
        world.audit().save(path, KEY, replace=True)
    assert not path.exists()


def test_nothing_is_replaced_unasked(world, saved):
    """A file that is there stays as it is, unless it is meant to go."""
    before = saved.read_bytes()
    with pytest.raises(Conflict, match="is there already"):
        world.audit().save(saved, KEY, replace=False)
    assert before == saved.read_bytes()
    go_on(world)
    world.audit().save(saved, KEY, replace=True)
    assert before != saved.read_bytes()
    assert [saved] == list(saved.parent.iterdir())


def test_a_place_that_cannot_be_written(world, tmp_path):
    """A folder that is not there is said, and nothing is left behind."""
    with pytest.raises(StoreError):
        world.audit().save(tmp_path / "none" / "file", KEY, replace=False)


def test_the_key_in_the_file_is_not_asked(world, saved):
    """A checkpoint that somebody else signed is refused, though it carries the key that fits (A4.4)."""
    forger = AuditKey.new()
    go_on(world)
    world.audit().save(saved, forger, replace=True)
    assert forger.public.hex() in saved.read_bytes().split(b"\n")[1].decode()
    with pytest.raises(SignatureMismatch):
        opened(saved, world.store.deployment, KEY.public)
    opened(saved, world.store.deployment, forger.public).__exit__()


def test_a_checkpoint_of_another_ledger(world, saved):
    """A checkpoint is of one ledger, on one chain, with one code."""
    with pytest.raises(LedgerMismatch):
        opened(saved, replace(world.store.deployment, chain_id=1), KEY.public)


def every_byte(path: Path):
    data = path.read_bytes()
    return data, (at for at in range(0, len(data), 23))


def test_no_altered_byte_is_believed(world, saved):
    """Whatever byte of a checkpoint is changed, it is refused, or what it covers is (A4.3)."""
    data, places = every_byte(saved)
    for at in places:
        changed = bytearray(data)
        changed[at] ^= 1
        saved.write_bytes(changed)
        with pytest.raises((SignatureMismatch, InputError)):
            resume(world, saved)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{}\n{}\n",
        b"[1]\n[2]\n",
        b"\xff" * 99,
        b"null\nnull\n",
        b"[" * 5_000 + b"\n[]\n",
        b"x" * (2 << 20),
    ],
    ids=["empty", "line", "objects", "lists", "bytes", "null", "nested", "long"],
)
def test_what_is_no_checkpoint(world, path, content):
    """Any other file is wrong input, and nothing worse."""
    path.write_bytes(content)
    with pytest.raises(InputError):
        opened(path, world.store.deployment, KEY.public)


def test_a_checkpoint_that_is_not_there(world, path):
    """A file that is missing is wrong input."""
    with pytest.raises(InputError, match="No such file"):
        opened(path, world.store.deployment, KEY.public)


def test_a_checkpoint_of_the_future(world, saved):
    """A version that this code does not know is refused with the way out."""
    said, *rest = saved.read_bytes().split(b"\n", 1)
    said = json.dumps(json.loads(said) | {"version": 2}).encode()
    saved.write_bytes(b"\n".join([said, *rest]))
    with pytest.raises(InputError, match="version 2"):
        opened(saved, world.store.deployment, KEY.public)


def test_a_cut_checkpoint(world, saved):
    """A file that lacks its end, or goes on behind it, is refused."""
    whole = saved.read_bytes()
    for content in (whole[:-1], whole + b"\0"):
        saved.write_bytes(content)
        with pytest.raises(SignatureMismatch):
            resume(world, saved)


def test_keys_are_kept(tmp_path):
    """A key is made once, for its owner's eyes, and found again."""
    path = tmp_path / "data" / "key.pem"
    made = AuditKey.of_file(path)
    assert made.public == AuditKey.of_file(path).public
    assert 0o600 == path.stat().st_mode & 0o777
    assert made.public.hex() in repr(made)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n", b"\xff\xfe"])
def test_what_is_no_key(tmp_path, content):
    """A file that is no key is a wrong setting."""
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    with pytest.raises(ConfigError):
        AuditKey.of_file(path)


def test_events_are_written_and_read(world):
    """All events but entries come back as they were."""
    go_on(world)
    world.ledger.retire_policy(local_signer("supervisor"), 1)
    world.ledger.name_successor(local_signer("admin"), Address(b"\x09" * 20))
    events = [one for part in world.ledger.events() for one in part]
    others = [one for one in events if not isinstance(one, EntryRecord)]
    assert 6 == len({type(one) for one in others})
    assert others == [event_json.from_json(json.loads(json.dumps(event_json.to_json(one)))) for one in others]
    with pytest.raises(InputError):
        event_json.to_json(next(one for one in events if isinstance(one, EntryRecord)))


@pytest.mark.parametrize(
    "written", [[], ["Other", [1, 2], ""], ["PolicyRetired", [1, 2], "00"], ["Anchored", 1, "00"]]
)
def test_what_is_no_event(written):
    """A malformed event is wrong input."""
    with pytest.raises(InputError):
        event_json.from_json(written)
