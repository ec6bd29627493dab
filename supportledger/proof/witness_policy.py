"""
Which witnesses count, and how many of them must have cosigned: k of n, and groups of groups if need be.

    witness alice witness.example/alice+3a4b5c6d+BA…
    witness bob   witness.example/bob+77889900+BA…
    group both all alice bob
    quorum both

Names of witnesses and groups live in the policy only; what counts is their keys.

Source: C2SP tlog-policy; docs/spec/anchored-log.md, L4.6.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self

from supportledger.errors import CosignatureMismatch, InputError
from supportledger.proof.note import KeyKind, Note, VerifierKey

POLICY_LIMIT: Final = 1 << 20
NONE: Final = "none"
"""The quorum that asks for nobody."""
_COUNT: Final = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Group:
    """
    A number of witnesses or groups, some of whom must have cosigned.

    Args:
        least: How many; 1 ≤ least ≤ members.
        members: Names, each once.

    Raises:
        InputError: One is there twice: it would count twice.
    """

    least: int
    members: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a name that is there twice."""
        if len(set(self.members)) != len(self.members):
            raise InputError("a group names one of its members twice")


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """
    What a checkpoint needs, beside its log's signature, to be believed.

    Args:
        quorum: Name of the witness or group that must have cosigned; `none` for nobody.
        witnesses: Keys by name.
        groups: By name; members were defined before.
        logs: Keys of the logs that the policy is for; none for any.

    Raises:
        InputError: A key or name is there twice, or a key is none that cosigns.
    """

    quorum: str
    witnesses: Mapping[str, VerifierKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    logs: tuple[VerifierKey, ...] = ()

    def __post_init__(self) -> None:
        """Refuse one key under two names: it would count twice."""
        _check_once([key.public for key in self.witnesses.values()], "witness")
        _check_once([key.public for key in self.logs], "log")
        if any(key.kind is not KeyKind.COSIGNATURE for key in self.witnesses.values()):
            raise InputError("the key of a witness is one for cosignatures", hint="Its key begins with B.")
        if self.witnesses.keys() & self.groups.keys():
            raise InputError("a group has the name of a witness")

    @classmethod
    def of(cls, least: int, keys: Sequence[VerifierKey]) -> Self:
        """
        Ask for k of n witnesses.

        Raises:
            InputError: There are fewer, or the same twice.
        """
        named = {key.name: key for key in keys}
        if len(named) != len(keys) or not 0 <= least <= len(keys):
            raise InputError(f"{least} of {len(keys)} witnesses cannot be asked for")
        if least == 0:
            return cls(NONE, named)
        quorum = _free_name(named)
        return cls(quorum, named, {quorum: Group(least, tuple(named))})

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read a policy file.

        Raises:
            InputError: It is none; says which line is wrong.
        """
        if len(text) > POLICY_LIMIT or _CONTROL.search(text):
            raise InputError("this is no policy of witnesses: it is too large, or has control characters")
        reading = _Reading()
        for number, line in enumerate(text.split("\n"), start=1):
            words = [word for word in re.split("[ \t]+", line) if word]
            if words and not words[0].startswith("#"):
                reading.take(number, words)
        if reading.quorum is None:
            raise InputError(
                "a policy of witnesses has one quorum line", hint="Write `quorum none` for none."
            )
        return cls(
            reading.quorum,
            MappingProxyType(reading.witnesses),
            MappingProxyType(reading.groups),
            tuple(reading.logs),
        )

    def __str__(self) -> str:
        """Write it as `parse` reads it."""
        lines = [f"log {key}" for key in self.logs]
        lines += [f"witness {name} {key}" for name, key in self.witnesses.items()]
        lines += [f"group {name} {one.least} {' '.join(one.members)}" for name, one in self.groups.items()]
        return "".join(f"{line}\n" for line in (*lines, f"quorum {self.quorum}"))

    def check(self, note: Note, *, not_after: int | None = None) -> Mapping[str, int]:
        """
        Check that enough witnesses cosigned a note (L4.6).

        Args:
            note: Of a checkpoint, or of whatever witnesses put their names to.
            not_after: Unix seconds; cosignatures that claim to be later do not count. None: any time.

        Returns:
            When they did, in Unix seconds by name, whether or not the quorum needs them.

        Raises:
            CosignatureMismatch: They are too few, or a cosignature of one of them is wrong.
        """
        found = note.verified(self.witnesses.values())
        times = {name: found[key] for name, key in self.witnesses.items() if key in found}
        signed = {
            name: time
            for name, time in times.items()
            if time is not None and (not_after is None or time <= not_after)
        }
        if not self._is_met(signed):
            named = ", ".join(sorted(signed)) or "nobody"
            raise CosignatureMismatch(
                f"cosigned by {named}, which is not what the policy asks for ({self.asks()})",
                hint="Ask more of the witnesses to cosign.",
            )
        return signed

    def asks(self) -> str:
        """Say in words what it asks for."""
        if self.quorum == NONE:
            return "no witness"
        group = self.groups.get(self.quorum)
        if group is None:
            return self.quorum
        return f"{group.least} of {len(group.members)}: {', '.join(group.members)}"

    def _is_met(self, signed: Collection[str]) -> bool:
        """Go through the groups as they were defined, members first, so that no depth of them is too deep."""
        met = set(signed)
        for name, group in self.groups.items():
            if sum(member in met for member in group.members) >= group.least:
                met.add(name)
        return self.quorum == NONE or self.quorum in met


class _Reading:
    """A policy file, line by line."""

    def __init__(self) -> None:
        self.quorum: str | None = None
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.logs: list[VerifierKey] = []
        self._members: set[str] = set()

    def take(self, number: int, words: list[str]) -> None:
        """Read one line."""
        kinds = {"log": self._log, "witness": self._witness, "group": self._group, "quorum": self._quorum}
        try:
            kinds.get(words[0], _unknown)(words[1:])
        except InputError as error:
            raise InputError(f"line {number} of the policy: {error.message}", hint=error.hint) from error

    def _log(self, words: list[str]) -> None:
        _check_count(words, 1, 2)
        self.logs.append(VerifierKey.parse(words[0]))

    def _witness(self, words: list[str]) -> None:
        _check_count(words, 2, 3)
        self._check_new(words[0])
        self.witnesses[words[0]] = VerifierKey.parse(words[1])

    def _group(self, words: list[str]) -> None:
        _check_count(words, 3, POLICY_LIMIT)
        name, asked, *members = words
        self._check_new(name)
        for member in members:
            self._check_known(member)
            if member in self._members:
                raise InputError(f"{member} is a member twice")
            self._members.add(member)
        self.groups[name] = Group(_least(asked, len(members)), tuple(members))

    def _quorum(self, words: list[str]) -> None:
        _check_count(words, 1, 1)
        if self.quorum is not None:
            raise InputError("it is the second quorum")
        if words[0] != NONE:
            self._check_known(words[0])
        self.quorum = words[0]

    def _check_new(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise InputError(f"the name {name} is taken")

    def _check_known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise InputError(f"{name} is not defined above it")


def _unknown(_words: list[str]) -> None:
    raise InputError("it begins with another word than log, witness, group or quorum")


def _check_count(words: list[str], least: int, most: int) -> None:
    if not least <= len(words) <= most:
        raise InputError("it has too few or too many words")


def _least(asked: str, members: int) -> int:
    if asked in {"all", "any"}:
        return members if asked == "all" else 1
    if not _COUNT.fullmatch(asked) or int(asked) > members:
        raise InputError(f"{asked[:40]} of {members} members cannot be asked for")
    return int(asked)


def _check_once(keys: Iterable[bytes], what: str) -> None:
    listed = list(keys)
    if len(set(listed)) != len(listed):
        raise InputError(f"one key is there as two of the {what} keys")


def _free_name(taken: Collection[str]) -> str:
    return next(
        name
        for name in ("quorum", *(f"quorum-{number}" for number in range(len(taken) + 1)))
        if name not in taken
    )
