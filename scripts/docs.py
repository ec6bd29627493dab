"""
Writes the pages of docs/reference that are tables of the code, so that they cannot say something else.

    scripts/docs.py            write them
    scripts/docs.py --check    compare them; exit 1 and name the pages that differ
"""

import ast
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import click

from supportledger import errors
from supportledger.cli.app import PROGRAM, root
from supportledger.cli.commands import Context
from supportledger.cli.exit_codes import ExitCode, exit_code
from supportledger.config import SETTINGS, Settings
from supportledger.desk.figures.definitions import BACKLOG, TABLE, UNANSWERED
from supportledger.desk.figures.standing import AGES
from supportledger.model.duration import format_duration
from supportledger.model.refusal import REFUSALS, Refusal
from supportledger.web.api.described import RIGHT
from supportledger.web.api.documented import USUAL
from supportledger.web.app import create_app
from supportledger.web.surroundings import Surroundings
from supportledger.wiring.fronting import memory_front

FOLDER: Final = Path(__file__).parents[1] / "docs" / "reference"
NOTE: Final = "<!-- Made by `make docs` from the code: change it there. -->\n\n"


def main(arguments: Sequence[str]) -> int:
    """Write or compare every page."""
    pages = {FOLDER / name: NOTE + page() for name, page in PAGES.items()}
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path} is not what the code says: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(pages[path], "utf-8")
        print(f"wrote {path}")
    return 0


# -- pages ---------------------------------------------------------------------------------------------------


def settings_page() -> str:
    """Tell every setting, from the table that reads them."""
    rows = (
        (
            f"`{setting.flag}`" if setting.is_flag else "",
            f"`{setting.variable}`",
            f"`{setting.key}`",
            _default(setting.name),
            setting.meaning,
        )
        for setting in SETTINGS
    )
    return f"""# Settings

The first of these that names a setting wins:

1. the flag of the command, or the argument of `supportledger.connect`
2. the environment variable
3. the line in `settings.toml` in the data directory, then in your own configuration directory
4. the default

{_table(("flag", "environment", "line in settings.toml", "default", "meaning"), rows)}"""


def errors_page() -> str:
    """Tell every exception, with its code and exit code, and every refusal of the contract."""
    return f"""# Errors and exit codes

Every exception is a `supportledger.Error` with `message`, `hint` (what to do next), `code` (stable, for
machines) and `retryable` (the same call may succeed later without anything being changed).

## Exit codes

{_table(("code", "name", "meaning"), _exit_codes())}
## Exceptions

{_table(("class", "is a", "code", "exit code", "retryable", "meaning"), _exceptions())}
## Refusals of the ledger

Each error of the contract is an exception of `supportledger.model.refusal`; its arguments are attributes.
A single call raises it; a batch gives it as the outcome of the item.

{_table(("error of the contract", "is a", "code", "meaning"), _refusals())}"""


def cli_page() -> str:
    """Tell the help of every command."""
    os.environ["COLUMNS"] = "100"
    helps = "".join(f"\n## {name}\n\n```\n{text}\n```\n" for name, text in _helps(root, PROGRAM, None))
    return f"""# Command line

Every command takes the options listed first. `--json` gives one JSON document on stdout, an error included.
Exit codes are in [errors.md](errors.md), settings in [settings.md](settings.md).
{helps}"""


def figures_page() -> str:
    """Tell every figure, from the table that they are worked out by."""
    rows = ((f"`{one.name}`", one.title, one.kind.value, one.says, one.dated_by, one.source) for one in TABLE)
    return f"""# Figures

`supportledger figures` shows them, by agent, queue, channel, topic, policy, language, day, week or month, and
with `--rows` what each was made of. They follow from the ledger's entries: whoever replays them comes to the
same numbers. How tickets are filed groups them, leaves merged ones out of first responses, and says which
ticket followed which.

* A **count** is a number.
* A **duration** has its number, mean, median and 90th percentile (the least one that nine of ten do not
  exceed), once of all seconds, once of those within the business hours of the ticket's policy; without
  business hours all seconds count.
* A **share** has the number that it is a share of. Nothing of nothing is no share.

A period has its first second, and not the one behind its last. The agent of a figure is who wrote the answer;
of a solved ticket who solved it last.

{_table(("name", "title", "kind", "definition", "dated by", "worked out from"), rows)}
## What stands now

{_table(("title", "definition"), (UNANSWERED, BACKLOG))}
Ages end at {", ".join(format_duration(age) for age in AGES)}; the last has no end.
"""


