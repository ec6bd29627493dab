"""
Asking an account that is a contract whether a signature is one of its own.

1. It is asked as the ledger asks: by the ledger's address, at the latest block, for the magic value in a
   whole word and nothing else. No code answers nothing, which is no.
2. What it may take is bounded, in gas and in time: it is code of people whom nobody here knows.
3. What it says counts now. A contract may say otherwise later, and the ledger asks it again.

Source: ERC-1271; LEDGER, "Signed actions". Wallets that are still to be deployed (ERC-6492) are no contracts.
"""

from typing import Final

from supportledger.chain.calls import WALLET_GAS
from supportledger.chain.faults import revert_data
from supportledger.chain.rpc import Call, Fault, Rpc
from supportledger.errors import RpcUnavailable
from supportledger.model import abi
from supportledger.model.ids import Address

MAGIC: Final = bytes.fromhex("1626ba7e")
"""Selector of `isValidSignature(bytes32,bytes)`, and what it returns for yes."""
_YES: Final = MAGIC.ljust(abi.WORD, b"\0")
_PATIENCE_S: Final = 3.0
_HEAD: Final = 2 * abi.WORD


def approves(rpc: Rpc, ledger: Address, account: Address, digest: bytes, signature: bytes) -> bool:
    """
    Tell whether the contract of an account takes a signature for its own, at the latest block.

    Args:
        rpc: The node.
        ledger: Who asks.
        account: Who is asked.
        digest: What was signed; 32 bytes.
        signature: Of whatever form the contract knows.

    Raises:
        RpcUnavailable: The node gave no usable answer in time.
    """
    data = MAGIC + abi.bytes32(digest) + abi.uint(_HEAD) + abi.dynamic(signature)
    asked = {"from": str(ledger), "to": str(account), "gas": hex(WALLET_GAS), "data": "0x" + data.hex()}
    call = Call("eth_call", (asked, "latest"))
    [answer] = rpc.batch([call], patience_s=_PATIENCE_S)
    if isinstance(answer, Fault):
        return _refused(answer, call)
    return bytes.fromhex(answer[2:])[: abi.WORD] == _YES


def _refused(fault: Fault, call: Call) -> bool:
    """Say no for a call that failed; a node that only wants to be asked later has not said so."""
    error = fault.error(call.method)
    if isinstance(error, RpcUnavailable) and revert_data(fault) is None:
        raise error
    return False
