"""
The API of a desk, asked without blocking.

    async with AsyncClient("https://desk.example", "slk_…") as desk:
        await desk.tickets.answer("stfy-qt2n-dk3c-52ny", body="It waits for one more confirmation.")
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final, Self

import httpx

from supportledger.client.aio_rooms import Rooms
from supportledger.client.asking import API, Ask, answered, is_passing, passing, pause, unreachable
from supportledger.client.checking import Wish, signed
from supportledger.client.exporting import LINES, Cursor
from supportledger.client.following import Follower
from supportledger.errors import DeliveryError, Error
from supportledger.ports import Signer
from supportledger.proof.typed_data import Domain

TRIES: Final = 5
_TIMEOUT_S: Final = 30.0
_QUIET_S: Final = 50.0
"""A desk says every fifteen seconds that it is still there: a stream that is silent for so long is dead."""


class AsyncClient(Rooms):
    """
    A desk somewhere else.

    Every verb raises what it raises at the desk, and `DeliveryError` when there is no answer. What may
    succeed later is tried again; a write carries an `Idempotency-Key`, so that no try does it twice.

    Args:
        url: What people type to get there.
        key: An API key.
        http: Sends requests; None: one of our own.
        tries: How often something is tried at most.
        sleep: Waits, in seconds.
    """

    def __init__(
        self,
        url: str,
        key: str = "",
        *,
        http: httpx.AsyncClient | None = None,
        tries: int = TRIES,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = http or httpx.AsyncClient(timeout=_TIMEOUT_S)
        self._url = url.rstrip("/") + API
        self._headers = {"authorization": f"Bearer {key}"} if key else {}
        self._tries = tries
        self._sleep = sleep
        super().__init__(self.ask)

    async def ask(self, asked: Ask) -> Any:
        """
        Ask, as often as it makes sense.

        Raises:
            Error: The desk refused; of the class that it was there.
            DeliveryError: There was no answer.
        """
        headers = {**self._headers, **asked.headers()}
        for attempt in range(self._tries):
            is_last, response = attempt == self._tries - 1, None
            try:
                response = await self._http.request(
                    asked.method, self._url + asked.path, headers=headers, **asked.given()
                )
                return answered(response)
            except httpx.HTTPError as error:
                if is_last:
                    raise unreachable(error) from error
            except Error as error:
                if is_last or response is None or not is_passing(error, response.status_code):
                    raise
            await self._sleep(pause(attempt, response))
        raise AssertionError  # pragma: no cover -- the last try returns or raises

    async def each(self, verb: Callable[..., Awaitable[Any]], /, **given: Any) -> AsyncIterator[Any]:
        """
        Go through all pages of a list.

        Args:
            verb: Gives a page, such as `desk.tickets.list`.
            given: What it takes.
        """
        after = given.pop("after", None)
        while True:
            page = await verb(**given, after=after)
            for one in page["data"]:  # an asynchronous generator cannot yield from another
                yield one
            after = page["meta"]["after"]
            if not page["meta"]["has_more"]:
                return

    async def events(self, ticket: str = "", *, after: str = "") -> AsyncIterator[Mapping[str, Any]]:
        """
        Follow what happens, for ever; where it was cut off, it goes on, and misses nothing.

        Args:
            ticket: Of one ticket; empty for all that one sees.
            after: Behind this event; empty: from now on.

        Raises:
            Error: The desk refused.
        """
        follower, attempt = Follower(after), 0
        while True:
            try:
                async with self._http.stream(
                    "GET",
                    f"{self._url}/events",
                    params={"ticket": ticket} if ticket else {},
                    headers=self._headers | follower.headers(),
                    timeout=httpx.Timeout(_TIMEOUT_S, read=_QUIET_S),
                ) as response:
                    if response.status_code != 200:
                        await response.aread()
                        answered(response)
                    async for line in response.aiter_lines():
                        attempt = 0
                        found = follower.take(line)
                        if found is not None:
                            yield json.loads(found)
            except httpx.HTTPError as error:
                if attempt >= self._tries - 1:
                    raise unreachable(error) from error
            except Error as error:
                if attempt >= self._tries - 1 or not error.retryable:
                    raise
            await self._sleep(pause(attempt, None))
            attempt += 1

    async def each_exported(self, cursor: Cursor) -> AsyncIterator[Any]:
        """
        Take out tickets, all that there are for now; where it was cut off, it goes on.

        Args:
            cursor: Where to begin; it moves on with each part. A ticket may come more than once.

        Raises:
            Error: The desk refused.
            DeliveryError: There was no answer, or it broke off again and again.
        """
        cursor.is_end, attempt = False, 0
        while not cursor.is_end:
            before, response = cursor.text, None
            failed: Error = DeliveryError("the desk's export broke off")
            try:
                async with self._http.stream(
                    "GET",
                    f"{self._url}/export",
                    params=cursor.query(),
                    headers=self._headers | {"accept": LINES},
                ) as response:
                    if response.status_code != 200:
                        await response.aread()
                        answered(response)
                    async for line in response.aiter_lines():
                        found = cursor.take(line)
                        if found is not None:
                            yield found
            except (httpx.HTTPError, Error) as error:
                failed = passing(error)
            attempt = 0 if cursor.text != before else attempt + 1
            if attempt == self._tries:
                raise failed
            if attempt:
                await self._sleep(pause(attempt - 1, response))

    async def sign(self, wish: Wish, signer: Signer, domain: Domain) -> Any:
        """
        Do something with a key that the desk does not have: prepared there, checked and signed here.

        Args:
            wish: What.
            signer: The key.
            domain: Of the ledger that is meant; known beforehand, not as the desk says.

        Returns:
            The action, as `actions.get` gives it.

        Raises:
            CommitmentMismatch: What is to be signed is not what was wished; nothing was signed.
            LedgerMismatch: It is for another ledger; nothing was signed.
        """
        prepared = await self.actions.prepare(ticket=wish.ticket or None, wanted=wish.wanted)
        signature = signed(prepared, wish, signer, domain)
        return await self.actions.submit(prepared=prepared["id"], signature="0x" + signature.hex())

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        """Close when the block ends."""
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Close."""
        await self.aclose()
