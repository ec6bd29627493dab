"""The identities of a data directory, as the desk asks for them."""

from supportledger.chain.identities import Identities, Identity, Passphrase
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.errors import NotFound
from supportledger.model.ids import Address
from supportledger.ports import Signer


class Keyring:
    """
    The identities at hand, each opened once.

    Args:
        identities: Of a data directory.
        chain_id: On any chain but the local one, the local chain's identities do not exist.
        passphrase: Called when a keystore must be opened.
    """

    def __init__(self, identities: Identities, chain_id: int, passphrase: Passphrase) -> None:
        self._identities = identities
        self._is_local = chain_id == LOCAL_CHAIN_ID
        self._passphrase = passphrase
        self._opened: dict[str, Signer] = {}
        self._names: dict[Address, str] | None = None

    def signer(self, name: str) -> Signer:
        """As `desk.cast.Keys.signer`."""
        if name not in self._opened:
            self._get(name)
            self._opened[name] = self._identities.signer(name, self._passphrase)
        return self._opened[name]

    def address(self, name: str) -> Address:
        """As `desk.cast.Keys.address`."""
        return self._get(name).address

    def name(self, address: Address) -> str | None:
        """As `desk.cast.Keys.name`."""
        if self._names is None:
            listed = self._identities.list(local=self._is_local)
            self._names = {one.address: one.name for one in listed}
        return self._names.get(address)

    def _get(self, name: str) -> Identity:
        identity = self._identities.get(name)
        if identity.kind == "local" and not self._is_local:
            raise NotFound(
                f"no identity {name}",
                hint=f"Make one with `supportledger identity new {name}`, or name another with --as.",
            )
        return identity
