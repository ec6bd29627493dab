"""Packing the four words, against offsets written out by hand from LEDGER's table."""

import pytest

from supportledger.errors import InputError
from supportledger.model.ids import NOBODY, Address, keccak
from supportledger.model.ticket import Action, Auth, Clock, Flag, Lane, Status, TicketState

FULL = TicketState(
    customer=Address(b"\xc1" * 20),
    opened_at=0x0102030405,
    respond_by=0x1112131415,
    policy=0x2122,
    assignee=Address(b"\xa5" * 20),
    resolve_by=0x3132333435,
    paused_at=0x4142434445,
    status=Status.SOLVED,
    level=0x51,
    version=1,
    flags=0x1F,
    rating=5,
    unseen=9,
    staff_run=16,
    tier=2,
    escalated_at=0x6162636465,
    settled_at=0x7172737475,
    paused_total=0x81828384,
    entries=0x91929394,
    customer_seq=0xB1B2B3B4,
    staff_seq=0xD1D2D3D4,
    head=b"\xee" * 32,
)
PACKED = bytes.fromhex(
    "c1" * 20 + "0102030405" + "1112131415" + "2122"
    + "a5" * 20 + "3132333435" + "4142434445" + "04" + "51"
    + "01" + "1f" + "05" + "09" + "10" + "02" + "6162636465" + "7172737475"
    + "81828384" + "91929394" + "b1b2b3b4" + "d1d2d3d4"
    + "ee" * 32
)  # fmt: skip


class TestPacking:
    def test_fields_lie_where_the_ledger_puts_them(self) -> None:
        """The 128 bytes are LEDGER's table, the first field of a word most significant."""
        assert PACKED == FULL.pack()

    def test_words_are_the_same_bytes_as_numbers(self) -> None:
        """A call presents the four words of the packed state."""
        assert tuple(int.from_bytes(PACKED[at : at + 32]) for at in (0, 32, 64, 96)) == FULL.words()

    def test_unpacking_gives_every_field_back(self) -> None:
        """What was packed is read back, with its types."""
        unpacked = TicketState.unpack(PACKED)
        assert FULL == unpacked
        assert [type(field) for field in FULL] == [type(field) for field in unpacked]

    def test_words_can_be_read_too(self) -> None:
        """A state is read from the words that a call returns."""
        assert FULL == TicketState.from_words(FULL.words())

    def test_hash_is_that_of_the_four_words(self) -> None:
        """The slot holds the keccak of the 128 bytes."""
        assert keccak(PACKED) == FULL.hash()

    @pytest.mark.parametrize(
        "field", [name for name in TicketState._fields if name not in ("head", "customer")]
    )
    def test_field_must_fit_its_place(self, field: str) -> None:
        """A value too large is refused rather than spilt into its neighbour."""
        with pytest.raises(InputError, match="fit"):
            FULL._replace(**{field: 1 << 160}).pack()

    @pytest.mark.parametrize("version", [0, 2, 255])
    def test_unknown_version_is_refused(self, version: int) -> None:
        """A state of a later ledger is not read as if it were ours."""
        with pytest.raises(InputError, match=f"version {version}"):
            TicketState.unpack(FULL._replace(version=version).pack())

    @pytest.mark.parametrize("status", [0, 6])
    def test_invalid_status_is_refused(self, status: int) -> None:
        """There are five statuses, and zero is none."""
        with pytest.raises(InputError, match="status"):
            TicketState.unpack(PACKED[:62] + bytes([status]) + PACKED[63:])

    @pytest.mark.parametrize("length", [0, 127, 129])
    def test_other_lengths_are_refused(self, length: int) -> None:
        """A state is 128 bytes."""
        with pytest.raises(InputError, match="128"):
            TicketState.unpack((PACKED * 2)[:length])

    @pytest.mark.parametrize("word", [-1, 1 << 256])
    def test_what_is_no_word_is_refused(self, word: int) -> None:
        """Each word has 256 bits."""
        with pytest.raises(InputError, match="256"):
            TicketState.from_words((word, 0, 0, 0))


class TestReading:
    def test_flags_are_read_by_name(self) -> None:
        """A flag is one bit."""
        t = FULL._replace(flags=Flag.LATE_NEXT | Flag.CONTESTED)
        assert [Flag.LATE_NEXT, Flag.CONTESTED] == [flag for flag in Flag if t.has(flag)]

    def test_sequence_is_that_of_the_lane(self) -> None:
        """Customers and staff count apart."""
        assert (0xB1B2B3B4, 0xD1D2D3D4) == (FULL.sequence(Lane.CUSTOMER), FULL.sequence(Lane.STAFF))

    def test_no_lane_has_no_sequence(self) -> None:
        """What anybody may do cannot be signed."""
        with pytest.raises(InputError, match="signed"):
            FULL.sequence(Lane.NONE)

    def test_keyless_ticket_has_no_customer(self) -> None:
        """Nobody's ticket is keyless, anybody's is not."""
        assert (False, True) == (FULL.is_keyless, FULL._replace(customer=NOBODY).is_keyless)

    @pytest.mark.parametrize("status", Status)
    def test_clocks_run_in_three_statuses(self, status: Status) -> None:
        """Open, Pending and OnHold are active."""
        active = status in (Status.OPEN, Status.PENDING, Status.ON_HOLD)
        assert (active, active) == (status.is_active, FULL._replace(status=status).is_active)


class TestWords:
    def test_numbers_are_the_ledgers(self) -> None:
        """Actions, ways of knowing an actor and clocks have the numbers that heads and events carry."""
        assert list(range(1, 14)) == list(Action)
        assert ["SENT", "ECDSA", "ERC1271", "RECORDED"] == [auth.name for auth in Auth]
        assert [("RESPONSE", 1), ("RESOLUTION", 2)] == [(clock.name, clock.value) for clock in Clock]

    def test_actions_read_as_in_a_wallet(self) -> None:
        """An action's word is what is signed."""
        words = "Open Reply Answer Note Assign Hold Resume Solve Close Rate Escalate Repolicy Claim"
        assert words.split() == [str(action) for action in Action]

    def test_statuses_read_as_documented(self) -> None:
        """A status is written as in the ledger's documents."""
        assert ["Open", "Pending", "OnHold", "Solved", "Closed"] == [str(status) for status in Status]

    def test_only_two_ways_are_the_actors_own_signature(self) -> None:
        """A transaction and a record by the desk are not signatures of the action."""
        assert [Auth.ECDSA, Auth.ERC1271] == [auth for auth in Auth if auth.is_signed]
