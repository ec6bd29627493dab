"""
How many tickets somebody may open: each costs the desk a transaction, and somebody's time.

Customers have an allowance for their account and one for their network, so that nobody gains by signing in
as many. Whoever works here records what others say, and is counted as all who write.
"""

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from supportledger.desk.people.visitors import Visitor
from supportledger.errors import LimitReached
from supportledger.model.people import Role
from supportledger.web.limits import Allowance
from supportledger.web.problems import headers
from supportledger.web.sign_in.cookies import network_of

OPENING: Final = Allowance("open", 20, window_s=3_600, share=1)
"""New tickets of one account, in an hour."""
OPENING_HERE: Final = Allowance("open-network", 100, window_s=3_600, share=1)
"""The same, of all customers from one network."""
_MINUTE_S: Final = 60


def count_opening(request: Request, visitor: Visitor) -> None:
    """
    Count a new ticket.

    Raises:
        LimitReached: There were too many.
    """
    if visitor.person is None or Role.CUSTOMER not in visitor.roles:
        return
    limits = request.app.state.limits
    try:
        limits.take(OPENING, visitor.person.hex())
        limits.take(OPENING_HERE, network_of(request))
    except LimitReached as error:
        raise _many(error.after_s) from error


def _many(after_s: int) -> LimitReached:
    minutes = -(-after_s // _MINUTE_S)
    return LimitReached(
        "these are very many new tickets in a short time",
        hint=f"Write into a ticket that you have, or open a new one in {minutes} min.",
        after_s=after_s,
    )


def told_later(answer: Response, error: LimitReached) -> Response:
    """Let an answer that shows what was typed say that there were too many, and when to come again."""
    answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
    answer.headers.update(headers(error))
    return answer
