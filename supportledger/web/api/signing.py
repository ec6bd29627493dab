"""With whose key a program's request is signed: the key's own identity, or one unlocked in the session."""

from starlette.requests import Request

from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, Denied
from supportledger.ports import Signer
from supportledger.web.visitors import front_of, token_of


def signer_of(request: Request, visitor: Visitor) -> Signer:
    """
    Give what signs in somebody's name.

    Raises:
        Conflict: Nothing does: they are to prepare it, and sign it themselves.
    """
    try:
        return front_of(request).unlocking.unlocked(visitor, token_of(request))
    except Denied as error:
        raise Conflict(
            "there is no key here that signs for you",
            hint="Make the API key with an identity, unlock a keystore for the session, or prepare the "
            "action and sign it with your wallet.",
        ) from error
