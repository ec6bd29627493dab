"""Every error of the contract has one exception, with the contract's arguments."""

import json
import pickle
import re
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest
from eth_abi import encode
from eth_utils import keccak

from supportledger.errors import Conflict, Denied, InputError, NotFound
from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.ids import Address, TicketId
from supportledger.model.refusal import (
    REFUSALS,
    ActionNotAllowed,
    AgentNotInForce,
    EscalatedRecently,
    PoliciesExhausted,
    Refusal,
    RoleMissing,
    SignatureExpired,
    TicketStale,
    TierTooLow,
    decode,
)
from supportledger.model.ticket import Action, Status

INTERFACE = Path(__file__).parents[3] / "contracts/interfaces/ISupportLedger.sol"
USER_TYPES = {"Action": "uint8", "Status": "uint8", "AgentStatus": "uint8"}
BASES = {InputError, NotFound, Denied, Conflict}
MORNING = "2023-11-14 22:13:20 UTC"  # 1_700_000_000
ALICE = Address(b"\xa1" * 20)
EXAMPLES = {"address": ALICE, "bytes32": b"\x17" * 32}


def snake(name: str) -> str:
    """Write a Solidity name in Python's way; `from` is a word of the language."""
    written = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return {"from": "from_", "needed_role": "role", "new_admin": "account", "default_admin": "account"}.get(
        written, written
    )


def declared() -> dict[str, list[tuple[str, str]]]:
    """Read the errors of the interface: name, and type and name of each argument."""
    source = re.sub(r"///?.*", "", INTERFACE.read_text())
    errors = {}
    for name, arguments in re.findall(r"\berror (\w+)\(([^)]*)\);", source):
        pairs = [argument.split() for argument in arguments.split(",") if argument.strip()]
        errors[name] = [(USER_TYPES.get(kind, kind), argument) for kind, argument in pairs]
    return errors


def packaged() -> dict[str, list[tuple[str, str]]]:
    """Read the errors of the packaged contract, OpenZeppelin's included."""
    artifact = files("supportledger.chain").joinpath("artifacts/SupportLedger.json")
    abi = json.loads(artifact.read_text())["abi"]
    return {
        entry["name"]: [(one["type"], one["name"]) for one in entry["inputs"]]
        for entry in abi
        if entry["type"] == "error"
    }


DECLARED = declared()
PACKAGED = packaged()


def example(cls: type[Refusal]) -> Refusal:
    """Make one with some arguments."""
    return cls(*(one.make(EXAMPLES.get(one.kind, 2)) for one in cls.parameters))


class TestAbi:
    def test_every_error_is_mapped(self) -> None:
        """The contract declares no error without an exception, and no exception is of another contract."""
        assert set(PACKAGED) == set(REFUSALS)
        assert set(DECLARED) <= set(REFUSALS)

    @pytest.mark.parametrize("name", DECLARED)
    def test_own_error_keeps_its_name(self, name: str) -> None:
        """A ledger's error and its exception are called the same."""
        assert name == REFUSALS[name].__name__

    @pytest.mark.parametrize("name", PACKAGED)
    def test_arguments_are_the_errors(self, name: str) -> None:
        """Each argument has its type and its name, in order."""
        expected = [(kind, snake(argument)) for kind, argument in PACKAGED[name]]
        assert expected == [(one.kind, one.name) for one in REFUSALS[name].parameters]

    @pytest.mark.parametrize("name", DECLARED)
    def test_source_and_package_agree(self, name: str) -> None:
        """The interface that people read and the contract that is deployed declare the same errors."""
        assert DECLARED[name] == PACKAGED[name]

    @pytest.mark.parametrize("name", REFUSALS)
    def test_encoding_is_that_of_an_abi_library(self, name: str) -> None:
        """The bytes are the selector and the words that any ABI library would give."""
        made = example(REFUSALS[name])
        kinds = [kind for kind, _ in PACKAGED[name]]
        expected = keccak(text=f"{name}({','.join(kinds)})")[:4] + encode(kinds, list(made.arguments))
        assert expected == made.encode()

    @pytest.mark.parametrize("name", REFUSALS)
    def test_decoding_gives_it_back(self, name: str) -> None:
        """A revert and the reason of a skipped item become the same exception with the same arguments."""
        made = example(REFUSALS[name])
        read = decode(made.encode())
        assert (type(made), made.arguments, str(made)) == (type(read), read.arguments, str(read))
        assert [type(one) for one in made.arguments] == [type(one) for one in read.arguments]

    @pytest.mark.parametrize("data", [b"", b"\x01", b"\x08\xc3\x79\xa0", TierTooLow.selector() + bytes(95)])
    def test_other_bytes_are_nothing_of_ours(self, data: bytes) -> None:
        """What no error of the ledger encodes to is left to others to read."""
        assert decode(data) is None

    def test_unknown_number_stays_a_number(self) -> None:
        """An action or status that this code does not know is shown as it came."""
        read = decode(ActionNotAllowed.selector() + (14).to_bytes(32) + (5).to_bytes(32))
        assert (14, Status.CLOSED) == read.arguments


