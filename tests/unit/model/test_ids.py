import json
from pathlib import Path

import pytest
from eth_utils import to_checksum_address

from supportledger.errors import AmbiguousId, InputError, NotFound
from supportledger.model.handle import TicketPrefix, parse_ticket
from supportledger.model.ids import NOBODY, Address, Meta, TicketId, entry_head, keccak, ticket_id

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/hashes.json").read_text())
TICKET = TicketId(bytes.fromhex("00443214c74254b635cf" + "ab" * 22))
HANDLE = "abcd-efgh-ijkl-mnop"


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def prefix(text: str) -> TicketPrefix:
    parsed = parse_ticket(text)
    assert isinstance(parsed, TicketPrefix)
    return parsed


def test_keccak_is_the_chains() -> None:
    """Keccak-256 of nothing is the hash that every empty account carries, not SHA3-256's."""
    assert "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470" == keccak(b"").hex()


class TestAddress:
    @pytest.mark.parametrize(
        "text",
        [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x27b1fdb04752bbc536007a920d24acb045561c26",
        ],
    )
    def test_is_written_with_its_checksum(self, text: str) -> None:
        """The examples of EIP-55 read in any case and write as they stand there."""
        forms = (text, text.lower(), "0x" + text[2:].upper(), text[2:])
        assert [text] * 4 == [str(Address.parse(form)) for form in forms]

    def test_agrees_with_eth_utils(self) -> None:
        """Checksums of a thousand addresses are those of eth-utils."""
        addresses = [keccak(bytes([n // 256, n % 256]))[:20] for n in range(1000)]
        assert [to_checksum_address(one) for one in addresses] == [str(Address(one)) for one in addresses]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "0x",
            "0x" + "1" * 39,
            "0x" + "1" * 41,
            "0x" + "g" * 40,
            " 0x" + "1" * 40,
            "٣" * 40,
            "1" * 40 + "\n",
        ],
    )
    def test_refuses_what_is_none(self, text: str) -> None:
        """Anything but 40 hexadecimal digits is an InputError."""
        with pytest.raises(InputError, match="not an address"):
            Address.parse(text)

    def test_refuses_a_wrong_checksum(self) -> None:
        """One letter in the wrong case is an InputError that says what to do."""
        with pytest.raises(InputError, match="checksum") as caught:
            Address.parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD")
        assert "copy the address again" in caught.value.hint

    def test_is_its_bytes(self) -> None:
        """An address equals its 20 bytes and is found by them."""
        assert {NOBODY: 1}[Address(bytes(20))] == {bytes(20): 1}[NOBODY] == 1

    @pytest.mark.parametrize("kind", [Address, TicketId])
    def test_has_its_length(self, kind: type[bytes]) -> None:
        """Bytes of another length are neither an address nor a ticket id."""
        with pytest.raises(InputError):
            kind(bytes(21))


class TestTicketId:
    @pytest.mark.parametrize("case", VECTORS["ticketIds"])
    def test_is_made_as_on_chain(self, case: dict[str, str]) -> None:
        """Ids equal those that eth-abi and eth-utils compute."""
        ledger, opener = Address.parse(case["ledger"]), Address.parse(case["opener"])
        actual = ticket_id(int(case["chainId"]), ledger, opener, unhex(case["commitment"]))
        assert case["ticketId"] == str(actual)

    def test_shows_a_handle(self) -> None:
        """The handle is the first 80 bits in lower-case base32, grouped by four."""
        assert HANDLE == TICKET.handle

    def test_refuses_a_part_of_an_id(self) -> None:
        """`TicketId.parse` reads full ids only."""
        with pytest.raises(InputError, match="not a ticket id"):
            TicketId.parse("0x1234")


class TestParseTicket:
    @pytest.mark.parametrize("text", [str(TICKET), TICKET.hex(), str(TICKET).upper(), f" {TICKET}\n"])
    def test_reads_full_ids(self, text: str) -> None:
        """64 digits are an id, with or without 0x, in any case, with blanks around."""
        assert parse_ticket(text) == TICKET

    @pytest.mark.parametrize(
        "text",
        [
            HANDLE,
            HANDLE.upper(),
            "abcdefghijklmnop",
            "AbCd-eFgH",
            "abcd-",
            "a",
            "0x0",
            "0x00443214c7",
            "00443214C7",
        ],
    )
    def test_finds_by_handle_or_beginning(self, text: str) -> None:
        """A handle, or the beginning of handle or id, selects the ticket among others."""
        others = [TicketId(bytes([0xFF]) * 32), TicketId(bytes([0x10]) * 32)]
        assert TICKET == prefix(text).select([*others, TICKET, TICKET])

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "  ",
            "0x",
            "-",
            "0xg",
            "abcd-efgh-ijkl-mnop-q",
            "0x" + "1" * 65,
            "1" * 65,
            "0189-",
            "b\u0131g",
            "a b",
            "0x12-34",
        ],
    )
    def test_refuses_what_can_be_none(self, text: str) -> None:
        """Text that is neither hexadecimal nor base32, or too long, is an InputError with an example."""
        with pytest.raises(InputError, match="not a ticket") as caught:
            parse_ticket(text)
        assert HANDLE in caught.value.hint

    def test_knows_no_such_ticket(self) -> None:
        """A prefix that fits nothing is NotFound."""
        with pytest.raises(NotFound):
            prefix("zzzz").select([TICKET])

    def test_calls_ambiguity_an_error(self) -> None:
        """A prefix that fits two tickets names both and asks for more."""
        other = TicketId(TICKET[:10] + bytes(22))
        with pytest.raises(AmbiguousId) as caught:
            prefix(HANDLE).select([TICKET, other])
        assert (str(other), str(TICKET)) == caught.value.candidates

    def test_counts_both_readings(self) -> None:
        """Text that is hexadecimal and base32 alike fits ids of either reading; dashes or 0x decide."""
        as_hex, as_base32 = TicketId(b"\xab\xcd" + bytes(30)), TICKET
        with pytest.raises(AmbiguousId):
            prefix("abcd").select([as_hex, as_base32])
        assert [as_hex, as_base32] == [
            prefix(text).select([as_hex, as_base32]) for text in ("0xabcd", "abcd-")
        ]

    def test_gives_the_store_ranges(self) -> None:
        """A range runs from the prefix with zeros to the prefix with ones, both included."""
        (only,) = prefix("0xabc").ranges
        assert (bytes.fromhex("abc" + "0" * 61), bytes.fromhex("abc" + "f" * 61)) == (only.low, only.high)


