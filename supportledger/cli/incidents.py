"""Secrets that the desk removed, as customers and staff are told of them."""

from typing import TYPE_CHECKING

from supportledger.cli import language
from supportledger.cli.language import _
from supportledger.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Collection

    from supportledger.model.incident import SecretKind


def warn(removed: "Collection[SecretKind]") -> None:
    """Tell whoever wrote a secret, on stderr, that it was removed and what to do now."""
    if removed:
        from supportledger.assist.guard import warning  # noqa: PLC0415 -- hardly any run needs it

        say(f"⚠ {warning(removed, language.current())}")


def incident_text(removed: "Collection[SecretKind]") -> str:
    """Tell staff what was removed; empty if nothing was."""
    kinds = ", ".join(map(str, removed))
    return _("security incident: removed {kinds}").format(kinds=kinds) if removed else ""