def api_page() -> str:
    """Tell every operation of the HTTP API, from its own description."""
    with memory_front() as front:
        said = create_app(front, Surroundings("http://localhost"), closes=False).openapi()
    rooms: dict[str, list[tuple[str, ...]]] = {}
    for path, methods in said["paths"].items():
        for method, one in methods.items():
            rooms.setdefault(one["tags"][0], []).append(_operation(method, path, one))
    tables = "".join(
        f"\n## {room}\n\n{_table(('verb', 'request', 'right', 'sends', 'gets', 'meaning'), sorted(rows))}"
        for room, rows in sorted(rooms.items())
    )
    return f"""# HTTP API

How to use it is in [its guide](../guides/api.md). The desk gives the description that this page is made of,
OpenAPI 3.1, at `/api/v1/openapi.json`, with every field of what is sent and what comes back. The verbs are
those of `supportledger.Client`, too. The right is what an API key needs as a scope.

Statuses of problems: {", ".join(f"`{status}`" for status in USUAL)} from every operation; `404`,
`409`, `410`, `412` and `502` where the description says so.
{tables}"""


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "cli.md": cli_page,
    "figures.md": figures_page,
    "api.md": api_page,
}


# -- rows ----------------------------------------------------------------------------------------------------


def _operation(method: str, path: str, one: Mapping[str, Any]) -> tuple[str, ...]:
    """Tell one operation: its verb, request, right, what is sent, what comes back, and what it means."""
    sent = one.get("requestBody", {}).get("content", {}).get("application/json", {})
    status, got = next((code, got) for code, got in one["responses"].items() if code.startswith("2"))
    kind = next(iter(got.get("content", {"": {}}).items()))
    answer = _shape(kind[1]) or kind[0]
    right = f"`{one[RIGHT]}`" if RIGHT in one else ("anybody" if {} in one["security"] else "signed in")
    request = f"`{method.upper()} {path.removeprefix('/api/v1')}`"
    return f"`{one['operationId']}`", request, right, _shape(sent), f"{status} {answer}", _first(one)


def _shape(content: Mapping[str, Any]) -> str:
    """Name a shape; empty for none."""
    return content.get("schema", {}).get("$ref", "").rpartition("/")[2].replace("_", " ").strip()


def _first(one: Mapping[str, Any]) -> str:
    return " ".join(one["description"].split("\n\n")[0].split())


def _exit_codes() -> Iterable[tuple[str, ...]]:
    said = _said_of_members(ExitCode)
    for code in ExitCode:
        yield str(code.value), f"`{code.name}`", said.get(code.name, code.name.replace("_", " ").capitalize())


def _exceptions() -> Iterable[tuple[str, ...]]:
    for kind in _descendants(errors.Error):
        if kind.__module__ == errors.__name__:
            yield (
                f"`{kind.__name__}`",
                f"`{kind.__bases__[0].__name__}`",
                f"`{kind.code}`",
                str(exit_code(kind).value),
                "yes" if kind.retryable else "",
                _claim(kind),
            )


def _refusals() -> Iterable[tuple[str, ...]]:
    for name in sorted(REFUSALS):
        kind = REFUSALS[name]
        bases = ", ".join(f"`{base.__name__}`" for base in kind.__bases__ if base is not Refusal)
        yield f"`{kind.signature()}`", bases, f"`{kind.code}`", _claim(kind)


def _helps(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    """Give a command and those below it; the options of every command are told once."""
    context = Context(command, info_name=name, parent=parent)
    text = command.get_help(context)
    if parent is not None:
        text = re.sub(r"\n*Options of every command:\n(?: .*\n?)+", "\n", text)
    yield context.command_path, text.strip()
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None:
                yield from _helps(found, child, context)


def _descendants(kind: type[errors.Error]) -> Iterable[type[errors.Error]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


def _default(name: str) -> str:
    """Tell a default, unless it depends on the machine."""
    default = inspect.signature(Settings).parameters[name].default
    if default in {None, inspect.Parameter.empty}:
        return {"data_dir": "the user's data directory"}.get(name, "")
    return f"`{str(default).lower()}`"


def _said_of_members(kind: type) -> Mapping[str, str]:
    """Read the strings below the members of a class."""
    (body,) = (
        node.body for node in ast.parse(inspect.getsource(kind)).body if isinstance(node, ast.ClassDef)
    )
    said = {}
    for member, below in pairwise(body):
        if isinstance(member, ast.Assign) and isinstance(below, ast.Expr):
            target, text = member.targets[0], below.value
            if isinstance(target, ast.Name) and isinstance(text, ast.Constant):
                said[target.id] = str(text.value)
    return said


def _claim(kind: type) -> str:
    """Give the first sentence of a docstring."""
    return " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