class TestPeople:
    @pytest.mark.parametrize("cls", REFUSALS.values(), ids=lambda cls: cls.__name__)
    def test_one_kind_of_error(self, cls: type[Refusal]) -> None:
        """Each is wrong input, something missing, a lack of permission, or a conflict: just one of them."""
        assert 1 == len(BASES & set(cls.__mro__))

    @pytest.mark.parametrize("cls", REFUSALS.values(), ids=lambda cls: cls.__name__)
    def test_message_says_what_is_known(self, cls: type[Refusal]) -> None:
        """A message is a sentence of a person's length without empty places, a hint ends with a stop."""
        made = example(cls)
        assert made.message
        assert len(made.message) < 240
        assert not re.search(r"[{}]|None|Action\.|Status\.|b'", made.message + made.hint)
        assert made.hint == "" or re.fullmatch(r"[A-Z].*\.", made.hint)

    @pytest.mark.parametrize(
        ("made", "message"),
        [
            (
                AgentNotInForce(ALICE, AgentStatus.SUSPENDED, 1_700_000_000, 0),
                f"the certificate of {ALICE} is not in force: suspended, from {MORNING} until never",
            ),
            (
                ActionNotAllowed(Action.REPLY, Status.ON_HOLD),
                "Reply is not possible while the ticket is OnHold",
            ),
            (EscalatedRecently(1_700_000_000), f"the ticket was escalated lately; again from {MORNING}"),
            (
                RoleMissing(ALICE, keccak(text="CERTIFIER_ROLE")),
                f"{ALICE} does not have the role that this needs (certifier)",
            ),
            (
                RoleMissing(ALICE, b"\x01" * 32),
                f"{ALICE} does not have the role that this needs (0x{'01' * 32})",
            ),
            (
                SignatureExpired(1 << 63, 1),
                f"the signature was good until {1 << 63} (Unix seconds); it is 1970-01-01 00:00:01 UTC",
            ),
        ],
        ids=lambda made: type(made).__name__,
    )
    def test_arguments_are_shown_as_people_read_them(self, made: Refusal, message: str) -> None:
        """Times are dates, statuses and actions are words, accounts have checksums, roles have names."""
        assert message == str(made)

    def test_codes_are_unique(self) -> None:
        """A machine can tell every refusal from every other by its code."""
        assert len(REFUSALS) == len({cls.code for cls in REFUSALS.values()})


class TestObjects:
    def test_arguments_are_attributes(self) -> None:
        """The values a caller acts on need not be read from the message."""
        made = TicketStale(TicketId(b"\x01" * 32), b"\x02" * 32, b"\x03" * 32)
        assert (b"\x01" * 32, b"\x02" * 32, b"\x03" * 32) == (made.ticket_id, made.current, made.presented)

    def test_arguments_may_be_named(self) -> None:
        """Given by name or in order, they are the same."""
        assert TierTooLow(ALICE, 1, 2).arguments == TierTooLow(agent=ALICE, tier=1, required=2).arguments

    @pytest.mark.parametrize(
        ("args", "named"),
        [
            ((), {}),
            ((ALICE, 1), {}),
            ((ALICE, 1, 2, 3), {}),
            ((ALICE, 1), {"tier": 2}),
            ((ALICE, 1), {"x": 2}),
        ],
        ids=str,
    )
    def test_arguments_must_be_complete(self, args: tuple[object, ...], named: dict[str, int]) -> None:
        """A refusal without one of its arguments, or with another, is a mistake in the code."""
        with pytest.raises(TypeError, match="agent, tier, required"):
            TierTooLow(*args, **named)

    @pytest.mark.parametrize("made", [example(cls) for cls in REFUSALS.values()], ids=lambda one: one.code)
    def test_refusals_survive_pickling(self, made: Refusal) -> None:
        """A refusal crosses a process boundary unchanged."""
        copy = pickle.loads(pickle.dumps(made))
        assert (type(made), vars(made)) == (type(copy), vars(copy))

    def test_one_without_arguments_takes_none(self) -> None:
        """Some errors say everything by their name."""
        assert () == PoliciesExhausted().arguments

    def test_module_exports_what_it_maps(self) -> None:
        """Every exception can be imported from one place."""
        classes = {cls.__name__ for cls in REFUSALS.values()}
        assert classes == set(refusal.__all__) - {"REFUSALS", "Refusal", "decode"}
        assert all(hasattr(refusal, name) for name, _ in product(classes, [0]))
