"""
Proof files are bytes in exactly one form; what is anything else is refused with what is wrong.

Spec: docs/spec/proof-file.md, P1.1 to P1.8.
"""

import pytest

from supportledger.errors import BundleFormatError
from supportledger.proof.canonical import DEPTH_LIMIT, FILE_LIMIT, from_bytes, to_bytes

MANY = b"".join(b'"%d":0,' % number for number in range(300_000))
REFUSED = {
    "empty": (b"", "empty"),
    "not UTF-8": (b'{"a":"\xff"}', "UTF-8"),
    "not JSON": (b"{", "not JSON"),
    "an array": (b"[]", "not a JSON object"),
    "a text": (b'"x"', "not a JSON object"),
    "trailing data": (b"{}{}", "after its end"),
    "a key twice": (b'{"a":1,"a":1}', "twice"),
    "a key twice, deep": (b'{"b":{"a":1,"a":1}}', "twice"),
    "a key twice, behind many": (b'{%b"a":1,"a":1}' % MANY, "twice"),
    "a fraction": (b'{"a":1.5}', "whole number"),
    "an exponent": (b'{"a":1e3}', "whole number"),
    "NaN": (b'{"a":NaN}', "whole number"),
    "minus infinity": (b'{"a":-Infinity}', "whole number"),
    "2^53": (b'{"a":9007199254740992}', "larger than"),
    "5,000 digits": (b'{"a":' + b"9" * 5_000 + b"}", "larger than"),
    "half a character": (b'{"a":"\\ud800"}', "canonical JSON"),
    "half a character as a key": (b'{"\\udfff":1}', "canonical JSON"),
    "a blank": (b'{"a": 1}', "canonical form, from byte 5"),
    "unsorted": (b'{"b":1,"a":1}', "canonical form"),
    "an escape": (b'{"a":"\\u0041"}', "canonical form"),
    "minus zero": (b'{"a":-0}', "canonical form"),
    "a line break": (b"{}\n", "canonical form"),
    "deep": (b'{"a":' + b"[" * DEPTH_LIMIT + b"]" * DEPTH_LIMIT + b"}", "deeper"),
    "very deep": (b"[" * 1_000_000, "deeper"),
    "deep objects": (b'{"a":' * 200_000, "deeper"),
    "too large": (b" " * (FILE_LIMIT + 1), "are the most"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """It is a `BundleFormatError` of step 1, and says what is wrong."""
    data, says = REFUSED[name]
    with pytest.raises(BundleFormatError, match=says) as refused:
        from_bytes(data)
    assert 1 == refused.value.step


def test_a_huge_file_is_refused_before_it_is_looked_at() -> None:
    """200 MB cost nothing but their size."""
    with pytest.raises(BundleFormatError, match="209715200 bytes"):
        from_bytes(bytes(200 << 20))


@pytest.mark.parametrize(
    "data", [{}, {"a": 2**53 - 1, "b": [None, True]}, {"提现": 'é\n\u007f"\\ 🧾'}, {"": {"": []}}], ids=str
)
def test_what_is_written_is_read(data: dict[str, object]) -> None:
    """Writing and reading are each other's inverse."""
    assert data == from_bytes(to_bytes(data))


def test_the_deepest_that_is_read() -> None:
    """One level less than too deep is read."""
    inner: object = []
    for _ in range(DEPTH_LIMIT - 2):
        inner = [inner]
    assert {"a": inner} == from_bytes(to_bytes({"a": inner}))


@pytest.mark.parametrize("data", [{"a": 1.5e300}, {"a": 2**60}, {"a": "\ud800"}], ids=str)
def test_what_cannot_be_written(data: dict[str, object]) -> None:
    """A value without a canonical form that everybody reads is refused when it is written, too."""
    try:
        written = to_bytes(data)
    except BundleFormatError:
        return
    with pytest.raises(BundleFormatError):
        from_bytes(written)
