"""
Makes the message catalogues anew: collects every message of the package, keeps the translations, compiles.

    python scripts/catalogues.py            update and compile every language
    python scripts/catalogues.py de         begin a new language
    python scripts/catalogues.py --check    say what is missing or out of date; exit code 1 if anything is

Messages come from five places: texts for people (`_`, `_n`, `mark`, templates of pages), the table of
settings, the ledger's refusals, click's own texts, and the errors and findings of all other rooms, whose
values become `{names}`; those of the last place may stay English. The files depend on nothing but the
sources, so that two runs make the same bytes.
"""

import ast
import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1] / "supportledger"
LOCALES = ROOT / "locale"
DOMAIN = "supportledger"
SPOKEN = (
    "proof/verify.py",
    "proof/ticket_case.py",
    "proof/proof_case.py",
    "proof/absence.py",
    "proof/deadlines.py",
    "proof/judging.py",
    "proof/trust.py",
    "proof/signed_entries.py",
    "proof/anchored.py",
    "proof/contradiction.py",
    "desk/demo.py",
)
"""Files that tell people things other than by raising errors."""
TRANSLATING = ("cli", "desk", "web")
"""Rooms that write to people in their own language, with `_`, `_n` and `mark`, or in templates."""
AUDITING = "desk/auditing/"
"""The room whose findings are told as they are written in these calls and under these names."""
FINDERS = {
    "Finding": 1,
    "_finding": 1,
    "_differs": 0,
    "_inconsistent": 1,
    "_uncertified": 0,
    "_unchecked": 0,
    "_misplaced": 1,
    "_say": 0,
}
FOUND = frozenset({"why", "said", "holds"})
CLICK = (
    "Usage:",
    "Missing argument",
    "Missing option",
    "Missing parameter",
    "Missing command.",
    "Missing parameter: {param_name}",
    "Missing {param_type}",
    "Choose from:\n\t{choices}",
    "Invalid value for {param_hint}: {message}",
    "Invalid value: {message}",
    "No such option {name!r}.",
    "No such option: {name}",
    "Did you mean {possibility}?",
    "Got unexpected extra argument ({args})",
    "Option {name!r} requires an argument.",
    "Option {name!r} does not take a value.",
    "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.",
    "{value!r} is not {choice}.",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} is not readable.",
    "Show this message and exit.",
    "default: {default}",
    "required",
    "File",
    "file",
    "Repeat for confirmation",
    "Error: The two entered values do not match.",
)
"""Texts of click that people of this program meet."""

ROLES = ("certifier", "supervisor", "anchorer")
"""Names of roles, as they are shown."""
Message = str | tuple[str, str]


def required() -> set[str]:
    """Collect the messages that must be translated: the command line's own, and the ledger's refusals."""
    found = [*_texts(), *_settings(), *_scenes(), *CLICK, *_refusals()]
    return {one if isinstance(one, str) else one[0] for one in found}


def messages() -> dict[Message, None]:
    """Collect every message, each once, in a stable order."""
    found = [*_texts(), *_settings(), *_scenes(), *_words(), *CLICK, *_refusals(), *_errors()]
    plain = sorted({one for one in found if isinstance(one, str)})
    counted = sorted({one for one in found if isinstance(one, tuple)})
    ones = {one for one, _many in counted}
    return dict.fromkeys([*(one for one in plain if one not in ones), *counted])


def _texts() -> Iterator[Message]:
    keywords: Mapping[str, tuple[int, ...] | None] = {
        "_": None,
        "_n": (1, 2),
        "mark": None,
        "gettext": None,  # what `{% trans %}` of a template means
        "ngettext": (1, 2),
    }
    written = [path for room in TRANSLATING for path in sorted((ROOT / room).rglob("*.py"))]
    templates = sorted((ROOT / "web" / "templates").rglob("*.html"))
    for path in [*written, *templates]:
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        options = {} if path.suffix == ".py" else {"extensions": "jinja2.ext.do", "silent": "false"}
        with path.open("rb") as file:
            found = extract(method, file, keywords=keywords, options=options)
            for _line, message, _comments, _context in found:
                yield message if isinstance(message, str) else (message[0], message[1])


def _settings() -> Iterator[str]:
    from supportledger.config import SETTINGS  # noqa: PLC0415 -- collected, not needed

    return (setting.meaning for setting in SETTINGS)


def _scenes() -> Iterator[str]:
    from supportledger.desk.demo_report import Scene  # noqa: PLC0415 -- collected, not needed

    return (str(scene) for scene in Scene)


def _words() -> Iterator[str]:
    """Words that appear as values in other messages."""
    from supportledger.model.ticket import Action  # noqa: PLC0415 -- collected, not needed

    yield from (str(action) for action in Action)
    yield from ROLES


def _refusals() -> Iterator[str]:
    from supportledger.model.refusal import REFUSALS  # noqa: PLC0415 -- collected, not needed

    return (text for cls in REFUSALS.values() for text in (cls.text, cls.advice) if text)


