import json

from scripts.artifacts import ARTIFACT
from scripts.deploy import main as deploy


def test_brownie_build(SupportLedger):  # noqa: N803 -- Brownie's name
    """Brownie, compiling all contracts at once, makes the bytes and the interface that the package ships."""
    shipped = json.loads(ARTIFACT.read_text("utf-8"))
    assert shipped["bytecode"] == "0x" + SupportLedger.bytecode.removeprefix("0x")
    # Brownie adds to each entry what older compilers said.
    pairs = zip(shipped["abi"], SupportLedger.abi, strict=True)
    assert shipped["abi"] == [{name: entry[name] for name in ours} for ours, entry in pairs]


def test_deploy_script(fn_isolation, accounts):
    """The deployment script deploys a ledger whose admin is the payer, unless it names another."""
    assert accounts[0] == deploy().defaultAdmin()
    assert accounts[3] == deploy(admin=accounts[3].address).defaultAdmin()
