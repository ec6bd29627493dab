"""
Webhooks as people manage them: who is told, of what, and what became of it.

1. A secret is shown once, when it is made; after a change the one before is used as well, for a day.
2. An endpoint is told of what happens after it was made.
3. What was told is in a log for thirty days, and can be told again.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from supportledger.desk.webhooks import deliveries, endpoints
from supportledger.desk.webhooks.deliveries import Delivery, State
from supportledger.desk.webhooks.endpoints import Endpoint, check_about, new_secret
from supportledger.errors import Conflict, NotFound
from supportledger.model.outward import Target
from supportledger.ports import Clock
from supportledger.ports.cabinet import Cabinet
from supportledger.ports.filing import Feed, Happening

ROTATION_S: Final = 86_400
MOST: Final = 50
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Made:
    """
    An endpoint whose secret is shown, once.

    Args:
        endpoint: As it is now.
        secret: For the other side to verify with; `whsec_` and Base64.
    """

    endpoint: Endpoint
    secret: str = field(repr=False)


class Webhooks:
    """
    The endpoints of a desk.

    Args:
        cabinet: Where they are kept.
        feed: What happens.
        clock: This machine's.
        is_loopback_allowed: Endpoints on this machine may be named, for trying things out.
    """

    def __init__(
        self, cabinet: Cabinet, feed: Feed, clock: Clock, *, is_loopback_allowed: bool = False
    ) -> None:
        self._cabinet = cabinet
        self._feed = feed
        self._clock = clock
        self._is_loopback_allowed = is_loopback_allowed

    # -- endpoints -------------------------------------------------------------------------------------------

    def list(self) -> list[Endpoint]:
        """List all, the oldest first."""
        found = map(endpoints.from_paper, self._cabinet.list(endpoints.KIND))
        return sorted(found, key=lambda one: (one.created_at, one.id))

    def get(self, name: str) -> Endpoint:
        """
        Give one.

        Raises:
            NotFound: There is none of this name.
        """
        try:
            return endpoints.from_paper(self._cabinet.read(endpoints.KIND, name))
        except NotFound:
            raise NotFound("there is no such endpoint") from None

    def add(self, url: str, wants: Sequence[str] = (), note: str = "") -> Made:
        """
        Tell another program what happens from now on.

        Args:
            url: Where.
            wants: Kinds of happenings; empty for all.
            note: What people should know of it.

        Raises:
            InputError: It may not be sent to, or wants what there is not.
            Conflict: There are too many.
        """
        target = self._target(url)
        check_about(tuple(wants), note)
        if len(self.list()) >= MOST:
            raise Conflict(f"there are {MOST} endpoints, and no place for another")
        secret = new_secret()
        made = Endpoint(
            id="we_" + secrets.token_hex(8),
            url=target.url,
            wants=tuple(dict.fromkeys(wants)),
            note=note,
            secrets=(secret,),
            since=self._feed.last(),
            created_at=self._now(),
        )
        return Made(self._written(made), secret)

    def change(self, name: str, url: str, wants: Sequence[str], note: str, *, version: int) -> Endpoint:
        """
        Change where, and of what, somebody is told.

        Args:
            name: Which endpoint.
            url: As `add`.
            wants: As `add`.
            note: As `add`.
            version: Of the endpoint, as whoever changes it has seen it.

        Raises:
            InputError: As `add`.
            NotFound: There is none of this name.
            Conflict: Somebody else has changed it meanwhile.
        """
        target = self._target(url)
        check_about(tuple(wants), note)
        changed = replace(
            self.get(name), url=target.url, wants=tuple(dict.fromkeys(wants)), note=note, version=version
        )
        return self._written(changed)

    def rotate(self, name: str) -> Made:
        """
        Make a new secret; for a day, what is told is signed with the one before as well.

        Raises:
            NotFound: There is none of this name.
        """
        found, secret = self.get(name), new_secret()
        changed = replace(found, secrets=(secret, found.secrets[0]), old_until=self._now() + ROTATION_S)
        return Made(self._written(changed), secret)

    def enable(self, name: str) -> Endpoint:
        """Tell an endpoint again, from now on; `replay` tells it what it has missed."""
        found = self.get(name)
        if not found.disabled:
            return found
        since = max(found.since, self._feed.last())
        return self._written(replace(found, disabled="", failing_since=None, since=since))

    def disable(self, name: str, why: str = "by hand") -> Endpoint:
        """Tell an endpoint nothing any more."""
        found = self.get(name)
        return found if found.disabled else self._written(replace(found, disabled=why))

    def remove(self, name: str) -> None:
        """
        Forget an endpoint with its log.

        Raises:
            NotFound: There is none of this name.
        """
        self.get(name)
        self._cabinet.remove(endpoints.KIND, [name])
        while papers := self._cabinet.list(deliveries.KIND, name, limit=_PAGE):
            self._cabinet.remove(deliveries.KIND, [one.id for one in papers])

    # -- the log ---------------------------------------------------------------------------------------------

    def log(self, name: str, *, after: str = "", limit: int = 100) -> Sequence[Delivery]:
        """List what an endpoint was told, the first happening first."""
        papers = self._cabinet.list(deliveries.KIND, name, after=after, limit=limit)
        return [deliveries.from_paper(one) for one in papers]

    def delivery(self, name: str) -> Delivery:
        """
        Give one delivery.

        Raises:
            NotFound: There is none of this name, or the log has forgotten it.
        """
        try:
            return deliveries.from_paper(self._cabinet.read(deliveries.KIND, name))
        except NotFound:
            raise NotFound("there is no such delivery", hint="The log keeps thirty days.") from None

    def replay(self, name: str) -> Delivery:
        """
        Tell an endpoint once more of one happening; its id stays the same.

        Raises:
            NotFound: There is no such delivery, or no such endpoint any more.
            Conflict: It waits already, or its endpoint is disabled.
        """
        found = self.delivery(name)
        self._check_enabled(found.endpoint)
        if found.state is State.WAITING:
            raise Conflict("this delivery waits already", hint="It is tried by itself.")
        return self._begun(found)

    def replay_since(self, name: str, at: int) -> int:
        """
        Tell an endpoint once more of everything since an instant, and what it has missed.

        Args:
            name: Which endpoint.
            at: Unix seconds; what is no longer on the feed, nor in the log, is gone.

        Returns:
            How many deliveries wait now that did not before.

        Raises:
            NotFound: There is none of this name.
            Conflict: It is disabled.
        """
        endpoint = self._check_enabled(name)
        again = [one for one in self._logged(name) if one.happening.at >= at]
        number = sum(self._is_begun(one) for one in again if one.state is not State.WAITING)
        known = {one.happening.id for one in again}
        missed = [one for one in self._happened() if one.at >= at and one.id not in known]
        return number + sum(
            self._is_begun(new_delivery(endpoint, one)) for one in missed if _is_for(endpoint, one)
        )

    # -- inside ----------------------------------------------------------------------------------------------

    def _target(self, url: str) -> Target:
        return Target.parse(url.strip(), is_loopback_allowed=self._is_loopback_allowed)

    def _written(self, endpoint: Endpoint) -> Endpoint:
        return endpoints.from_paper(self._cabinet.write(endpoints.to_paper(endpoint))[0])

    def _check_enabled(self, name: str) -> Endpoint:
        found = self.get(name)
        if found.disabled:
            raise Conflict(f"the endpoint is disabled: {found.disabled}", hint="Enable it first.")
        return found

    def _is_begun(self, delivery: Delivery) -> bool:
        """Let a delivery wait, unless somebody else has just done so."""
        try:
            self._begun(delivery)
        except Conflict:
            return False
        return True

    def _begun(self, delivery: Delivery) -> Delivery:
        now = self._now()
        created = delivery.created_at or now
        again = replace(delivery, state=State.WAITING, round=0, next_at=now, created_at=created)
        return deliveries.from_paper(self._cabinet.write(*deliveries.to_papers(again))[0])

    def _logged(self, name: str) -> Iterator[Delivery]:
        after = ""
        while papers := self._cabinet.list(deliveries.KIND, name, after=after, limit=_PAGE):
            yield from map(deliveries.from_paper, papers)
            after = papers[-1].id

    def _happened(self) -> Iterator[Happening]:
        after = 0
        while found := self._feed.since(after, _PAGE):
            yield from found
            after = found[-1].id

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def new_delivery(endpoint: Endpoint, happening: Happening, now: int = 0) -> Delivery:
    """Say that an endpoint is to be told of a happening."""
    return Delivery(endpoint.id, happening, next_at=now, created_at=now)


def _is_for(endpoint: Endpoint, happening: Happening) -> bool:
    return endpoint.is_told(happening.kind)
