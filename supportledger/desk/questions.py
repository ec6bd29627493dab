"""
Customer questions to try the system on: the set that ships, or any CSV or JSON Lines file.

A file is read as a stream, so its size does not matter, and nothing of it is guessed: what cannot be read is
an error that names the line.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from supportledger.errors import InputError, NotFound

TEXT_COLUMNS: Final = ("text", "question")
"""Where the text is; the first that a file has."""
_FORMATS: Final = "CSV (.csv) or JSON Lines (.jsonl, .ndjson)"
_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Question:
    """
    What a customer asks, and what a good answer would be.

    Args:
        text: In the customer's words.
        subject: One line.
        category: What it is about.
        language: BCP 47, such as `en` or `zh-Hans`.
        answer: What an agent may say to it.
    """

    text: str
    subject: str = ""
    category: str = ""
    language: str = ""
    answer: str = ""


def shipped_questions() -> Iterator[Question]:
    """Give the questions that come with the package, in English and Chinese."""
    return _read(resources.files("supportledger") / "data" / "questions.jsonl", _json_rows)


def read_questions(path: Path) -> Iterator[Question]:
    """
    Give the questions of a file.

    Args:
        path: UTF-8, named `.csv`, with a first line of column names, or `.jsonl`, with an object on a line.
            The column `text`, or else `question`, is needed; `subject`, `category`, `language` and `answer`
            are taken where they are.

    Raises:
        NotFound: There is no such file.
        InputError: It is named otherwise, empty or not UTF-8, has no such column, or a line is malformed.
    """
    readers = {".csv": _csv_rows, ".jsonl": _json_rows, ".ndjson": _json_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path}: questions are read from {_FORMATS}")
    return _read(path, reader)


def _read(source: Traversable, rows: "_Reader") -> Iterator[Question]:
    empty = True
    for where, row in rows(_lines(source)):
        empty = False
        yield _question(f"{source}, line {where}", row)
    if empty:
        raise InputError(f"{source} holds no questions")


# -- lines ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a file, with its end, and where to find it."""

    source: Traversable
    number: int
    text: str

    def error(self, complaint: str, hint: str = "") -> InputError:
        return InputError(f"{self.source}, line {self.number}: {complaint}", hint=hint)


_Row = Mapping[str, Any]
_Rows = Iterator[tuple[int, _Row]]
_Reader = Callable[[Iterator[_Line]], _Rows]


def _lines(source: Traversable) -> Iterator[_Line]:
    try:
        with source.open("rb") as file:
            for number, raw in enumerate(file, 1):
                yield _Line(source, number, _decoded(source, number, raw))
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {source}") from error
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror}") from error


def _decoded(source: Traversable, number: int, raw: bytes) -> str:
    try:
        return raw.removeprefix(_MARK if number == 1 else b"").decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{source}, line {number}: byte {raw[error.start]:#04x} is not UTF-8",
            hint="Convert the file, for example with: iconv -f GB18030 -t UTF-8",
        ) from error


# -- rows ----------------------------------------------------------------------------------------------------


def _json_rows(lines: Iterator[_Line]) -> _Rows:
    for line in lines:
        if line.text.strip():
            yield line.number, _object(line)


def _object(line: _Line) -> _Row:
    try:
        row = json.loads(line.text)
    except (ValueError, RecursionError) as error:
        raise line.error(f"not JSON: {error}", "Each line is an object of its own.") from error
    if not isinstance(row, dict):
        raise line.error("not a JSON object", 'A line reads: {"text": "..."}')
    _check_columns(line, list(row))
    return row


def _csv_rows(lines: Iterator[_Line]) -> _Rows:
    seen = _Seen(lines)
    reader = csv.reader(seen, strict=True)  # else a quotation mark left open swallows the rest of the file
    names: list[str] = []
    try:
        for cells in reader:
            if not cells:
                continue
            if not names:
                names = [cell.strip() for cell in cells]
                _check_columns(seen.line, names)
            elif len(cells) != len(names):
                raise seen.line.error(f"{len(cells)} cells, and the first line names {len(names)} columns")
            else:
                yield seen.line.number, dict(zip(names, cells, strict=True))
    except csv.Error as error:
        raise seen.line.error(f"malformed CSV: {error}") from error


class _Seen:
    """Lines of text, remembering the last one that was asked for."""

    def __init__(self, lines: Iterator[_Line]) -> None:
        self._lines = lines
        self.line: _Line

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.line = line
            yield line.text


def _check_columns(line: _Line, names: Sequence[str]) -> None:
    if not set(TEXT_COLUMNS).intersection(names):
        raise line.error(
            f"no column {TEXT_COLUMNS[0]!r}; there is {', '.join(names)[:200] or 'nothing'}",
            f"Name the column with the customers' words {TEXT_COLUMNS[0]!r}.",
        )


def _question(where: str, row: _Row) -> Question:
    column = next(name for name in TEXT_COLUMNS if name in row)
    values = {name: row.get(name) or "" for name in ("subject", "category", "language", "answer")}
    values["text"] = row[column]
    for name, value in values.items():
        if not isinstance(value, str):
            raise InputError(f"{where}: {name} is not text")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise InputError(f"{where}: {name} is not valid Unicode: it has half of a surrogate pair")
    if not values["text"].strip():
        raise InputError(f"{where}: the text is empty")
    return Question(**values)
