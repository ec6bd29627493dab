"""The desk key: from the environment, a file or a command; a missing or wrong one is told at the start."""

import base64
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from supportledger.config import Settings
from supportledger.errors import WrongDeskKey
from supportledger.proof.seal import DeskKey
from supportledger.store.place import at_file
from supportledger.wiring.desk_key import KEY_FILE, VARIABLE, desk_key, make_key_file, open_keys, parse_key
from tests.conformance.store.builders import DESK_KEY, a_ticket_id

HEX = DESK_KEY.secret.hex()


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of whoever runs the tests names none."""
    monkeypatch.delenv(VARIABLE, raising=False)


def settings(data: Path, **more: object) -> Settings:
    return Settings(data_dir=data, **more)  # type: ignore[arg-type]  # each test gives what is well typed


WAYS = {
    "hexadecimal": HEX.encode(),
    "0x, capitals, a line": f"0x{HEX.upper()}\n".encode(),
    "base64": base64.b64encode(DESK_KEY.secret) + b"\n",
    "32 bytes": DESK_KEY.secret,
}


@pytest.mark.parametrize("data", WAYS.values(), ids=WAYS)
def test_a_key_file(tmp_path: Path, data: bytes) -> None:
    """A file holds the key in any of these ways."""
    file = tmp_path / "key"
    file.write_bytes(data)
    assert DESK_KEY == desk_key(settings(tmp_path, desk_key_file=file), at_file(tmp_path / "store.db"))
    assert [file] == list(tmp_path.iterdir())


NONE = [
    b"",
    b"gone",
    HEX[:-1].encode(),
    HEX.encode() + b"0",
    HEX[:32].encode(),
    b"\xff" * 31,
    b"x" * 100_000,
]


@pytest.mark.parametrize("data", NONE, ids=range(len(NONE)))
def test_a_file_that_holds_no_key(tmp_path: Path, data: bytes) -> None:
    """Anything else is refused, and not repeated."""
    file = tmp_path / "key"
    file.write_bytes(data)
    with pytest.raises(WrongDeskKey) as told:
        desk_key(settings(tmp_path, desk_key_file=file), at_file(tmp_path / "store.db"))
    assert told.value.hint
    assert HEX[:20] not in str(told.value) + told.value.hint


def test_the_environment_holds_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key itself may be in the environment, and wins over a file."""
    monkeypatch.setenv(VARIABLE, HEX)
    named = settings(tmp_path, desk_key_file=tmp_path / "nowhere")
    assert DESK_KEY == desk_key(named, at_file(tmp_path / "store.db"))


def test_a_command_prints_the_key(tmp_path: Path) -> None:
    """What a command prints is the key; words are words, whatever a shell would make of them."""
    command = f"{sys.executable} -c 'print(\"{HEX}\")' ; false"
    assert DESK_KEY == desk_key(settings(tmp_path, desk_key_command=command), at_file(tmp_path / "store.db"))


COMMANDS = {
    "absent": "/no/such/program",
    "fails": f"{sys.executable} -c 'exit(1)'",
    "prints something else": f"{sys.executable} -c 'print(7)'",
    "no command": "'",
    "no words": " ",
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_that_gives_no_key(tmp_path: Path, command: str) -> None:
    """A command that fails, or prints something else, is refused with what to do."""
    with pytest.raises(WrongDeskKey) as told:
        desk_key(settings(tmp_path, desk_key_command=command), at_file(tmp_path / "store.db"))
    assert told.value.hint


def test_a_command_reads_nothing(tmp_path: Path) -> None:
    """What is piped to the program may be a text for a ticket: the command does not get it, as ssh would."""
    file = tmp_path / "program.py"
    file.write_text(
        "from pathlib import Path; from supportledger.config import Settings\n"
        "from supportledger.store.place import at_file\n"
        "from supportledger.wiring.desk_key import desk_key\n"
        f"command = {sys.executable!r} + ' -c \"import sys; sys.stdin.read(); print(\\'{HEX}\\')\"'\n"
        "settings = Settings(data_dir=Path('.'), desk_key_command=command)\n"
        "desk_key(settings, at_file(Path('store.db')))\n"
        "print(input())\n"
    )
    ran = subprocess.run(
        [sys.executable, str(file)],
        input="My withdrawal is missing\n",
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
    )
    assert "My withdrawal is missing\n" == ran.stdout


def test_what_a_command_printed_is_not_told(tmp_path: Path) -> None:
    """A command that fails after it printed the key does not give it away."""
    command = f"{sys.executable} -c 'print(\"{HEX}\"); exit(1)'"
    with pytest.raises(WrongDeskKey) as told:
        desk_key(settings(tmp_path, desk_key_command=command), at_file(tmp_path / "store.db"))
    assert HEX not in str(told.value) + told.value.hint + repr(told.value.__cause__)


def test_a_new_desk_makes_a_key(tmp_path: Path) -> None:
    """Where there is neither key nor desk, a key is made for its owner alone, and used from then on."""
    place = at_file(tmp_path / "data" / "store.db")
    made = desk_key(settings(tmp_path / "data"), place)
    file = tmp_path / "data" / KEY_FILE
    assert (0o600, made) == (file.stat().st_mode & 0o777, parse_key(file.read_text(), "file"))
    assert made == desk_key(settings(tmp_path / "data"), place)
    assert [file] == list(file.parent.iterdir())


def test_a_key_that_is_there_stays(tmp_path: Path) -> None:
    """Whoever makes a key second gets the first one's."""
    make_key_file(tmp_path / KEY_FILE)
    before = (tmp_path / KEY_FILE).read_bytes()
    make_key_file(tmp_path / KEY_FILE)
    assert before == (tmp_path / KEY_FILE).read_bytes()
    assert [KEY_FILE] == [one.name for one in tmp_path.iterdir()]


def lose(file: Path) -> None:
    file.unlink()


def exchange(file: Path) -> None:
    file.write_text(DeskKey.new().secret.hex())


@pytest.mark.parametrize("happens", [lose, exchange])
def test_a_desk_does_not_open_without_its_key(tmp_path: Path, happens: Callable[[Path], None]) -> None:
    """A key that is gone, or another one, is told at the start; no other key is made."""
    place = at_file(tmp_path / "store.db")
    with closing(open_keys(settings(tmp_path), place)) as keys:
        keys.make([a_ticket_id()])
    happens(tmp_path / KEY_FILE)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(WrongDeskKey) as told:
        open_keys(settings(tmp_path), place)
    assert told.value.hint
    assert before == sorted(tmp_path.iterdir())
