"""What a desk is asked about actions; made by scripts/client.py."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Actions:
    """
    Asks a desk about actions.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Any]) -> None:
        self._ask = ask

    def list(
        self,
        *,
        ticket: str | None = None,
        status: Sequence[str] | None = None,
        size: int | None = None,
        after: str | None = None,
    ) -> answers.PageAction:
        """List actions in the order in which they were written."""
        found: answers.PageAction = self._ask(
            Ask("GET", "/actions", query={"ticket": ticket, "status": status, "size": size, "after": after})
        )
        return found

    def submit(
        self,
        *,
        prepared: str,
        signature: str,
        product: str | None = None,
        topic: str | None = None,
        key: str = "",
    ) -> answers.Sent:
        """Take the signature of what was prepared; doing it twice gives the same action."""
        found: answers.Sent = self._ask(
            Ask(
                "POST",
                "/actions",
                body={"prepared": prepared, "signature": signature, "product": product, "topic": topic},
                key=key,
            )
        )
        return found

    def prepare(
        self, *, wanted: Mapping[str, Any], ticket: str | None = None, key: str = ""
    ) -> answers.Prepared:
        """Write down what somebody wants to do, for their own key to sign."""
        found: answers.Prepared = self._ask(
            Ask("POST", "/actions/prepare", body={"ticket": ticket, "wanted": wanted}, key=key)
        )
        return found

    def prepare_many(
        self, *, tickets: Sequence[str], wanted: Mapping[str, Any], key: str = ""
    ) -> answers.PreparedMany:
        """
        Write down one thing for many tickets; each is signed and submitted by itself.

        What cannot be done to one ticket stops no other; stopping midway costs no signature that was
        submitted.
        """
        found: answers.PreparedMany = self._ask(
            Ask("POST", "/actions/prepare/many", body={"tickets": tickets, "wanted": wanted}, key=key)
        )
        return found

    def get(self, digest: str) -> answers.Action:
        """Tell how far an action has come, and why it was rejected if it was."""
        found: answers.Action = self._ask(Ask("GET", f"/actions/{part(digest)}"))
        return found

    def absence(self, digest: str) -> bytes:
        """
        Give the proof file of a promise to relay that was not kept.

        There is one only once it was broken.
        """
        found: bytes = self._ask(Ask("GET", f"/actions/{part(digest)}/absence"))
        return found

    def receipt(self, digest: str) -> answers.Receipt:
        """Give the desk's signed promise to relay an action."""
        found: answers.Receipt = self._ask(Ask("GET", f"/actions/{part(digest)}/receipt"))
        return found
