"""What a desk is asked about tickets; made by scripts/client.py."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Tickets:
    """
    Asks a desk about tickets.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Any]) -> None:
        self._ask = ask

    def list(
        self,
        *,
        status: Sequence[str] | None = None,
        queue: Sequence[str] | None = None,
        tag: Sequence[str] | None = None,
        assignee: str | None = None,
        overdue: bool | None = None,
        person: str | None = None,
        language: str | None = None,
        q: str | None = None,
        sort: str | None = None,
        size: int | None = None,
        after: str | None = None,
    ) -> answers.PageTicket:
        """List tickets; subjects are shown, so the reading is on record."""
        found: answers.PageTicket = self._ask(
            Ask(
                "GET",
                "/tickets",
                query={
                    "status": status,
                    "queue": queue,
                    "tag": tag,
                    "assignee": assignee,
                    "overdue": overdue,
                    "person": person,
                    "language": language,
                    "q": q,
                    "sort": sort,
                    "size": size,
                    "after": after,
                },
            )
        )
        return found

    def open(
        self,
        *,
        body: str,
        subject: str,
        policy: int | None = None,
        language: str | None = None,
        channel: str | None = None,
        product: str | None = None,
        topic: str | None = None,
        files: Sequence[Mapping[str, Any]] | None = None,
        key: str = "",
    ) -> answers.Sent:
        """Open a ticket: a customer with a key signs it, for others the desk records what they wrote."""
        found: answers.Sent = self._ask(
            Ask(
                "POST",
                "/tickets",
                body={
                    "body": body,
                    "subject": subject,
                    "policy": policy,
                    "language": language,
                    "channel": channel,
                    "product": product,
                    "topic": topic,
                    "files": files,
                },
                key=key,
            )
        )
        return found

    def count(
        self,
        *,
        status: Sequence[str] | None = None,
        queue: Sequence[str] | None = None,
        tag: Sequence[str] | None = None,
        assignee: str | None = None,
        overdue: bool | None = None,
        person: str | None = None,
        language: str | None = None,
        q: str | None = None,
        sort: str | None = None,
        size: int | None = None,
        after: str | None = None,
    ) -> answers.TicketCount:
        """Count tickets; words, tags and languages are not looked at."""
        found: answers.TicketCount = self._ask(
            Ask(
                "GET",
                "/tickets/count",
                query={
                    "status": status,
                    "queue": queue,
                    "tag": tag,
                    "assignee": assignee,
                    "overdue": overdue,
                    "person": person,
                    "language": language,
                    "q": q,
                    "sort": sort,
                    "size": size,
                    "after": after,
                },
            )
        )
        return found

    def get(self, name: str) -> answers.TicketWhole:
        """
        Show a ticket with its entries and conversation; the reading is on record.

        One that was opened a moment ago has the status `Arriving` until the ledger has it.
        """
        found: answers.TicketWhole = self._ask(Ask("GET", f"/tickets/{part(name)}"))
        return found

    def answer(
        self,
        name: str,
        *,
        body: str,
        status: str | None = None,
        seen: int | None = None,
        language: str | None = None,
        channel: str | None = None,
        files: Sequence[Mapping[str, Any]] | None = None,
        if_match: str = "",
        key: str = "",
    ) -> answers.Sent:
        """Answer the customer."""
        found: answers.Sent = self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/answer",
                body={
                    "body": body,
                    "status": status,
                    "seen": seen,
                    "language": language,
                    "channel": channel,
                    "files": files,
                },
                if_match=if_match,
                key=key,
            )
        )
        return found

    def assign(
        self,
        name: str,
        *,
        assignee: str | None = None,
        reason: str | None = None,
        if_match: str = "",
        key: str = "",
    ) -> answers.Sent:
        """Take a ticket; or give it to somebody, which needs the right to direct."""
        found: answers.Sent = self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/assign",
                body={"assignee": assignee, "reason": reason},
                if_match=if_match,
                key=key,
            )
        )
        return found

    def claim(
        self, name: str, *, customer: str, deadline: int, signature: str, if_match: str = "", key: str = ""
    ) -> answers.Sent:
        """Give a ticket without a key its customer, who has consented."""
        found: answers.Sent = self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/claim",
                body={"customer": customer, "deadline": deadline, "signature": signature},
                if_match=if_match,
                key=key,
            )
        )
        return found

    def prepare_claim(self, name: str, *, key: str = "") -> answers.Wished:
        """Write down what a customer's own key signs to take over a ticket that was opened without one."""
        found: answers.Wished = self._ask(Ask("POST", f"/tickets/{part(name)}/claim/prepare", key=key))
        return found

    def take_over(self, name: str, *, deadline: int, signature: str, key: str = "") -> answers.Sent:
        """
        Take over a ticket of one's own with one's key.

        From then on only this key writes as its customer.
        """
        found: answers.Sent = self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/claim/take",
                body={"deadline": deadline, "signature": signature},
                key=key,
            )
        )
        return found

    def close(
        self, name: str, *, reason: str | None = None, if_match: str = "", key: str = ""
    ) -> answers.Sent:
        """Close as the customer, for good."""
        found: answers.Sent = self._ask(
            Ask("POST", f"/tickets/{part(name)}/close", body={"reason": reason}, if_match=if_match, key=key)
        )
        return found

    def entries(self, name: str) -> answers.PageEntry:
        """
        List a ticket's entries alone; the reading is on record.

        One that the ledger does not have yet has none: what is on its way is shown with the ticket.
        """
        found: answers.PageEntry = self._ask(Ask("GET", f"/tickets/{part(name)}/entries"))
        return found

    def files(self, name: str, index: int) -> answers.PageAttached:
        """List the files of an entry; the reading is on record."""
        found: answers.PageAttached = self._ask(
            Ask("GET", f"/tickets/{part(name)}/entries/{part(index)}/files")
        )
        return found

    def file(self, name: str, index: int, number: int) -> bytes:
        """Give a file of an entry, to be kept, never to be shown."""
        found: bytes = self._ask(
            Ask("GET", f"/tickets/{part(name)}/entries/{part(index)}/files/{part(number)}")
        )
        return found

    def escalate(self, name: str, *, if_match: str = "", key: str = "") -> answers.Accepted:
        """Put on record that a deadline has passed: the desk's keeper sends it, and the ledger decides."""
        found: answers.Accepted = self._ask(
            Ask("POST", f"/tickets/{part(name)}/escalate", if_match=if_match, key=key)
        )
        return found

    def file_under(
        self,
        name: str,
        *,
        queue: str | None = None,
        language: str | None = None,
        product: str | None = None,
        topic: str | None = None,
        tags: Sequence[str] | None = None,
        if_match: str = "",
        key: str = "",
    ) -> answers.Filed:
        """File a ticket; whoever moves it to a queue that they do not see, sees it no longer."""
        found: answers.Filed = self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/file",
                body={"queue": queue, "language": language, "product": product, "topic": topic, "tags": tags},
                if_match=if_match,
                key=key,
            )
        )
        return found

    def hold(self, name: str, *, reason: str, if_match: str = "", key: str = "") -> answers.Sent:
        """Wait for somebody else, and say why."""
        found: answers.Sent = self._ask(
            Ask("POST", f"/tickets/{part(name)}/hold", body={"reason": reason}, if_match=if_match, key=key)
        )
        return found

    def link(self, name: str, *, ticket: str, if_match: str = "", key: str = "") -> None:
        """Let two tickets name each other."""
        self._ask(
            Ask("POST", f"/tickets/{part(name)}/link", body={"ticket": ticket}, if_match=if_match, key=key)
        )

    def merge(self, name: str, *, ticket: str, if_match: str = "", key: str = "") -> answers.Filed:
        """Let a ticket go on in another; both get a note, signed by whoever merges."""
        found: answers.Filed = self._ask(
            Ask("POST", f"/tickets/{part(name)}/merge", body={"ticket": ticket}, if_match=if_match, key=key)
        )
        return found

    def note(self, name: str, *, body: str, if_match: str = "", key: str = "") -> answers.Sent:
        """Leave an internal note."""
        found: answers.Sent = self._ask(
            Ask("POST", f"/tickets/{part(name)}/note", body={"body": body}, if_match=if_match, key=key)
        )
        return found

    def proof(
        self, name: str, *, disclose: Sequence[str] | None = None, withhold: Sequence[str] | None = None
    ) -> bytes:
        """
        Give the proof file of a ticket; showing what was written takes the right to read it.

        Customers are shown nothing internal, whatever they ask for.
        """
        found: bytes = self._ask(
            Ask("GET", f"/tickets/{part(name)}/proof", query={"disclose": disclose, "withhold": withhold})
        )
        return found

    def rate(
        self, name: str, *, stars: int, comment: str | None = None, if_match: str = "", key: str = ""
    ) -> answers.Sent:
        """Rate as the customer, once."""
        found: answers.Sent = self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/rate",
                body={"stars": stars, "comment": comment},
                if_match=if_match,
                key=key,
            )
        )
        return found

    def reads(self, name: str) -> answers.PageTicketRead:
        """List who was shown what of a ticket, when and why."""
        found: answers.PageTicketRead = self._ask(Ask("GET", f"/tickets/{part(name)}/reads"))
        return found

    def reply(
        self,
        name: str,
        *,
        body: str,
        contested: bool | None = None,
        language: str | None = None,
        channel: str | None = None,
        files: Sequence[Mapping[str, Any]] | None = None,
        if_match: str = "",
        key: str = "",
    ) -> answers.Sent:
        """Write as the customer."""
        found: answers.Sent = self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/reply",
                body={
                    "body": body,
                    "contested": contested,
                    "language": language,
                    "channel": channel,
                    "files": files,
                },
                if_match=if_match,
                key=key,
            )
        )
        return found

    def repolicy(
        self, name: str, *, policy: int, reason: str | None = None, if_match: str = "", key: str = ""
    ) -> answers.Sent:
        """Promise more than before."""
        found: answers.Sent = self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/repolicy",
                body={"policy": policy, "reason": reason},
                if_match=if_match,
                key=key,
            )
        )
        return found

    def resume(
        self, name: str, *, reason: str | None = None, if_match: str = "", key: str = ""
    ) -> answers.Sent:
        """Wait no longer."""
        found: answers.Sent = self._ask(
            Ask("POST", f"/tickets/{part(name)}/resume", body={"reason": reason}, if_match=if_match, key=key)
        )
        return found

    def say(
        self,
        name: str,
        *,
        body: str,
        language: str | None = None,
        channel: str | None = None,
        if_match: str = "",
        key: str = "",
    ) -> answers.Line:
        """Say something between entries, as chats and calls do; it is logged and anchored, not signed."""
        found: answers.Line = self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/say",
                body={"body": body, "language": language, "channel": channel},
                if_match=if_match,
                key=key,
            )
        )
        return found

    def solve(
        self,
        name: str,
        *,
        body: str | None = None,
        seen: int | None = None,
        if_match: str = "",
        key: str = "",
    ) -> answers.Sent:
        """Declare a ticket solved; with a text, that answers what still waits."""
        found: answers.Sent = self._ask(
            Ask(
                "POST",
                f"/tickets/{part(name)}/solve",
                body={"body": body, "seen": seen},
                if_match=if_match,
                key=key,
            )
        )
        return found

    def unlink(self, name: str, *, ticket: str, if_match: str = "", key: str = "") -> None:
        """Let two tickets name each other no longer."""
        self._ask(
            Ask("POST", f"/tickets/{part(name)}/unlink", body={"ticket": ticket}, if_match=if_match, key=key)
        )

    def unmerge(self, name: str, *, if_match: str = "", key: str = "") -> answers.Filed:
        """Set a merged ticket apart again."""
        found: answers.Filed = self._ask(
            Ask("POST", f"/tickets/{part(name)}/unmerge", if_match=if_match, key=key)
        )
        return found

    def verify(self, name: str) -> answers.Verdict:
        """Check all that is known of a ticket against the ledger; do it yourself with the proof file."""
        found: answers.Verdict = self._ask(Ask("GET", f"/tickets/{part(name)}/verdict"))
        return found
