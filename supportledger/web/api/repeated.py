"""
Requests that are sent twice and done once: `Idempotency-Key`.

1. A POST with a key is put down before it is worked on, with a hash of what it asks for.
2. Once it has succeeded, its answer is kept for a day, sealed; the same request again gets the same answer.
3. Another request with that key is refused (422); the same one meanwhile is asked to come again (409).
4. What failed is forgotten: nothing was done, and it may be tried again.
5. Whoever does not see the ticket any more does not get the answer again either: not what was said of it.

Warning: a process that dies between doing and putting down what it did, leaves a request that counts as
being worked on for five minutes, and may be done again afterwards.

Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from starlette.requests import Request
from starlette.responses import Response

from supportledger.desk.filing.sights import own_sight, sight_of
from supportledger.desk.front import Front
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, InputError, NotFound, Unfinished
from supportledger.model.ids import TicketId
from supportledger.ports.cabinet import Cabinet, Paper
from supportledger.web.line import in_line
from supportledger.web.naming import ticket_named
from supportledger.web.visitors import front_of

HEADER: Final = "idempotency-key"
REPLAYED: Final = "idempotent-replayed"
KIND: Final = "idempotency"
KEPT_S: Final = 86_400
BEGUN_S: Final = 300
"""For so long, a request that was begun counts as being worked on."""
_LONGEST: Final = 255
_LARGEST: Final = 512 * 1024
"""Bytes of an answer that is kept; larger ones are made anew."""
_HEADERS: Final = ("content-type", "location", "etag")
_TICKETS: Final = "/api/v1/tickets/"
_OK: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class Repeated:
    """
    A request that must not be done twice.

    Args:
        cabinet: Where it is put down.
        person: Whose it is.
        name: Of its paper: the key, as of whoever sent it.
        now: Unix seconds.
        check: Refuses whoever may not have the answer again.
    """

    cabinet: Cabinet
    person: TicketId
    name: str
    now: Callable[[], int]
    check: Callable[[], None]

    @classmethod
    def of(cls, front: Front, request: Request, visitor: Visitor) -> Self | None:
        """
        Give what a request says; None if it may be done as often as it comes.

        Raises:
            InputError: The key cannot be one.
        """
        key = request.headers.get(HEADER)
        if key is None or request.method != "POST" or visitor.person is None:
            return None
        if not 1 <= len(key) <= _LONGEST or not key.isascii() or not key.isprintable():
            raise InputError(f"an Idempotency-Key has 1 to {_LONGEST} visible characters")
        name = hashlib.sha256(f"{visitor.session}\n{key}".encode()).hexdigest()
        return cls(
            front.cabinet,
            visitor.person,
            name,
            lambda: front.people.now,
            lambda: _check_sight(request, visitor),
        )

    async def answer(
        self, request: Request, work: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> Response:
        """
        Answer as before, or work on it.

        Raises:
            InputError: The key stands for another request.
            NotFound: The ticket that it was about is out of sight now.
            Unfinished: It is being worked on.
        """
        asked = await _asked(request)
        known = await in_line(self._begin, asked)
        if isinstance(known, Response):
            return known
        try:
            made = await work(request)
        except BaseException:
            await in_line(self.cabinet.remove, KIND, [self.name])
            raise
        await in_line(self._keep, known, made)
        return made

    # -- inside ----------------------------------------------------------------------------------------------

    def _begin(self, asked: str) -> Paper | Response:
        """Put down that it is worked on, or give what came of it before."""
        paper = Paper(KIND, self.name, {"asked": asked}, owner=self.person, expires_at=self.now() + BEGUN_S)
        try:
            return self.cabinet.write(paper)[0]
        except Conflict:  # it was here before
            return self._before(asked)

    def _before(self, asked: str) -> Response:
        try:
            data = self.cabinet.read(KIND, self.name).data
        except NotFound as error:
            raise Unfinished("the same request has failed just now") from error
        if data["asked"] != asked:
            raise InputError(
                "this Idempotency-Key was used for another request", hint="Make a new key for each request."
            )
        if "status" not in data:
            raise Unfinished("the same request is being worked on")
        self.check()
        headers = {**data["headers"], REPLAYED: "true"}
        return Response(bytes.fromhex(data["body"]), data["status"], headers)

    def _keep(self, paper: Paper, made: Response) -> None:
        body = bytes(getattr(made, "body", b""))
        if made.status_code not in _OK or not hasattr(made, "body") or len(body) > _LARGEST:
            self.cabinet.remove(KIND, [self.name])
            return
        headers = {name: made.headers[name] for name in _HEADERS if name in made.headers}
        data = {**paper.data, "status": made.status_code, "headers": headers, "body": body.hex()}
        try:
            self.cabinet.write(replace(paper, data=data, expires_at=self.now() + KEPT_S))
        except Conflict:  # it took so long that it was begun again: that one's answer is kept
            return


def _check_sight(request: Request, visitor: Visitor) -> None:
    """
    Refuse whoever does not see any more what a request is about.

    Raises:
        NotFound: It is a ticket, and out of their sight.
    """
    name = request.path_params.get("name")
    if name is None or not request.url.path.startswith(_TICKETS):
        return
    ticket, browsing = ticket_named(request, name), front_of(request).desk.browsing
    try:
        browsing.find(ticket, sight_of(visitor))
    except NotFound:  # one of the staff may have one of their own
        browsing.find(ticket, own_sight(visitor))


async def _asked(request: Request) -> str:
    """Hash what a request asks for."""
    said = hashlib.sha256(f"{request.method}\n{request.url.path}?{request.url.query}\n".encode())
    said.update(await request.body())
    return said.hexdigest()
