"""
Errors in the reader's language.

Rooms below this one write their messages in English, with values in them. Their templates are in the
catalogue, with the values as `{names}`; here a message is recognised by its template, translated, and given
its values again. What the catalogue does not have stays English.
"""

import re
from functools import cache
from typing import Final

from supportledger.cli import language
from supportledger.cli.language import _, mark

PARTS: Final = (
    mark("{number} entry"),
    mark("{number} entries"),
    mark("{number} head"),
    mark("{number} heads"),
    mark("{number} content matches"),
    mark("{number} contents match"),
    mark("{number} recover to their actors"),
    mark("{number} sent by the actor"),
    mark("{number} recorded for a keyless customer"),
    mark("{number} accepted by the ledger, not re-verifiable"),
    mark("{number} line"),
    mark("{number} lines"),
    mark("deadlines follow from the policy"),
    mark("{number} of 3 kinds of lateness"),
    mark("{number} escalation"),
    mark("{number} escalations"),
    mark("{number} field shown"),
    mark("{number} fields shown"),
    mark("{number} withheld"),
    mark("{number} other word"),
    mark("{number} other words"),
    mark("retired by now: policy {numbers}"),
    mark("if the block is trusted: {reach}"),
    mark("ledger {ledger} on chain {chain} (code {code})"),
    mark("What was written is kept: do not write it again, `supportledger action recover` sends it."),
    mark("{hint} What was written is kept: do not write it again, `supportledger action recover` sends it."),
    mark("unknown"),
    mark("impossible"),
)
"""What findings are put together from."""
_VALUE: Final = re.compile(r"\{\w+\}")


def translate(message: str) -> str:
    """Translate a message whose values are filled in already."""
    templates = _templates()
    if not message or not templates:
        return message
    exact = language._(message)
    if exact != message:
        return exact
    parts = message.split("; ")
    translated = [translate(part) for part in parts] if len(parts) > 1 else []
    if translated and all(map(str.__ne__, translated, parts)):
        return _("; ").join(translated)
    for pattern, translation in templates:
        if match := pattern.fullmatch(message):
            values = {
                name: _value(name, value) for name, value in match.groupdict().items() if value != message
            }
            return translation.format(**match.groupdict() | values)
    return _("; ").join(translated) or message


def _value(name: str, value: str) -> str:
    """Translate a value; the action Open is another word than the status."""
    return translate("opened" if (name, value) == ("action", "Open") else value)


@cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """List what the catalogue has with values, the most specific template first."""
    found = language.templates()
    catalogue = {one: found[one] for one in found if any(map(str.isalpha, _VALUE.sub("", one)))}
    ordered = sorted(catalogue, key=lambda template: len(_VALUE.sub("", template)), reverse=True)
    return tuple((_pattern(template), catalogue[template]) for template in ordered)


def _pattern(template: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts, at = [], 0
    for found in _VALUE.finditer(template):
        name = found[0][1:-1]
        parts += [
            re.escape(template[at : found.start()]),
            f"(?P={name})" if name in seen else f"(?P<{name}>.*?)",
        ]
        seen.add(name)
        at = found.end()
    return re.compile("".join([*parts, re.escape(template[at:])]), re.DOTALL)