# -- errors and findings: what is written in a call that makes an error, or said in the files above ----------


def _errors() -> Iterator[str]:
    from supportledger import errors  # noqa: PLC0415 -- collected, not needed

    known = {name: value for name, value in vars(errors).items() if isinstance(value, type)}
    yield from filter(None, (getattr(one, "advice", "") for one in known.values()))
    kinds = {*known, "Contradicted"}
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(tree):
            yield from filter(None, map(template, _written(node, kinds, is_spoken=name in SPOKEN)))
            if name.startswith(AUDITING):
                yield from filter(None, map(template, _found(node)))


def _written(node: ast.AST, kinds: Iterable[str], *, is_spoken: bool) -> Iterator[ast.expr]:
    if is_spoken and isinstance(node, ast.Return) and node.value is not None:
        yield node.value
    if not isinstance(node, ast.Call):
        return
    name = ast.unparse(node.func).rpartition(".")[2]
    if name in kinds or (is_spoken and name in {"_unchecked", "tell", "append", "Inconclusive"}):
        yield from node.args[:1]
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "hint")


def _found(node: ast.AST) -> Iterator[ast.expr]:
    """Give what an audit says it has found."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in FOUND:
        yield from (
            (node.value.body, node.value.orelse) if isinstance(node.value, ast.IfExp) else (node.value,)
        )
    if isinstance(node, ast.Call):
        place = FINDERS.get(ast.unparse(node.func).rpartition(".")[2])
        yield from node.args[place : place + 1] if place is not None else ()


def template(node: ast.expr) -> str | None:
    """Give a text with its values as `{names}`; None if it is no text, or one word of code."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if " " in node.value else None
    if not isinstance(node, ast.JoinedStr):
        return None
    taken: dict[str, str] = {}
    parts = [
        str(part.value) if isinstance(part, ast.Constant) else "{" + _name(part, taken) + "}"
        for part in node.values
    ]
    text = "".join(parts)
    return text if " " in text else None


def _name(part: ast.expr, taken: dict[str, str]) -> str:
    """Name a value after the last name in its expression; two expressions never share one."""
    value = part.value if isinstance(part, ast.FormattedValue) else part
    source = ast.unparse(value)
    names = [
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(value)
        if isinstance(node, (ast.Attribute, ast.Name))
    ]
    base = next((name.strip("_") for name in names if name.isidentifier() and name.strip("_")), "value")
    found, number = base, 2
    while taken.setdefault(found, source) != source:
        found, number = f"{base}{number}", number + 1
    return found


# -- catalogues ----------------------------------------------------------------------------------------------


def updated(po: bytes, language: str) -> Catalog:
    """Give the catalogue of a language with every message there is, and the translations there were."""
    then = datetime(2026, 1, 1, tzinfo=UTC)
    before = read_po(io.BytesIO(po), locale=language)
    now = Catalog(
        locale=language,
        domain=DOMAIN,
        header_comment="# Translations are written here; messages are collected by scripts/catalogues.py.",
        project=DOMAIN,
        version="1",
        msgid_bugs_address="none",
        last_translator="none",
        language_team="none",
        fuzzy=False,
        creation_date=then,
        revision_date=then,
    )
    for message in messages():
        key = message if isinstance(message, str) else message[0]
        known = before.get(key)
        now.add(message, known.string if known else "")
    return now


def text_of(catalog: Catalog) -> bytes:
    """Write a catalogue as its translators edit it."""
    out = io.BytesIO()
    write_po(out, catalog, width=110, no_location=True, omit_header=False)
    return out.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Write a catalogue as gettext reads it."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def missing(catalog: Catalog) -> list[str]:
    """List messages that must have a translation and have none."""
    needed = required()
    return [_key(one) for one in catalog if _key(one) in needed and not all(_strings(one.string))]


def _key(message: BabelMessage) -> str:
    return str(message.id[0] if isinstance(message.id, (tuple, list)) else message.id)


def _strings(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, (tuple, list)) else (str(string),)


def main(arguments: list[str]) -> int:
    """Update every catalogue, or check them."""
    check = "--check" in arguments
    for language in (one for one in arguments if not one.startswith("-")):
        (LOCALES / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
        (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po").touch()
    wrong = 0
    for po in sorted(LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        catalog = updated(po.read_bytes(), po.parts[-3])
        made = {po: text_of(catalog), po.with_suffix(".mo"): compiled(catalog)}
        stale = [path for path, content in made.items() if not path.exists() or path.read_bytes() != content]
        for message in missing(catalog):
            print(f"{po.parts[-3]}: not translated: {message!r}")
        if check:
            wrong += len(stale) + len(missing(catalog))
            print(*(f"out of date: {path}" for path in stale), sep="\n")
        else:
            for path in stale:
                path.write_bytes(made[path])
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
