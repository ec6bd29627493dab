import enum
import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from supportledger.errors import BundleFormatError, InputError
from supportledger.model.ids import TicketId
from supportledger.proof import field_json, field_tree
from supportledger.proof.fields import CONTENT_LIMIT, Field, Fields, FieldType, Value, field_type

EAS = json.loads((Path(__file__).parents[2] / "vectors/eas_private_data.json").read_text(encoding="utf-8"))
HASH = b"\x09" * 32


def salts() -> Any:
    """Make a source of salts that are all different and always the same."""
    count = iter(range(1000))
    return lambda size: next(count).to_bytes(size, "big")


def content(**values: Value) -> Fields:
    return Fields.create({"body": "hello", "kind": "reply", "createdAt": 1, **values}, salt=salts())


@pytest.mark.parametrize("case", EAS)
def test_leaves_and_root_are_those_of_eas(case: dict[str, Any]) -> None:
    """Leaf hashes and roots equal those that the published EAS SDK computed."""
    fields = Fields(field_json.fields_from_json(case["fields"]))
    assert case["leafHashes"] == [field_json.word_to_json(leaf) for leaf in fields.leaves]
    assert case["root"] == field_json.word_to_json(fields.root)


@pytest.mark.parametrize("case", EAS)
def test_json_is_that_of_eas(case: dict[str, Any]) -> None:
    """Fields that the SDK takes are read and written without a change."""
    fields = field_json.fields_from_json(case["fields"])
    assert case["fields"] == field_json.fields_to_json(fields)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("kind", FieldType.STRING),
        ("createdAt", FieldType.UINT64),
        ("log.count", FieldType.UINT64),
        ("log.last", FieldType.BYTES32),
        ("attachment.0", FieldType.BYTES32),
        ("attachment.99", FieldType.BYTES32),
        ("attachment.10.name", FieldType.STRING),
        ("attachment.10.type", FieldType.STRING),
        ("attachment.10.size", FieldType.UINT64),
    ],
)
def test_a_name_decides_the_type(name: str, kind: FieldType) -> None:
    """Every known name has one type."""
    assert kind is field_type(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Body",
        "body ",
        "text",
        "attachment",
        "attachment.",
        "attachment.00",
        "attachment.01",
        "attachment.100",
        "attachment.-1",
        "attachment.\u0661",
        "attachment.0.hash",
        "attachment.0\n",
        "log",
        "\ud800",
    ],
)
def test_an_unknown_name_is_refused(name: str) -> None:
    """No other name is a field, in creating as in reading."""
    with pytest.raises(InputError, match="no field is named"):
        content(**{name: "x"})
    with pytest.raises(BundleFormatError, match="no field is named"):
        field_json.fields_from_json(
            [{"name": name, "salt": "0x" + "00" * 32, "type": "string", "value": "x"}]
        )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("body", 1),
        ("body", None),
        ("body", ["a"]),
        ("createdAt", "1"),
        ("createdAt", True),
        ("createdAt", 1.0),
        ("createdAt", b"1"),
        ("createdAt", -1),
        ("createdAt", 1 << 64),
        ("attachment.0", "0x" + "00" * 32),
        ("attachment.0", bytes(31)),
        ("attachment.0", bytes(33)),
        ("attachment.0", 7),
    ],
)
def test_a_wrong_value_is_refused(name: str, value: Any) -> None:
    """A value of another type, or outside its type, is an InputError."""
    with pytest.raises(InputError):
        content(**{name: value})


def test_words_of_our_own_types_are_taken() -> None:
    """An enumeration of strings and a ticket id are their text and bytes."""

    class Kind(enum.StrEnum):
        ANSWER = "answer"

    assert content(kind="answer", **{"attachment.0": HASH}) == content(
        kind=Kind.ANSWER, **{"attachment.0": TicketId(HASH)}
    )


