"""What every cabinet answers in the same words, and what a paper can be."""

import json
import re
import time
from collections.abc import Sequence
from typing import Any, Final

from supportledger.errors import Conflict, InputError, NotFound
from supportledger.ports.cabinet import Paper

LARGEST: Final = 1 << 20
"""Most bytes that a paper says."""
_NAME: Final = re.compile(r"[\x20-\x7e]{1,128}")
_GROUP: Final = re.compile(r"[\x20-\x7e]{0,128}")
_KIND: Final = re.compile(r"[\x21-\x7e]{1,32}")


def machine_time() -> int:
    """Give this machine's time, in Unix seconds."""
    return int(time.time())


def is_gone(expires_at: int | None, now: int) -> bool:
    """Tell whether what expires then is gone now."""
    return expires_at is not None and expires_at <= now


def checked(paper: Paper) -> str:
    """
    Let a paper be one that can be kept, and give what it says as canonical JSON.

    Raises:
        InputError: Its kind, its id, its group or a value cannot be.
    """
    for pattern, value, what in ((_KIND, paper.kind, "kind"), (_NAME, paper.id, "id")):
        if not pattern.fullmatch(value):
            raise InputError(f"this cannot be the {what} of a paper: {value[:40]!r}")
    if not _GROUP.fullmatch(paper.group):
        raise InputError(f"this cannot be the group of a paper: {paper.group[:40]!r}")
    if paper.version < 0 or len(set(paper.keys)) != len(paper.keys):
        raise InputError(f"a {paper.kind} has a key twice, or an impossible version")
    return _text(paper)


def all_checked(papers: Sequence[Paper]) -> list[str]:
    """
    Let papers be written in one call, and give what they say.

    Raises:
        InputError: One cannot be kept, or is there twice.
    """
    if len({(one.kind, one.id) for one in papers}) < len(papers):
        raise InputError("a paper is written twice in one call")
    return [checked(one) for one in papers]


def _text(paper: Paper) -> str:
    try:
        values = dict(paper.data)
        text = json.dumps(
            {"data": values, "keys": list(paper.keys)},
            ensure_ascii=False,
            allow_nan=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        is_same = json.loads(text)["data"] == values and len(text.encode()) <= LARGEST
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"a {paper.kind} can hold JSON values only: {error}") from error
    if not is_same:
        raise InputError(f"a {paper.kind} can hold JSON values only, and {LARGEST} bytes of them at most")
    return text


def read_text(text: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Give what a paper says, and its keys."""
    whole = json.loads(text)
    return whole["data"], tuple(whole["keys"])


def window_of(now: int, window_s: int, amount: int, limit: int) -> int:
    """
    Tell when the window began that an instant is in.

    Raises:
        InputError: An amount or a limit is negative, or a window no time at all.
    """
    if window_s < 1 or amount < 0 or limit < 0:
        raise InputError("a limit is of so much within so many seconds, and neither can be negative")
    return now - now % window_s


def no_paper(kind: str) -> NotFound:
    """Say that a paper is not there."""
    return NotFound(f"there is no such {kind}")


def changed(kind: str) -> Conflict:
    """Say that somebody else was faster."""
    return Conflict(f"somebody else has changed the {kind} meanwhile", hint="Read it again, then try again.")


def key_taken(kind: str) -> Conflict:
    """Say that another paper has a key."""
    return Conflict(f"another {kind} has that name already", hint="Choose another one.")
