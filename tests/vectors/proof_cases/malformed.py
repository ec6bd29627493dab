"""Cases that fail at step 1: what is no proof file."""

import json
from collections.abc import Iterator

from tests.vectors.proof_cases.case import Case, edited, short, without
from tests.vectors.proof_story import never_relayed

FIRST = ["entries", 0]


def cases() -> Iterator[Case]:
    """Give them from the outside in."""
    for made in (broken_bytes, broken_json, broken_envelope, broken_values, broken_entries, broken_parts):
        for name, says, data in made():
            yield Case(name, says, data, short()[1], step=1)


def broken_bytes() -> Iterator[tuple[str, str, bytes]]:
    data, _ = short()
    yield "empty", "The file has no bytes.", b""
    yield "truncated", "The file was cut off.", data[: len(data) // 2]
    yield "trailing-byte", "Something follows the end.", data + b"}"
    yield "trailing-newline", "A line break follows the end.", data + b"\n"
    yield "byte-order-mark", "The file begins with a byte order mark.", b"\xef\xbb\xbf" + data
    yield "not-utf8", "A byte of a text is not UTF-8.", data.replace(b"It waits", b"It \xffaits")
    yield "utf16", "The file is in UTF-16.", data.decode().encode("utf-16")
    yield "twice", "The file is there twice.", data + data


def broken_json() -> Iterator[tuple[str, str, bytes]]:
    data, _ = short()
    yield "not-json", "The file is no JSON.", b"proof"
    yield "array", "The file is an array.", b"[]"
    yield (
        "duplicate-key",
        "A member is there twice.",
        data.replace(b'"kind":"ticket"', b'"kind":"ticket","kind":"ticket"'),
    )
    yield "float", "The version is 1.0.", data.replace(b'"version":1', b'"version":1.0')
    yield "nan", "A number is NaN.", data.replace(b'"version":1', b'"version":NaN')
    yield "infinity", "A number is Infinity.", data.replace(b'"version":1', b'"version":Infinity')
    huge = b'"version":' + b"1" * 5_000
    yield "huge-number", "A number has 5,000 digits.", data.replace(b'"version":1', huge)
    yield "lone-surrogate", "A text has half of a character.", data.replace(b"It waits.", b"It waits\\ud800")
    yield "deep", "Arrays lie in each other a hundred thousand deep.", b"[" * 100_000
    deeper = data.replace(b'"version":1', b'"version":1,"x":' + b"[" * 30 + b"]" * 30)
    yield "too-deep", "Arrays lie in each other thirty deep.", deeper
    yield "spaces", "The file was laid out for people.", json.dumps(json.loads(data), indent=1).encode()
    unsorted = json.dumps(dict(reversed(json.loads(data).items())), separators=(",", ":"), ensure_ascii=False)
    yield "unsorted", "Members are in another order.", unsorted.encode()
    yield "escaped", "A letter is escaped that need not be.", data.replace(b"It waits.", b"\\u0049t waits.")
    yield "negative-zero", "A number is -0.", data.replace(b'"version":1', b'"version":-0')


def broken_envelope() -> Iterator[tuple[str, str, bytes]]:
    data, _ = short()
    yield "other-format", "The file says that it is something else.", edited(data, ["format"], "other")
    yield "unknown-kind", "The file proves what nobody knows.", edited(data, ["kind"], "presence")
    yield "kind-array", "What the file proves is an array.", edited(data, ["kind"], [])
    yield "kind-swapped", "A ticket's file says that it proves an absence.", edited(data, ["kind"], "absence")
    yield "version-0", "A version that never was.", edited(data, ["version"], 0)
    yield "version-2", "A version of the future.", edited(data, ["version"], 2)
    yield "version-true", "The version is true.", edited(data, ["version"], True)
    yield "version-text", "The version is a text.", edited(data, ["version"], "1")
    yield "member-missing", "The policies are left out.", without(data, ["policies"])
    extra = edited(data, ["ledger"], lambda found: {**found, "name": "Alice's"})
    yield "member-added", "The ledger has a name.", extra


def broken_values() -> Iterator[tuple[str, str, bytes]]:
    data, _ = short()
    yield (
        "hex-capital",
        "An address is in capitals.",
        edited(data, [*FIRST, "actor"], lambda one: "0x" + one[2:].upper()),
    )
    yield "hex-odd", "Half a byte is missing.", edited(data, ["block", "header"], lambda one: one[:-1])
    yield "hex-bare", "The 0x is missing.", edited(data, ["ticket", "id"], lambda one: one[2:])
    yield "short-word", "A word has 31 bytes.", edited(data, ["ticket", "slot"], lambda one: one[:-2])
    yield (
        "long-address",
        "An address has 21 bytes.",
        edited(data, ["ledger", "address"], lambda one: one + "00"),
    )
    yield "negative", "A time is negative.", edited(data, [*FIRST, "time"], -1)
    yield "time-too-large", "A time has 41 bits.", edited(data, [*FIRST, "time"], 1 << 40)
    yield "number-as-text", "A time is a text.", edited(data, [*FIRST, "time"], str)
    yield "state-of-three", "The state has three words.", without(data, ["ticket", "state", 3])
    version = edited(data, ["ticket", "state", 2], lambda one: "0x02" + one[4:])
    yield "state-version", "The state is of an unknown version.", version
    status = edited(data, ["ticket", "state", 1], lambda one: one[:-4] + "09" + one[-2:])
    yield "state-status", "The state has an unknown status.", status
    yield "stateless", "The ticket has no state.", edited(data, ["ticket", "state"], None)


def broken_entries() -> Iterator[tuple[str, str, bytes]]:
    data, _ = short()
    second = ["entries", 1]
    field = [*FIRST, "content", "shown", "leaves", 0]
    yield "unknown-action", "An entry does what nobody can.", edited(data, [*second, "action"], "Delete")
    yield "unknown-auth", "An entry is known in an unknown way.", edited(data, [*second, "auth"], "email")
    yield "certificate-missing", "An answer has no certificate.", edited(data, [*second, "certificate"], None)
    given = "0x" + "00" * 32
    yield "certificate-extra", "A customer has one.", edited(data, [*FIRST, "certificate"], given)
    unknown = edited(data, [*second, "certificate"], lambda one: one[:22] + "09" + one[24:])
    yield "certificate-status", "A certificate has an unknown status.", unknown
    sent = edited(data, [*second, "auth"], "sent")
    yield "signature-on-sent", "An entry that was sent has a signature.", sent
    yield (
        "deadline-alone",
        "There is a deadline, and no signature.",
        edited(data, [*second, "signed", "signature"], None),
    )
    yield (
        "consent-misplaced",
        "An answer has a customer's consent.",
        edited(data, [*second, "signed", "consent"], "0x" + "01" * 65),
    )
    yield (
        "content-misplaced",
        "An entry without a commitment has a content.",
        edited(data, [*second, "commitment"], given),
    )
    yield "field-unknown", "A field has a name that no field has.", edited(data, [*field, "name"], "secret")
    yield (
        "field-type",
        "A field has another type than its name says.",
        edited(data, [*field, "type"], "bytes32"),
    )
    yield "salt-short", "A salt has 31 bytes.", edited(data, [*field, "salt"], lambda one: one[:-2])


def broken_parts() -> Iterator[tuple[str, str, bytes]]:
    data, _ = short()
    retired = edited(data, ["policies", 0, "word"], lambda one: one[:-10] + "01" + one[-8:])
    yield "policy-retired", "A policy is written as it is after it was retired.", retired
    yield "policy-missing", "The policy of the ticket is not listed.", edited(data, ["policies"], [])
    twice = edited(data, ["policies"], lambda one: [*one, {**one[0], "number": 2}])
    yield "policy-extra", "A policy is listed that the ticket never had.", twice
    hours = edited(data, ["policies", 0, "hours"], lambda one: one[:-2] + "01")
    yield "policy-hours", "A policy has hours, and its word does not say so.", hours
    yield "words-too-few", "An agent's certificate is not proven.", edited(data, ["block", "agents"], [])
    more = edited(data, ["block", "agents"], lambda one: [*one, one[0]])
    yield "words-too-many", "One certificate too many is proven.", more
    yield (
        "anchor-misplaced",
        "An anchor is proven, and there are no lines.",
        edited(data, ["block", "anchors"], [[]]),
    )
    absent, _ = never_relayed()
    yield (
        "absence-terms",
        "A reply was promised with terms.",
        edited(absent, ["promised", "terms"], "0x" + "00" * 32),
    )
    yield "absence-member", "A receipt lacks its signer.", without(absent, ["receipt", "signer"])
