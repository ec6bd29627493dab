"""Settings come from flags, then environment, then files, then defaults; whatever is wrong is named."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from supportledger import config
from supportledger.config import SETTINGS, Places, Settings, load, resolve
from supportledger.errors import ConfigError

PLACES = Places(data_dir=Path("/home/ada/data"), config_dir=Path("/home/ada/config"))
PERSONAL = PLACES.config_dir / "settings.toml"
OWN = PLACES.data_dir / "settings.toml"
LEDGER = "0x" + "aB" * 20


def settle(
    flags: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    files: Mapping[Path, str] | None = None,
) -> Settings:
    """Resolve against files that exist only in memory."""
    contents = {path: text.encode("utf-8", "surrogateescape") for path, text in (files or {}).items()}
    return resolve(flags or {}, environment or {}, contents.get, PLACES)


def refusal(**given: Mapping[str, object] | Mapping[str, str] | Mapping[Path, str]) -> ConfigError:
    """The error that resolving ends in."""
    with pytest.raises(ConfigError) as caught:
        settle(**given)  # type: ignore[arg-type]  # each test gives one well-typed layer
    return caught.value


def test_defaults() -> None:
    """With nothing given, the system's data directory and English are used."""
    assert Settings(data_dir=PLACES.data_dir, language="en") == settle()


LAYERS = [
    ({}, {}, {PERSONAL: "confirmations = 1"}, 1),
    ({}, {}, {PERSONAL: "confirmations = 1", OWN: "confirmations = 2"}, 2),
    ({}, {"SUPPORTLEDGER_CONFIRMATIONS": "3"}, {PERSONAL: "confirmations = 1", OWN: "confirmations = 2"}, 3),
    ({"confirmations": 4}, {"SUPPORTLEDGER_CONFIRMATIONS": "3"}, {OWN: "confirmations = 2"}, 4),
    ({"confirmations": None}, {"SUPPORTLEDGER_CONFIRMATIONS": ""}, {OWN: "confirmations = 2"}, 2),
]


@pytest.mark.parametrize(("flags", "environment", "files", "expected"), LAYERS)
def test_first_place_wins(
    flags: dict[str, object], environment: dict[str, str], files: dict[Path, str], expected: int
) -> None:
    """Flags win over the environment, it over the data directory's file, that over the user's."""
    assert expected == settle(flags, environment, files).confirmations


def test_every_setting_reads_from_the_environment() -> None:
    """Each row of the table is one variable."""
    environment = {
        "SUPPORTLEDGER_DATA": "/srv/desk",
        "SUPPORTLEDGER_RPC": "http://localhost:8545",
        "SUPPORTLEDGER_LEDGER": LEDGER,
        "SUPPORTLEDGER_AS": "agent",
        "SUPPORTLEDGER_JSON": "1",
        "SUPPORTLEDGER_CONFIRMATIONS": "finalized",
        "SUPPORTLEDGER_PASSPHRASE_FILE": "/run/secrets/passphrase",
        "SUPPORTLEDGER_STORE": "postgresql://desk@db/desk",
        "SUPPORTLEDGER_DESK_KEY_FILE": "/run/secrets/desk.key",
        "SUPPORTLEDGER_DESK_KEY_COMMAND": "pass show desk",
        "SUPPORTLEDGER_LANG": "zh_CN.UTF-8",
        "SUPPORTLEDGER_PUBLIC_URL": "https://Desk.example/",
        "SUPPORTLEDGER_DESK_NAME": "Help",
        "SUPPORTLEDGER_SMTP": "smtp://desk@mail.example:587",
        "SUPPORTLEDGER_SMTP_PASSWORD_FILE": "/run/secrets/smtp",
        "SUPPORTLEDGER_MAIL_FROM": "desk@desk.example",
        "SUPPORTLEDGER_STAFF_SECOND_FACTOR": "required",
        "SUPPORTLEDGER_STAFF_SESSION": "8h",
        "SUPPORTLEDGER_STAFF_IDLE": "600",
        "SUPPORTLEDGER_CUSTOMER_SESSION": "7d",
        "SUPPORTLEDGER_WEBHOOK_LOOPBACK": "true",
        "SUPPORTLEDGER_WIDGET_ORIGINS": "https://shop.example, https://APP.example:8443",
    }
    expected = Settings(
        data_dir=Path("/srv/desk"),
        rpc_url="http://localhost:8545",
        ledger=LEDGER,
        identity="agent",
        json=True,
        confirmations="finalized",
        passphrase_file=Path("/run/secrets/passphrase"),
        store="postgresql://desk@db/desk",
        desk_key_file=Path("/run/secrets/desk.key"),
        desk_key_command="pass show desk",
        language="zh-CN",
        public_url="https://desk.example",
        desk_name="Help",
        smtp="smtp://desk@mail.example:587",
        smtp_password_file=Path("/run/secrets/smtp"),
        mail_from="desk@desk.example",
        staff_second_factor="required",
        staff_session_s=28_800,
        staff_idle_s=600,
        customer_session_s=604_800,
        webhook_loopback=True,
        widget_origins=("https://shop.example", "https://app.example:8443"),
    )
    assert expected == settle(environment=environment)
    assert sorted(environment) == sorted(setting.variable for setting in SETTINGS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_url", "https://desk.example/console"),
        ("public_url", "https://user@desk.example"),
        ("public_url", "desk.example"),
        ("public_url", "https://desk.example:99999"),
        ("smtp", "smtp://desk:secret@mail.example"),
        ("smtp", "mail.example"),
        ("staff_second_factor", "maybe"),
        ("staff_session_s", "0"),
        ("staff_idle_s", "1w"),
        ("customer_session_s", "400d"),
    ],
)
def test_what_the_web_cannot_use_is_refused(name: str, value: str) -> None:
    """A setting of the web that cannot be is refused, and a password is never repeated."""
    with pytest.raises(ConfigError) as caught:
        settle({name: value})
    assert "secret" not in str(caught.value)


