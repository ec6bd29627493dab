"""Folders that machines share: the first one marks them, and who has others is told."""

import re
from pathlib import Path

import pytest

from supportledger.errors import ConfigError
from supportledger.ports import Store
from supportledger.wiring.sharing import MARK, SHARED, check_shared


def test_the_first_machine_marks_them(store: Store, tmp_path: Path) -> None:
    """Whoever has the same folders is let in, as often as they come."""
    here, there = tmp_path / "here", tmp_path / "there"
    check_shared(store.cabinet, here)
    check_shared(store.cabinet, here)
    there.mkdir()
    for name in SHARED:
        (there / name).symlink_to(here / name)
    check_shared(store.cabinet, there)


@pytest.mark.parametrize("missing", SHARED)
def test_a_folder_of_ones_own_is_told(store: Store, tmp_path: Path, missing: str) -> None:
    """It is named, nothing is made, and what to do if the shared one is lost is said."""
    here, there = tmp_path / "here", tmp_path / "there"
    check_shared(store.cabinet, here)
    there.mkdir()
    for name in set(SHARED) - {missing}:
        (there / name).symlink_to(here / name)
    with pytest.raises(ConfigError, match=missing) as caught:
        check_shared(store.cabinet, there)
    assert not (there / missing).exists()
    word, file = re.findall(r"write (\w+) into (\S+)", caught.value.hint)[0]
    assert str(there / missing / MARK) == file
    (there / missing).mkdir()
    Path(file).write_text(word)
    check_shared(store.cabinet, there)


def test_another_desks_folder_is_not_taken(store: Store, tmp_path: Path) -> None:
    """A folder that is marked with another word is another desk's."""
    check_shared(store.cabinet, tmp_path)
    (tmp_path / SHARED[0] / MARK).write_text("0" * 32)
    with pytest.raises(ConfigError):
        check_shared(store.cabinet, tmp_path)
