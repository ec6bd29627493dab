"""Settings as they are handed to processes, and folders that machines share."""

from pathlib import Path

import pytest

from supportledger import config
from supportledger.config import Settings
from supportledger.errors import ConfigError
from supportledger.wiring.handing import VARIABLE, hand, handed

WHOLE = Settings(
    Path("/data"),
    store="postgresql://desk:pass%20word@db/desk",
    confirmations="finalized",
    passphrase_file=Path("/secret"),
    widget_origins=("https://a.example", "https://b.example"),
    staff_idle_s=61,
)


@pytest.mark.parametrize("settings", [WHOLE, Settings(Path("/data"))])
def test_settings_come_back_as_they_were(settings):
    """Whoever is handed settings has the same, and those that were not set stay so."""
    assert settings == handed(hand(settings))


def test_nobody_has_handed_anything():
    """Who was started by hand reads the settings as always."""
    assert handed({}) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"colour": 1}', '{"data_dir": {"place": 1}}'])
def test_nonsense_is_refused(text):
    """What no process of ours has handed is told."""
    with pytest.raises(ConfigError):
        handed({VARIABLE: text})


def test_it_is_no_setting():
    """Nobody can set it by mistake."""
    assert VARIABLE not in {one.variable for one in config.SETTINGS}
