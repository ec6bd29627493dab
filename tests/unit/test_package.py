"""What the package says of itself is true, and importing it costs next to nothing."""

import subprocess
import sys
from importlib.metadata import version

import pytest

import supportledger


def test_all_is_the_truth() -> None:
    """Every name in `__all__` is there, and nothing else is public."""
    assert sorted(supportledger.__all__) == dir(supportledger)
    assert all(getattr(supportledger, name) is not None for name in supportledger.__all__)


def test_the_version_is_the_distributions() -> None:
    """The package and its distribution have one version."""
    assert version("supportledger") == supportledger.__version__


def test_what_is_not_there() -> None:
    """A name that is not exported is an AttributeError, as everywhere."""
    with pytest.raises(AttributeError, match="nonsense"):
        supportledger.nonsense  # noqa: B018 -- asking is the test


def test_importing_loads_nothing() -> None:
    """`import supportledger` loads none of its rooms, and none of the libraries behind them."""
    program = (
        "import sys, supportledger; print(*sorted(m for m in sys.modules if '.' not in m or 'supp' in m))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert ["supportledger"] == [name for name in loaded.split() if name.startswith("supportledger")]
    assert not {"sqlalchemy", "web3", "click", "rich", "brownie", "urllib3"} & set(loaded.split())


def test_a_desk_loads_no_web3() -> None:
    """Connecting to a chain needs neither web3 nor Brownie nor anything for terminals."""
    program = "import sys, supportledger.wiring; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert not {"web3", "brownie", "click", "rich", "eth_account"} & set(loaded.split())
