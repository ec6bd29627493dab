"""What every store of a witness answers in the same words."""

from supportledger.errors import Conflict, NotFound


def taken() -> Conflict:
    """Say that there is a witness."""
    return Conflict("there is a witness here already", hint="`supportledger witness show` shows it.")


def no_witness() -> NotFound:
    """Say that there is none."""
    return NotFound("there is no witness here", hint="`supportledger witness init NAME` begins one.")


def not_watched(origin: str) -> NotFound:
    """Say that a log is not watched."""
    return NotFound(
        f"this witness does not watch {origin}",
        hint="`supportledger witness watch KEY` lets it, once its key is known to be the log's.",
    )


def check_same_key(origin: str, known: bytes, key: bytes) -> None:
    """
    Do nothing if a log is watched with this key.

    Raises:
        Conflict: It is watched with another one.
    """
    if known != key:
        raise Conflict(
            f"this witness watches {origin} with another key",
            hint="A log that changes its key is another log: give it another name.",
        )
