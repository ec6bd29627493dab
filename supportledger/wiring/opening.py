"""What is looked after before a web desk opens, so that nobody is surprised afterwards."""

from collections.abc import Collection
from typing import Final

from supportledger.config import Settings
from supportledger.desk.cast import Part
from supportledger.desk.front import Front
from supportledger.desk.people.invitations import Invitation
from supportledger.errors import ConfigError, NotFound
from supportledger.model.people import Role
from supportledger.store.place import located
from supportledger.wiring.fronting import open_front
from supportledger.wiring.sharing import check_shared

FIRST_ADMIN: Final = "Admin"
NEEDED: Final = {"web": (Part.SERVICE,), "workers": (Part.RELAYER,)}
"""The identities that nothing works without, by what a machine does."""


def prepare(settings: Settings, public_url: str, roles: Collection[str]) -> Invitation | None:
    """
    Open a desk once, and see whether it has what it needs.

    Args:
        settings: Where everything is.
        public_url: What people type to get here.
        roles: What this machine does: web, workers.

    Returns:
        The link by which the first of the staff comes in; None if there is anybody already.

    Raises:
        ConfigError: An identity or a shared folder is missing, or as `wiring.connect`.
        Denied: The passphrase of an identity is wrong.
    """
    with open_front(settings, public_url) as front:
        for role in roles:
            _check_identities(front, NEEDED[role])
        if located(settings.store, settings.data_dir).path is None:
            check_shared(front.cabinet, settings.data_dir)
        if "web" in roles and not front.people.staff():
            return front.invitations.invite(FIRST_ADMIN, [Role.ADMIN], language=settings.language)
    return None


def _check_identities(front: Front, parts: Collection[Part]) -> None:
    for part in parts:
        try:
            front.desk.cast.keys.signer(part)
        except NotFound as error:
            raise ConfigError(
                f"this machine has no identity `{part}`",
                hint=f"Make it with `supportledger identity new {part}`, or copy the folder `identities`.",
            ) from error
