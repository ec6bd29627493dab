"""
How a ticket comes in: opened with a key or without, filed where it belongs, and its customer's from then on.

1. Where it is filed follows from what its opening says (language, channel) and from what its customer chose.
2. Whoever opens a ticket with an account is its person: they see it, with whatever they sign in.
3. A ticket that was filed already stays where it is: filing it twice changes nothing.
"""

from dataclasses import dataclass, replace
from typing import Final

from supportledger.desk.clerk import NewTicket
from supportledger.desk.filing.arriving import Arriving
from supportledger.desk.filing.linking import Linking
from supportledger.desk.filing.queues import Queues
from supportledger.desk.intents import Intent
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.signing.prepared import Prepared
from supportledger.desk.signing.signing import Signing
from supportledger.errors import Conflict, Denied
from supportledger.model.people import Role
from supportledger.model.records import Draft
from supportledger.model.ticket import Action
from supportledger.ports import Signer, Store, Submission
from supportledger.ports.filing import Filing

_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class Place:
    """
    What its opener says of a new ticket besides its words.

    Args:
        product: What it is about, as the desk names its products.
        topic: What it is about, for figures.
        skills: What an agent must know to answer it.
    """

    product: str = ""
    topic: str = ""
    skills: tuple[str, ...] = ()


class Intake:
    """
    Takes tickets in.

    Args:
        signing: Takes what people sign.
        store: Where everything is kept.
        queues: Where tickets wait.
        linking: Knows where a matter goes on.
        arriving: Knows what somebody has opened before the ledger does.
    """

    def __init__(
        self, signing: Signing, store: Store, queues: Queues, linking: Linking, arriving: Arriving
    ) -> None:
        self._signing = signing
        self._store = store
        self._queues = queues
        self._linking = linking
        self._arriving = arriving

    def prepare(self, wanted: Intent | NewTicket, visitor: Visitor) -> Prepared:
        """
        Write down what a customer wants to do, for their key to sign.

        Raises: As `Signing.prepare`; and Denied, when they have no key.
        """
        if visitor.address is None:
            raise Denied("there is no key that could sign this", hint="Sign in with a key or a wallet.")
        return self._signing.prepare(wanted, visitor.address)

    def submit(self, prepared: str, signature: bytes, visitor: Visitor, place: Place = Place()) -> Draft:
        """
        Take a signature; a new ticket is filed.

        Raises: As `Signing.submit`; and Denied, when it was prepared for somebody else than asks.
        """
        self._check_own(prepared, visitor)
        draft = self._signing.submit(prepared, signature)
        self._file(draft, visitor, place)
        return draft

    def sign(
        self,
        wanted: Intent | NewTicket,
        signer: Signer,
        visitor: Visitor,
        place: Place = Place(),
    ) -> Submission:
        """
        Sign with a key at hand; a new ticket is filed.

        Raises: As `Signing.sign_and_submit`.
        """
        made = self._signing.sign_and_submit(wanted, signer)
        self._file(made.draft, visitor, place)
        return made

    def record(
        self,
        wanted: Intent | NewTicket,
        visitor: Visitor,
        place: Place = Place(),
    ) -> Submission:
        """
        Record what somebody without a key wrote; a new ticket is filed.

        What belongs to a ticket that was merged goes to the one where the matter goes on.

        Raises: As `Signing.record`.
        """
        if isinstance(wanted, Intent) and wanted.action is Action.REPLY:
            wanted = replace(wanted, ticket=self._linking.goes_on(wanted.ticket))
        made = self._signing.record(wanted)
        self._file(made.draft, visitor, place)
        return made

    def _check_own(self, prepared: str, visitor: Visitor) -> None:
        if self._signing.awaited(prepared) != visitor.address:
            raise Denied("this was prepared for somebody else", hint="Sign in as whoever signs.")

    def _file(self, draft: Draft, visitor: Visitor, place: Place) -> None:
        if draft.action is not Action.OPEN:
            return
        known = self._store.filings.filed([draft.ticket])[draft.ticket]
        if known.version:
            return
        said = self._store.drafted(draft).values()
        language, channel = _word(said.get("language")), _word(said.get("channel"))
        queue = self._queues.choose(
            language=language, product=place.product, channel=channel, skills=place.skills
        )
        person = visitor.person if Role.CUSTOMER in visitor.roles else None
        filing = Filing(
            draft.ticket, queue, person, language, _word(place.product), channel, _word(place.topic)
        )
        if person is not None:
            self._arriving.note(draft, person)
        try:
            self._store.filings.file(filing)
        except Conflict:  # the same opening, submitted twice at once: it is filed
            return


def _word(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""