def test_settings_can_be_settled_again() -> None:
    """What was settled once may be given again as it is."""
    before = settle(environment={"SUPPORTLEDGER_STAFF_SESSION": "8h"})
    given = {one.name: getattr(before, one.name) for one in fields(before)}
    assert before == settle(given)


def test_table_is_the_settings() -> None:
    """The table has one row for each attribute of Settings, in order."""
    assert [attribute.name for attribute in fields(Settings)] == [setting.name for setting in SETTINGS]


def test_data_directory_of_the_users_file_leads_to_its_own_file() -> None:
    """The user's file may name the data directory, whose file is then read."""
    files = {PERSONAL: 'data = "/srv/desk"', Path("/srv/desk/settings.toml"): 'rpc = "https://node.example"'}
    settings = settle(files=files)
    assert (Path("/srv/desk"), "https://node.example") == (settings.data_dir, settings.rpc_url)


def test_data_directory_cannot_name_another() -> None:
    """A data directory that names another one is refused."""
    error = refusal(files={OWN: 'data = "/elsewhere"'})
    assert str(OWN) in str(error)
    assert "--data" in error.hint


def test_one_directory_for_both_is_fine() -> None:
    """When data and configuration share a directory, its file is read once."""
    settings = settle({"data_dir": PLACES.config_dir}, files={PERSONAL: f'data = "{PLACES.config_dir}"'})
    assert PLACES.config_dir == settings.data_dir


def test_paths_of_a_file_start_at_the_file() -> None:
    """A relative path means: from the file's directory."""
    assert PLACES.data_dir / "pass.txt" == settle(files={OWN: 'passphrase_file = "pass.txt"'}).passphrase_file


def test_tilde_is_the_home_directory() -> None:
    """~/ is expanded from HOME."""
    assert Path("/home/ada/desk") == settle({"data_dir": "~/desk"}, {"HOME": "/home/ada"}).data_dir


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh_CN.UTF-8", "zh-CN"),
        ("zh_Hant_TW", "zh-Hant-TW"),
        ("de", "de"),
        ("C.UTF-8", "en"),
        ("POSIX", "en"),
        ("", "en"),
    ],
)
def test_language_follows_the_locale(locale: str, language: str) -> None:
    """Without a setting, the locale chooses the language."""
    assert language == settle(environment={"LANG": locale}).language


