"""What a letter must be, whoever takes it: nobody adds headers, recipients or commands to it."""

import re
from typing import Final

from supportledger.errors import InputError
from supportledger.ports.mail import Letter

_ADDRESS: Final = re.compile(
    r"[^\s<>()\[\],;:\\\"@]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?", re.ASCII
)
_LONGEST_SUBJECT: Final = 200


def check_letter(letter: Letter) -> None:
    """
    Let through only what can be a mail to one person.

    Raises:
        InputError: Its address or subject cannot be.
    """
    check_address(letter.to)
    if not letter.subject.isprintable() or not 1 <= len(letter.subject) <= _LONGEST_SUBJECT:
        raise InputError("not the subject of a mail: one line is expected")
    if "\0" in letter.text:
        raise InputError("not the text of a mail")


def check_address(address: str) -> None:
    """
    Let through only one mail address, without a name.

    Raises:
        InputError: It is not one, or has characters that could be a header's or a command's.
    """
    if not address.isascii() or not address.isprintable() or not _ADDRESS.fullmatch(address):
        raise InputError("not one mail address", hint="Write it as name@example.org.")
