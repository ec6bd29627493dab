from dataclasses import replace

import pytest
from eth_abi import encode
from eth_utils import keccak

from supportledger.errors import InputError
from supportledger.model.hours import BusinessHours
from supportledger.model.ids import Address
from supportledger.model.policy import Policy, PolicyTerms
from supportledger.model.refusal import EscalationTooFrequent, PolicyTierMissing

GATE = Address(b"\x6a" * 20)
HOURS = BusinessHours(0xFF << 9, -90)
TERMS = PolicyTerms(
    first_response=0x01020304,
    next_response=0x11121314,
    resolution=0x21222324,
    escalate_every=0x31323334,
    reopen_window=0x41424344,
    pause_allowance=0x51525354,
    levels=3,
    tier=2,
    hours=HOURS,
    gate=GATE,
    text_hash=b"\x7e" * 32,
)
PLAIN = replace(TERMS, hours=None, gate=Address(bytes(20)))
NUMBERS = "01020304" + "11121314" + "21222324" + "31323334" + "41424344" + "51525354" + "0302"


class TestWord:
    @pytest.mark.parametrize(
        ("terms", "flags"),
        [
            (PLAIN, "00"),
            (replace(PLAIN, gate=GATE), "01"),
            (replace(PLAIN, hours=HOURS), "02"),
            (TERMS, "03"),
        ],
        ids=["plain", "gated", "hours", "both"],
    )
    def test_fields_lie_where_the_ledger_puts_them(self, terms: PolicyTerms, flags: str) -> None:
        """The word is LEDGER's list of fields, with flags that say whether hours and gate are used."""
        assert int(NUMBERS + flags + "00" * 5, 16) == terms.word

    def test_retirement_is_one_byte(self) -> None:
        """Retiring a policy sets the byte after the flags, and nothing else."""
        assert int(NUMBERS + "03" + "01" + "00" * 4, 16) == Policy(TERMS, retired=True).word

    @pytest.mark.parametrize("terms", [TERMS, PLAIN], ids=["full", "plain"])
    @pytest.mark.parametrize("retired", [False, True])
    def test_unpacking_gives_every_field_back(self, terms: PolicyTerms, retired: bool) -> None:
        """What is stored is read back."""
        policy = Policy(terms, retired)
        assert policy == Policy.unpack(policy.word, terms.hours_word, terms.gate, terms.text_hash)

    @pytest.mark.parametrize(
        "flipped", [1, 1 << 31, 2 << 32, 1 << 40, 1 << 41, 1 << 42], ids=lambda bit: f"{bit:#x}"
    )
    def test_unknown_bits_are_refused(self, flipped: int) -> None:
        """A word with flags of a later ledger, or flags that contradict hours and gate, is not read."""
        with pytest.raises(InputError, match="unknown bits"):
            Policy.unpack(TERMS.word ^ flipped, TERMS.hours_word, TERMS.gate, TERMS.text_hash)

    @pytest.mark.parametrize(
        "wrong",
        [{"first_response": 1 << 32}, {"levels": 256}, {"tier": -1}, {"text_hash": bytes(31)}],
        ids=str,
    )
    def test_field_must_fit_its_place(self, wrong: dict[str, int]) -> None:
        """A value too large is refused rather than spilt into its neighbour."""
        with pytest.raises(InputError):
            replace(TERMS, **wrong)


class TestTerms:
    @pytest.mark.parametrize("terms", [TERMS, PLAIN], ids=["full", "plain"])
    def test_hash_is_that_of_the_abi_encoding(self, terms: PolicyTerms) -> None:
        """A customer signs the hash of word, hours, gate and text, as an ABI library encodes them."""
        values = [terms.word, terms.hours_word, bytes(terms.gate), terms.text_hash]
        assert keccak(encode(["uint256", "uint256", "address", "bytes32"], values)) == terms.hash

    def test_retiring_does_not_change_them(self) -> None:
        """The promise of a retired policy is the same promise."""
        policy = Policy(TERMS, retired=True)
        unpacked = Policy.unpack(policy.word, TERMS.hours_word, TERMS.gate, TERMS.text_hash)
        assert TERMS.hash == unpacked.terms.hash


class TestPublishing:
    def test_tier_must_be_at_least_one(self) -> None:
        """A service of tier 0 cannot answer, so no policy may let it."""
        with pytest.raises(PolicyTierMissing):
            replace(TERMS, tier=0).check_publishable()

    @pytest.mark.parametrize("seconds", [0, 299])
    def test_escalations_keep_a_distance(self, seconds: int) -> None:
        """With levels, escalations are at least 300 s apart."""
        with pytest.raises(EscalationTooFrequent) as refusal:
            replace(TERMS, escalate_every=seconds).check_publishable()
        assert (seconds, 300) == refusal.value.arguments

    @pytest.mark.parametrize(
        "change", [{}, {"escalate_every": 300}, {"escalate_every": 0, "levels": 0}], ids=str
    )
    def test_others_may_be_published(self, change: dict[str, int]) -> None:
        """Distances are nothing without levels."""
        replace(TERMS, **change).check_publishable()


NO_LOOSER = [
    {},
    {"first_response": 1},
    {"next_response": 1},
    {"resolution": 1},
    {"escalate_every": 300},
    {"reopen_window": 0xFFFFFFFF},
    {"levels": 4},
    {"tier": 3},
    {"text_hash": bytes(32)},
]
LOOSER = [
    {"first_response": 0},
    {"first_response": TERMS.first_response + 1},
    {"next_response": 0},
    {"next_response": TERMS.next_response + 1},
    {"resolution": 0},
    {"resolution": TERMS.resolution + 1},
    {"escalate_every": 0},
    {"escalate_every": TERMS.escalate_every + 1},
    {"reopen_window": TERMS.reopen_window - 1},
    {"levels": 2},
    {"tier": 1},
    {"pause_allowance": TERMS.pause_allowance - 1},
    {"pause_allowance": TERMS.pause_allowance + 1},
    {"hours": None},
    {"hours": BusinessHours(HOURS.mask | 1, -90)},
    {"gate": Address(b"\x6b" * 20)},
]


class TestNoLooser:
    @pytest.mark.parametrize("change", NO_LOOSER, ids=str)
    def test_stricter_in_one_thing_is_no_looser(self, change: dict[str, int]) -> None:
        """Sooner, more levels, longer to reopen, a higher tier, other words: no promise gets weaker."""
        assert replace(TERMS, **change).is_no_looser_than(TERMS)

    @pytest.mark.parametrize("change", LOOSER, ids=str)
    def test_weaker_in_one_thing_is_looser(self, change: dict[str, int]) -> None:
        """Later or never, fewer levels, shorter to reopen, a lower tier, other pauses, hours or gate."""
        assert not replace(TERMS, **change).is_no_looser_than(TERMS)

    @pytest.mark.parametrize("promise", ["first_response", "next_response", "resolution", "escalate_every"])
    def test_any_promise_is_stricter_than_none(self, promise: str) -> None:
        """0 is later than any other duration, and than itself it is no later."""
        none = replace(TERMS, **{promise: 0})
        assert (True, True) == (TERMS.is_no_looser_than(none), none.is_no_looser_than(none))