BAD = [
    ("data", "''", "expected text"),
    ("data", "7", "expected text"),
    ("rpc", "'localhost:8545'", "http://"),
    ("rpc", "'ftp://node'", "http://"),
    ("rpc", "'http://'", "http://"),
    ("ledger", "'0x12'", "0x12"),
    ("ledger", "12", "expected text"),
    ("as", "'../evil'", "identity"),
    ("as", "''", "expected text"),
    ("json", "'perhaps'", "perhaps"),
    ("json", "2", "2"),
    ("confirmations", "-1", "-1"),
    ("confirmations", "true", "True"),
    ("confirmations", "1.5", "1.5"),
    ("confirmations", "'latest'", "latest"),
    ("passphrase_file", "['a']", "expected text"),
    ("store", "'mysql://desk:secret@db/desk'", "postgresql://"),
    ("store", "5", "expected text"),
    ("lang", "'klingon language'", "klingon"),
]


@pytest.mark.parametrize(("key", "value", "shown"), BAD)
def test_bad_value_names_file_and_key(key: str, value: str, shown: str) -> None:
    """A malformed line is refused with its file, its key and what to write instead."""
    error = refusal(files={PERSONAL: f"{key} = {value}"})
    assert f"{PERSONAL}: {key}: " in str(error)
    assert shown in str(error)
    assert error.hint


def test_bad_variable_is_named() -> None:
    """A malformed variable is refused by name."""
    assert "SUPPORTLEDGER_JSON: " in str(refusal(environment={"SUPPORTLEDGER_JSON": "perhaps"}))


def test_bad_flag_is_named() -> None:
    """A malformed flag is refused by name."""
    assert "--rpc: " in str(refusal(flags={"rpc_url": "nowhere"}))


def test_unknown_key_gets_a_suggestion() -> None:
    """A misspelt line is refused with the nearest known key."""
    error = refusal(files={OWN: "confirmation = 1"})
    assert str(OWN) in str(error)
    assert "'confirmations'" in error.hint


def test_unlike_key_gets_the_list() -> None:
    """A line that resembles nothing is refused with all keys."""
    assert "passphrase_file" in refusal(files={OWN: "zzzz = 1"}).hint


def test_unknown_flag_is_refused() -> None:
    """An argument that is no setting is refused with the nearest one."""
    assert "'rpc_url'" in refusal(flags={"rpc_urls": "http://node"}).hint


def test_foreign_variables_are_ignored() -> None:
    """A variable that is no setting is left alone."""
    assert settle() == settle(environment={"SUPPORTLEDGER_NONSENSE": "1", "PATH": "/bin"})


@pytest.mark.parametrize("content", ["rpc = ", "= 1", "rpc = 'a'\nrpc = 'b'", "rpc = '\udcff'"])
def test_malformed_file_is_named(content: str) -> None:
    """A file that is not TOML in UTF-8 is refused by name."""
    assert f"{OWN}: not TOML" in str(refusal(files={OWN: content}))


def test_access_key_in_the_address_stays_hidden() -> None:
    """Neither an error nor a printed Settings shows the node's address, which often holds a key."""
    assert "s3cret" not in str(refusal(flags={"rpc_url": "wss://node.example/s3cret"}))
    assert "s3cret" not in repr(settle({"rpc_url": "https://node.example/s3cret"}))


def test_settings_never_change() -> None:
    """A Settings is frozen."""
    with pytest.raises(FrozenInstanceError):
        settle().json = True  # type: ignore[misc]  # that is the point


def test_load_uses_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading reads the process's variables and files, and makes the data directory absolute."""
    monkeypatch.setattr(
        config, "_read_file", lambda path: b"confirmations = 7" if path.name == "settings.toml" else None
    )
    monkeypatch.setenv("SUPPORTLEDGER_DATA", "desk")
    settings = load(identity="agent")
    assert (Path("desk").absolute(), 7, "agent") == (
        settings.data_dir,
        settings.confirmations,
        settings.identity,
    )


def test_unreadable_file_is_refused() -> None:
    """A settings file that exists and cannot be read is not silently skipped."""
    with pytest.raises(ConfigError, match=str(Path(__file__).parent)):
        config._read_file(Path(__file__).parent)


def test_absent_file_is_no_file() -> None:
    """A settings file that does not exist says nothing."""
    assert config._read_file(Path(__file__) / "none.toml") is None
