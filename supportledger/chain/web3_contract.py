"""
The ledger as a contract of web3.py, for programs that are built on web3.py already.

    from web3 import Web3
    contract = web3_contract(ledger)
    contract.functions.ticketHash(ticket).call()

Our own client does not go through it: decoding an event takes web3.py seven times as long. It says the same,
which a test holds both to.
"""

from typing import TYPE_CHECKING

from supportledger.chain.reader import Reader
from supportledger.errors import WrongNetwork

if TYPE_CHECKING:
    from web3 import Web3
    from web3.contract import Contract


def web3_contract(ledger: Reader, web3: "Web3 | None" = None) -> "Contract":
    """
    Give the contract behind a ledger, with its whole interface.

    Args:
        ledger: Already checked to be one.
        web3: A connection to the same chain, whatever its provider; None: one to the ledger's own node.

    Raises:
        WrongNetwork: The connection leads to another chain.
    """
    from web3 import HTTPProvider, Web3  # noqa: PLC0415 -- it takes 0.4 s to import, and few need it

    connection = web3 or Web3(HTTPProvider(ledger.rpc.url))
    expected, found = ledger.deployment.chain_id, connection.eth.chain_id
    if found != expected:
        raise WrongNetwork(
            f"the ledger lives on chain {expected}, and web3 is connected to chain {found}",
            hint="Connect it to a node of the ledger's chain.",
        )
    return connection.eth.contract(
        address=Web3.to_checksum_address(bytes(ledger.deployment.ledger)),
        abi=ledger.contract.artifact.interface.abi,
    )