class TestText:
    def test_becomes_nfc_once(self) -> None:
        """Creating composes letters and accents; reading back keeps what was written, composed or not."""
        assert "\u00e9" == content(body="e\u0301").values()["body"]
        as_given = Fields((Field("body", "e\u0301", HASH),))
        assert as_given == field_json.from_bytes(field_json.to_bytes(as_given))
        assert as_given.root != Fields((Field("body", "\u00e9", HASH),)).root

    @pytest.mark.parametrize(
        "text",
        [
            "提现两天了还没有到账",
            "🚀👩🏽\u200d💻🇨🇳",
            "مرحبا \u200f(42)",
            "שלום",
            "a\u0000b",
            "\U0010ffff",
            "\ufeffx",
            '"\\\n\t\u007f\u2028',
        ],
    )
    def test_of_any_script_survives(self, text: str) -> None:
        """Chinese, emoji, right-to-left and control characters come back as they went in."""
        fields = content(body=text)
        assert (
            unicodedata.normalize("NFC", text)
            == field_json.from_bytes(field_json.to_bytes(fields)).values()["body"]
        )

    def test_may_come_as_bytes(self) -> None:
        """UTF-8 bytes are the text they encode."""
        assert content(body="您好") == content(body="您好".encode())

    @pytest.mark.parametrize(
        "data", [b"\xff", b"ok\xc3(", "您好".encode("gbk"), b"\xed\xa0\x80", b"\xc0\x80"]
    )
    def test_of_invalid_utf8_is_refused(self, data: bytes) -> None:
        """Bytes that are not UTF-8 are an InputError that says where."""
        with pytest.raises(InputError, match=r"not valid UTF-8: byte 0x.. at position \d") as caught:
            content(body=data)
        assert "UTF-8" in caught.value.hint

    @pytest.mark.parametrize("text", ["\ud83d", "a\udc80b", b"\xff".decode("utf-8", "surrogateescape")])
    def test_with_lone_surrogates_is_refused(self, text: str) -> None:
        """Half of a surrogate pair, as the command line makes of invalid bytes, is an InputError."""
        with pytest.raises(InputError, match="lone surrogate at character"):
            content(body=text)

    @pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000", b""])
    def test_may_not_be_empty(self, text: str | bytes) -> None:
        """A body of nothing but blanks is an InputError with a hint."""
        with pytest.raises(InputError, match="body is empty") as caught:
            content(body=text)
        assert caught.value.hint

    @pytest.mark.parametrize(
        "text",
        ["x" * (10 << 20), "长" * (CONTENT_LIMIT // 3 + 1), b"x" * (10 << 20)],
        ids=["ascii", "cjk", "bytes"],
    )
    def test_may_not_be_too_large(self, text: str | bytes) -> None:
        """10 MB, or a little more than the limit in UTF-8, is an InputError that advises an attachment."""
        with pytest.raises(InputError, match="larger than 1024 KiB") as caught:
            content(body=text)
        assert "Attach" in caught.value.hint

    def test_may_be_as_large_as_the_limit(self) -> None:
        """Encoded values up to the limit, exactly, are taken; one word more is not."""
        room = CONTENT_LIMIT - 64
        assert CONTENT_LIMIT == len(Fields.create({"body": "x" * room}).fields[0].encoded)
        with pytest.raises(InputError):
            Fields.create({"body": "x" * (room + 1)})


class TestFields:
    def test_have_salts_of_their_own(self) -> None:
        """Two equal values, in one content or in two, have different leaves."""
        first, second = Fields.create({"body": "same", "subject": "same"}), Fields.create({"body": "same"})
        all_salts = [one.salt for one in (*first.fields, *second.fields)]
        assert len(set(all_salts)) == len({*first.leaves, *second.leaves}) == 3
        assert {32} == {len(salt) for salt in all_salts}

    def test_do_not_show_salts(self) -> None:
        """A log line or traceback with a content does not reveal what hides it."""
        assert "salt" not in repr(content())

    @pytest.mark.parametrize("size", [0, 31, 33])
    def test_take_salts_of_32_bytes_only(self, size: int) -> None:
        """A source that gives fewer or more bytes is refused."""
        with pytest.raises(InputError, match="salt"):
            Fields.create({"body": "x"}, salt=lambda _: bytes(size))

    def test_stand_in_the_order_of_their_names(self) -> None:
        """Names ascend, whatever order the values came in."""
        assert ("body", "createdAt", "kind") == content().names

    @pytest.mark.parametrize(
        "names", [(), ("body", "body"), ("kind", "body")], ids=["none", "twice", "descending"]
    )
    def test_are_some_ascending_and_unique(self, names: tuple[str, ...]) -> None:
        """No fields, a name twice, or names out of order cannot be a content."""
        with pytest.raises(InputError):
            Fields(tuple(Field(name, "x", HASH) for name in names))

    @pytest.mark.parametrize(
        "values",
        [
            {"attachment.0.name": "a"},
            {"attachment.0": HASH, "attachment.1.size": 1},
            {"log.count": 1},
            {"log.last": HASH},
        ],
    )
    def test_are_complete(self, values: Mapping[str, Value]) -> None:
        """A detail without its attachment, or half of a place in the log, is an InputError."""
        with pytest.raises(InputError):
            content(**values)

    def test_are_frozen(self) -> None:
        """A field cannot be changed after its leaf was computed."""
        with pytest.raises(AttributeError):
            content().fields[0].value = "other"  # type: ignore[misc]


class TestJson:
    def test_comes_back(self) -> None:
        """Bytes of a content are read as the same content."""
        fields = content(**{"attachment.0": HASH, "attachment.0.size": 2**64 - 1})
        assert fields == field_json.from_bytes(field_json.to_bytes(fields))

    def test_is_canonical(self) -> None:
        """The serialised form is RFC 8785's: members sorted, no blanks, only what must be escaped."""
        expected = (
            '[{"name":"body","salt":"0x' + "09" * 32 + '","type":"string","value":"é\\n\\"\u007f\\u0001"}]'
        )
        assert expected.encode() == field_json.to_bytes(Fields((Field("body", 'é\n"\u007f\u0001', HASH),)))

    def test_every_changed_byte_is_noticed(self) -> None:
        """Whatever byte is changed or cut, reading fails or the leaves are others."""
        fields = content()
        data = field_json.to_bytes(fields)
        for place in range(len(data)):
            for changed in (
                data[:place],
                data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :],
                data[:place] + b" " + data[place:],
            ):
                try:
                    assert field_json.from_bytes(changed).leaves != fields.leaves
                except BundleFormatError:
                    continue

    @pytest.mark.parametrize(
        "change",
        [
            {"type": "bytes"},
            {"type": "uint64"},
            {"value": 1},
            {"value": None},
            {"salt": "0x" + "AB" * 32},
            {"salt": "ab" * 32},
            {"salt": "0x" + "00" * 31},
            {"extra": "x"},
            {"value": "\ud800"},
            {"name": "createdAt", "type": "uint64", "value": "01"},
            {"name": "createdAt", "type": "uint64", "value": "+1"},
            {"name": "createdAt", "type": "uint64", "value": "1e3"},
            {"name": "createdAt", "type": "uint64", "value": "\u0661"},
            {"name": "createdAt", "type": "uint64", "value": ""},
            {"name": "createdAt", "type": "uint64", "value": str(2**64)},
            {"name": "createdAt", "type": "uint64", "value": "1" * 5000},
            {"name": "log.last", "type": "bytes32", "value": "0x" + "Ab" * 32},
            {"name": "log.last", "type": "bytes32", "value": "0x00"},
        ],
    )
    def test_has_one_way_to_write_a_field(self, change: dict[str, Any]) -> None:
        """Another type, another spelling of a value, or another member is a BundleFormatError."""
        field = {"name": "body", "salt": "0x" + "00" * 32, "type": "string", "value": "x", **change}
        with pytest.raises(BundleFormatError):
            field_json.fields_from_json([field])

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"{}",
            b"[]",
            b"[1]",
            b"null",
            b"\xff",
            b"[{}]",
            b"[NaN]",
            b"[" * 100_000,
            b"1" * 5000,
            b'["\\ud800"]',
            b" " * (field_json.SERIALISED_LIMIT + 1),
        ],
        ids=lambda data: repr(data[:12]),
    )
    def test_refuses_other_bytes(self, data: bytes) -> None:
        """Bytes that no content has are a BundleFormatError, whatever they are."""
        with pytest.raises(BundleFormatError):
            field_json.from_bytes(data)

    def test_refuses_a_name_twice(self) -> None:
        """Two bodies, or a member of a field twice, cannot be read."""
        one = json.loads(field_json.to_bytes(content(subject="x")))[0]
        with pytest.raises(BundleFormatError, match="ascending"):
            field_json.from_bytes(field_json.canonical([one, one]))
        twice = field_json.canonical([one]).replace(b'{"name"', b'{"name":"kind","name"')
        with pytest.raises(BundleFormatError, match="canonical"):
            field_json.from_bytes(twice)


class TestFieldTree:
    def test_of_one_leaf_is_the_leaf(self) -> None:
        """A single leaf is its own root, and is proven by nothing."""
        assert (
            HASH
            == field_tree.root([HASH])
            == field_tree.root_of_path([HASH], field_tree.prove([HASH], [HASH]))
        )

    @pytest.mark.parametrize(
        "chosen", [[], [bytes(32)], [HASH, HASH]], ids=["nothing", "not a leaf", "twice"]
    )
    def test_proves_leaves_only(self, chosen: list[bytes]) -> None:
        """A proof of nothing, of what is no leaf, or of one leaf twice, is not made."""
        with pytest.raises(InputError):
            field_tree.prove([HASH, b"\x01" * 32], chosen)

    def test_never_proves_an_inner_node(self) -> None:
        """An inner node of the tree is not one of its leaves."""
        leaves = [bytes([number]) * 32 for number in range(4)]
        inner = field_tree.root(leaves[2:])
        with pytest.raises(InputError):
            field_tree.prove(leaves, [inner])

    def test_needs_a_leaf(self) -> None:
        """A tree of nothing has no root."""
        with pytest.raises(InputError):
            field_tree.root([])
