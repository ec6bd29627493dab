"""Bringing a ledger to any EVM network: contract, roles, and a note of it in the data directory."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from supportledger.chain.deploy import Deployed, chain_id, deploy
from supportledger.chain.identities import Identities, Passphrase
from supportledger.chain.ledger import Ledger
from supportledger.chain.rpc import Rpc
from supportledger.chain.sender import Sender
from supportledger.config import Settings
from supportledger.desk.cast import Part
from supportledger.errors import ConfigError, NotFound
from supportledger.model.ids import Address, keccak
from supportledger.ports import Signer
from supportledger.wiring.connecting import IDENTITIES
from supportledger.wiring.keyring import Keyring
from supportledger.wiring.known import Known

ROLES: Final = (Part.CERTIFIER, Part.SUPERVISOR, Part.ANCHORER)


@dataclass(frozen=True, slots=True)
class Installed:
    """
    A ledger that was just deployed, ready for use.

    Args:
        deployed: Which, where, and at what cost.
        admin: Grants roles.
        roles: Who got which.
    """

    deployed: Deployed
    admin: Address
    roles: Mapping[Part, Address]


def deploy_ledger(
    settings: Settings, passphrase: Passphrase, holders: Mapping[Part, str] | None = None
) -> Installed:
    """
    Deploy a ledger as its admin, and grant the roles.

    Args:
        settings: With the node; the identity is the admin and pays.
        passphrase: Opens the admin's keystore.
        holders: Names or addresses for roles; who is not named is the identity with the name of the role,
            or the admin.

    Raises:
        ConfigError: No node is named.
        NotFound: There is no such identity.
        ChainError: The contract could not be deployed.
    """
    if settings.rpc_url is None:
        raise ConfigError(
            "a ledger is deployed on a network",
            hint="Name its node with --rpc; locally, use `supportledger up`.",
        )
    with closing(Rpc(settings.rpc_url)) as rpc:
        number = chain_id(rpc)
        keys = Keyring(Identities(settings.data_dir / IDENTITIES), number, passphrase)
        admin = keys.signer(settings.identity or Part.ADMIN)
        roles = {part: _holder(keys, part, (holders or {}).get(part), admin) for part in ROLES}
        deployed = deploy(Sender(rpc, number, finality=settings.confirmations or 0), admin, admin.address)
        Known(settings.data_dir).remember(deployed.deployment, deployed.block_number)
        ledger = Ledger.attach(rpc, deployed.deployment.ledger, chain_id=number, since=deployed.block_number)
        for part, account in roles.items():
            ledger.grant(admin, keccak(f"{part.upper()}_ROLE".encode()), account)
    return Installed(deployed, admin.address, roles)


def _holder(keys: Keyring, part: Part, named: str | None, admin: Signer) -> Address:
    if named is not None:
        return Address.parse(named) if named.lower().startswith("0x") else keys.address(named)
    try:
        return keys.address(part)
    except NotFound:
        return admin.address
