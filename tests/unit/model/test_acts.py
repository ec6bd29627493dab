from dataclasses import replace

import pytest

from supportledger.errors import InputError
from supportledger.model.acts import Act
from supportledger.model.ids import Address
from supportledger.model.ticket import Action

WHO = Address(b"\x07" * 20)
ACT = Act(
    Action.ASSIGN, WHO, 0xA5 << 152 | 1, 0x89ABCDEF, b"\x01" * 32, 0x1234567890, b"signed", b"consented"
)


def test_an_act_fits_one_word() -> None:
    """Argument, action, what was seen and the deadline lie where the contract's `Act` has them."""
    expected = "a5" + "00" * 18 + "01" + "00050089abcdef1234567890"
    assert expected == ACT.pack().hex()


def test_the_word_says_nothing_else() -> None:
    """Actor, commitment and signatures stand beside it."""
    other = replace(ACT, actor=Address(b"\x08" * 20), commitment=b"\x02" * 32, signature=b"", consent=b"")
    assert ACT.pack() == other.pack()


@pytest.mark.parametrize(("name", "bits"), [("argument", 160), ("action", 8), ("seen", 32), ("deadline", 40)])
def test_each_part_fills_its_place_and_no_other(name: str, bits: int) -> None:
    """The largest value changes only its own bits; one more, or less than none, is refused by its name."""
    least, most = replace(ACT, **{name: 0}), replace(ACT, **{name: (1 << bits) - 1})
    changed = int.from_bytes(least.pack(), "big") ^ int.from_bytes(most.pack(), "big")
    assert bits == changed.bit_count()
    assert (1 << bits) - 1 == changed >> (changed & -changed).bit_length() - 1
    for wrong in (1 << bits, -1, 1 << 300):
        with pytest.raises(InputError, match=f"{name} {wrong} does not fit into {bits} bits"):
            replace(ACT, **{name: wrong}).pack()
