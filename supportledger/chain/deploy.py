"""Bringing the contract to a chain, and making sure that an address holds it."""

from dataclasses import dataclass

from supportledger.chain.artifact import Artifact, packaged
from supportledger.chain.rpc import Call, Fault, Rpc
from supportledger.chain.sender import Request, Sender
from supportledger.errors import ChainError, NotALedger, WrongNetwork
from supportledger.model.ids import Address, keccak
from supportledger.model.records import Deployment
from supportledger.ports import Signer


@dataclass(frozen=True, slots=True)
class Deployed:
    """
    A ledger that was just deployed.

    Args:
        deployment: Which one it is.
        block_number: Where it was mined; events begin there.
        transaction: Hash; 32 bytes.
        gas_used: By the deployment.
    """

    deployment: Deployment
    block_number: int
    transaction: bytes
    gas_used: int


def chain_id(rpc: Rpc) -> int:
    """
    Ask a node for its chain.

    Raises:
        RpcUnavailable: No usable answer.
    """
    return int(rpc.call("eth_chainId"), 16)


def deploy(sender: Sender, signer: Signer, admin: Address, artifact: Artifact | None = None) -> Deployed:
    """
    Deploy a ledger.

    Args:
        sender: To the chain.
        signer: Pays for it, and is nothing to it afterwards.
        admin: Grants the roles and names the successor.
        artifact: None: the packaged one.

    Raises: As `Sender.send`.
    """
    artifact = artifact or packaged()
    data = artifact.bytecode + artifact.interface.constructor.encode((admin,))
    receipt = sender.send(signer, Request(None, data))
    if receipt.contract is None:
        raise ChainError("the node reports a deployment without a contract")
    found = inspect(sender.rpc, receipt.contract, sender.chain_id, artifact)
    return Deployed(found, receipt.block_number, receipt.transaction, receipt.gas_used)


def inspect(
    rpc: Rpc, ledger: Address, expected_chain: int | None = None, artifact: Artifact | None = None
) -> Deployment:
    """
    Make sure that an address holds the packaged contract, whatever its constructor was given.

    Args:
        rpc: The node.
        ledger: Address of the contract.
        expected_chain: None: whichever the node serves.
        artifact: None: the packaged one.

    Raises:
        WrongNetwork: The node serves another chain.
        NotALedger: There is no contract, or other code.
        RpcUnavailable: No usable answer.
    """
    artifact = artifact or packaged()
    number, code = rpc.all([Call("eth_chainId"), Call("eth_getCode", (str(ledger), "latest"))])
    found = int(number, 16)
    if expected_chain not in {None, found}:
        raise WrongNetwork(
            f"the node at {rpc.shown} serves chain {found}, not {expected_chain}",
            hint="Give the address of a node of the right chain with --rpc.",
        )
    runtime = bytes.fromhex(code[2:])
    if not runtime:
        raise NotALedger(
            f"there is no contract at {ledger} on chain {found}",
            hint="Check --ledger, or deploy one with `supportledger deploy`.",
        )
    if artifact.hash_masked(runtime) != artifact.code_hash:
        raise NotALedger(
            f"the contract at {ledger} on chain {found} is not the ledger of this version of supportledger",
            hint="Use the version that it was deployed with, and do not trust what it says otherwise.",
        )
    return Deployment(found, ledger, keccak(runtime))


def deployment_block(rpc: Rpc, ledger: Address) -> int:
    """
    Find the block that deployed a contract, on a node that keeps old states; 0 on one that does not.

    Raises:
        RpcUnavailable: No usable answer.
    """
    low, high = 0, int(rpc.call("eth_blockNumber"), 16)
    while low < high:
        middle = (low + high) // 2
        code = rpc.attempt(Call("eth_getCode", (str(ledger), hex(middle))))
        if isinstance(code, Fault):
            return 0
        low, high = (middle + 1, high) if code == "0x" else (low, middle)
    return low
