"""
What people fill in: read once, told beside the field what is wrong, and given back as it was typed.

    entered = Entered.of(request)
    body = entered.text("body", most=20_000)
    if entered.wrong:
        return page(request, "…", status=422, entered=entered)
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from supportledger.desk.contents import Attachment
from supportledger.errors import Error, InputError, LimitReached
from supportledger.language import mark, told, translated
from supportledger.web.language import language_of
from supportledger.web.line import in_line
from supportledger.web.sizes import FORMS, is_large, only_small
from supportledger.web.visitors import CSRF_FIELD, is_known

T = TypeVar("T")

LONGEST_TEXT: Final = 20_000
"""Characters of a message."""
LARGEST_FILE: Final = 10 * 1024 * 1024
"""Bytes of one attachment."""
MOST_FILES: Final = 10
_MOST_FIELDS: Final = 400
_HAN: Final = "\u2e80"
"""From here on, writing has its own full stop."""


async def take_form(request: Request) -> None:
    """Read a form before anybody asks for what is in it, the session's own token above all."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind in FORMS:
        if is_large(request) and not await in_line(is_known, request):
            only_small(request)
        form = await request.form(max_files=MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=1_000_000)
        request.state.form = form
        request.state.csrf_field = str(form.get(CSRF_FIELD, ""))


TAKES_FORM: Final = Depends(take_form)
"""For routers of pages, before anything else."""


@dataclass
class Entered:
    """
    A form as it was filled in.

    Args:
        form: As it came.
        language: In which to say what is wrong.
        wrong: What is wrong, by field; an empty name for the whole.
    """

    form: FormData
    language: str
    wrong: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, request: Request) -> "Entered":
        """Take the form of a request; an empty one if it brought none."""
        return cls(getattr(request.state, "form", FormData()), language_of(request))

    def __getitem__(self, name: str) -> str:
        """Give what was typed, to show it again."""
        found = self.form.get(name, "")
        return found if isinstance(found, str) else ""

    def all(self, name: str) -> list[str]:
        """Give all values of a field that may be there several times."""
        return [one for one in self.form.getlist(name) if isinstance(one, str)]

    def text(self, name: str, *, most: int = LONGEST_TEXT, is_needed: bool = True) -> str:
        """Read a text; what is wrong with it is put down."""
        found = self[name].replace("\r\n", "\n").strip()
        if is_needed and not found:
            self.refuse(name, translated(self.language, mark("This is needed.")))
        if len(found) > most:
            said = translated(self.language, mark("At most {most} characters; these are {count}."))
            self.refuse(name, said.format(most=most, count=len(found)))
        return found

    def read(self, name: str, parse: Callable[[str], T], *, default: T | None = None) -> T | None:
        """Read a value of another kind; None, and put down, if it cannot be."""
        found = self[name].strip()
        if not found:
            return default
        try:
            return parse(found)
        except Error as error:
            self.failed(error, name)
        except ValueError:
            self.refuse(name, translated(self.language, mark("This cannot be read.")))
        return None

    def files(self, name: str = "files") -> list[Attachment]:
        """Read attachments; what is too large, or too much, is put down."""
        uploads = [one for one in self.form.getlist(name) if isinstance(one, UploadFile) and one.filename]
        found = [self._file(name, one) for one in uploads]
        return [one for one in found if one is not None]

    def refuse(self, name: str, message: str) -> None:
        """Put down what is wrong with a field; the first thing said of it stands."""
        self.wrong.setdefault(name, message)

    def failed(self, error: Error, name: str = "") -> None:
        """
        Put down what the desk said to it.

        Raises:
            Error: It is not about what was entered: the same again may succeed, or nothing here helps.
        """
        if not isinstance(error, InputError) and (error.retryable and not isinstance(error, LimitReached)):
            raise error
        said = " ".join(_ended(told(self.language, one)) for one in (error.message, error.hint) if one)
        self.refuse(name, said)

    def _file(self, name: str, upload: UploadFile) -> Attachment | None:
        data = upload.file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            said = translated(self.language, mark("{file} is larger than {most} MB."))
            self.refuse(name, said.format(file=upload.filename, most=LARGEST_FILE // 1024**2))
            return None
        media_type = upload.content_type or "application/octet-stream"
        return Attachment(_plain(upload.filename or ""), data, media_type)


def _ended(text: str) -> str:
    """End a sentence, so that another can follow it."""
    if text[-1] in ".!?。！？":
        return text
    return text + ("。" if text[-1] >= _HAN else ".")


def _plain(name: str) -> str:
    """Keep the last part of a path, without what no file's name has."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(filter(str.isprintable, last))[:200] or "file"
