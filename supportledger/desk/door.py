"""The door that all writing comes through: the guard takes secrets out before anything else sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from supportledger.desk.contents import Attachment, named
from supportledger.model.incident import SecretKind, in_order, marked_type
from supportledger.ports import Guard
from supportledger.proof.fields import FieldType, Value, field_type


@dataclass(frozen=True, slots=True)
class Admitted:
    """
    What was written, without its secrets.

    Args:
        values: The content's fields, with those of its files.
        attachments: The files.
        removed: The kinds of secrets that were in it.
    """

    values: Mapping[str, Value]
    attachments: tuple[Attachment, ...]
    removed: tuple[SecretKind, ...]


class Door:
    """
    Lets in what people write, customers and staff alike.

    Args:
        guard: Knows secrets.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def admit(self, values: Mapping[str, Value], attachments: Sequence[Attachment] = ()) -> Admitted:
        """
        Let in what somebody wrote; files are hashed afterwards.

        Raises:
            InputError: There are too many files, or no field has such a name.
        """
        removed: list[SecretKind] = []
        said = {name: self._value(name, value, removed) for name, value in values.items()}
        files = tuple(self._file(one, removed) for one in attachments)
        return Admitted({**said, **named(files)}, files, in_order(removed))

    def _value(self, name: str, value: Value, removed: list[SecretKind]) -> Value:
        if field_type(name) is not FieldType.STRING:
            return value
        if isinstance(value, bytes):
            try:
                value = value.decode()
            except UnicodeDecodeError:
                return value  # `Fields.create` refuses it, and says where it is wrong
        return self._text(value, removed) if isinstance(value, str) else value

    def _text(self, text: str, removed: list[SecretKind]) -> str:
        found = self._guard.redact(text)
        removed += found.kinds
        return found.text

    def _file(self, file: Attachment, removed: list[SecretKind]) -> Attachment:
        """Let a file in; its media type says what was removed from it."""
        found = self._guard.redact_file(file.data)
        removed += found.kinds
        name = self._text(file.name, removed)
        media_type = marked_type(self._text(file.media_type, removed), found.kinds)
        return replace(file, name=name, data=found.data, media_type=media_type)
