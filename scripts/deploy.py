"""
Deploy a ledger with Brownie.

    toolchain/with-chain brownie run deploy                  on a chain that ends with it
    brownie run deploy main ACCOUNT ADMIN --network NAME     ACCOUNT: one of `brownie accounts list`

Without Brownie, `supportledger deploy` does the same from the packaged bytecode, which a test holds equal.
"""

from brownie import SupportLedger, accounts, network
from brownie.network.contract import ProjectContract

TIP = "1 gwei"


def main(account: str = "", admin: str = "") -> ProjectContract:
    """
    Deploy, and tell where.

    Args:
        account: Pays; may be left out on a development network.
        admin: Grants the roles; the paying account, if left out.
    """
    payer = accounts.load(account) if account else accounts[0]
    # Brownie's own offer on a development network is 0, below the base fee: it would wait for ever.
    network.priority_fee(TIP)
    network.max_fee(
        2 * network.web3.eth.get_block("latest")["baseFeePerGas"] + network.web3.to_wei(1, "gwei")
    )
    ledger = SupportLedger.deploy(admin or payer.address, {"from": payer})
    print(
        f"ledger {ledger.address}, chain {network.chain.id}, block {ledger.tx.block_number}, "
        f"gas {ledger.tx.gas_used:,}, admin {admin or payer.address}"
    )
    return ledger