class TestMeta:
    @pytest.mark.parametrize("case", VECTORS["heads"])
    def test_packs_as_on_chain(self, case: dict[str, object]) -> None:
        """Parts and word of the vectors lead to one another."""
        meta, word = Meta(**case["parts"]), int(str(case["meta"]))
        assert (word, meta) == (meta.pack(), Meta.unpack(word))

    @pytest.mark.parametrize(
        ("name", "bits"), [("index", 32), ("action", 8), ("auth", 8), ("seen", 32), ("time", 40)]
    )
    def test_keeps_parts_in_their_places(self, name: str, bits: int) -> None:
        """The largest value of a part touches no other part; one more, or a negative one, is refused."""
        nothing = dict.fromkeys(("index", "action", "auth", "seen", "time"), 0)
        largest = Meta(**{**nothing, name: (1 << bits) - 1})
        assert largest == Meta.unpack(largest.pack())
        for value in (1 << bits, -1):
            with pytest.raises(InputError, match=name):
                Meta(**{**nothing, name: value}).pack()

    @pytest.mark.parametrize("word", [1 << 120, -1])
    def test_refuses_unknown_bits(self, word: int) -> None:
        """A word with bits above the index is no meta."""
        with pytest.raises(InputError):
            Meta.unpack(word)


@pytest.mark.parametrize("case", VECTORS["heads"])
def test_heads_follow_as_on_chain(case: dict[str, str]) -> None:
    """Heads equal those that eth-abi and eth-utils compute."""
    words = unhex(case["authority"]), unhex(case["commitment"])
    meta, argument, actor = int(case["meta"]), int(case["argument"]), Address.parse(case["actor"])
    assert case["nextHead"] == "0x" + entry_head(unhex(case["head"]), meta, argument, actor, *words).hex()


def test_a_head_takes_words_only() -> None:
    """A part of the wrong size is refused rather than hashed at another place."""
    with pytest.raises(InputError):
        entry_head(bytes(31), 0, 0, bytes(20), bytes(32), bytes(33))
