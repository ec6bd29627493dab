"""
Settings, resolved once from four places; the first that names a setting wins.

1. flags of the command, or arguments of `connect`
2. the environment: `SUPPORTLEDGER_<KEY>`; an empty variable counts as absent
3. `settings.toml` in the data directory, then in the user's configuration directory
4. defaults

Every setting is one row of `SETTINGS`: documentation, command line and checks read that table.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from supportledger.errors import ConfigError

PREFIX = "SUPPORTLEDGER_"
FILE_NAME = "settings.toml"

Finality = int | Literal["finalized"]
Reader = Callable[[Path], bytes | None]
"""Gives a file's bytes, or None when there is no such file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run needs to know about its surroundings; validated, and never changed."""

    data_dir: Path
    rpc_url: str | None = field(default=None, repr=False)  # such addresses often contain an access key
    ledger: str | None = None
    identity: str | None = None
    json: bool = False
    confirmations: Finality | None = None
    passphrase_file: Path | None = None
    store: str | None = field(default=None, repr=False)  # such addresses often contain a password
    desk_key_file: Path | None = None
    desk_key_command: str | None = field(default=None, repr=False)  # it may name an account
    language: str = "en"
    public_url: str | None = None
    desk_name: str = "supportledger"
    smtp: str | None = field(default=None, repr=False)  # it may name an account
    smtp_password_file: Path | None = None
    mail_from: str | None = None
    staff_second_factor: Literal["off", "offered", "required"] = "offered"
    staff_session_s: int = 12 * 3_600
    staff_idle_s: int = 30 * 60
    customer_session_s: int = 30 * 86_400
    webhook_loopback: bool = False
    widget_origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: how a setting is called and read."""

    name: str
    """Attribute of `Settings` and name of the flag's argument."""
    key: str
    """Line in the file; in capitals and after the prefix, the environment variable."""
    parse: Callable[[object], object]
    meaning: str
    is_flag: bool = True
    """It is an option of every command; else only files, the environment and `load` set it."""

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.key.upper()

    @property
    def flag(self) -> str:
        """The option of the command line."""
        return "--" + self.key.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Places:
    """The directories that this user's system proposes."""

    data_dir: Path
    config_dir: Path


def resolve(
    flags: Mapping[str, object], environment: Mapping[str, str], read: Reader, places: Places
) -> Settings:
    """
    Settle every setting; pure, all input is given.

    Args:
        flags: Values by `Setting.name`; None counts as absent.
        environment: Variables by name. Beside ours, `HOME` expands `~/`, and `LC_ALL`, `LC_MESSAGES` and
            `LANG` propose the language.
        read: Called for each settings file.
        places: Directories to use when none is named.

    Raises:
        ConfigError: A value or a file is malformed, or a file has an unknown key; names place and key.
    """
    personal = _file(places.config_dir / FILE_NAME, read)
    above = [_flags(flags), _environment(environment)]
    data_dir = next((found for layer in (*above, personal) if (found := layer.get("data_dir"))), None)
    root = Path(data_dir.value(environment)) if data_dir else places.data_dir
    own = _file(root / FILE_NAME, read) if root != places.config_dir else {}
    _refuse_data_dir(own)
    merged: dict[str, Any] = {"data_dir": root, "language": _locale(environment)}
    for layer in (personal, own, *reversed(above)):
        merged |= {name: given.value(environment) for name, given in layer.items()}
    return Settings(**merged)


def load(**flags: object) -> Settings:
    """
    Settle every setting from this process's environment and files.

    Args:
        flags: Values by `Setting.name`; None counts as absent.

    Raises:
        ConfigError: As `resolve`, or a settings file cannot be read.
    """
    import os  # noqa: PLC0415 -- the rest of this module cannot do I/O
    from dataclasses import replace  # noqa: PLC0415

    import platformdirs  # noqa: PLC0415

    user = platformdirs.PlatformDirs("supportledger", appauthor=False)
    settings = resolve(flags, os.environ, _read_file, Places(user.user_data_path, user.user_config_path))
    return replace(settings, data_dir=settings.data_dir.absolute())


# -- layers --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Given:
    """A value as somebody wrote it, and where."""

    setting: Setting
    raw: object
    where: str
    base: Path | None = None
    """Directory that relative paths start from; None: the current one."""

    def value(self, environment: Mapping[str, str]) -> Any:
        try:
            value = self.setting.parse(self.raw)
        except ValueError as error:
            raise ConfigError(f"{self.where}: {error}", hint=self.setting.meaning) from error
        return _place(value, self.base, environment) if isinstance(value, Path) else value


_Layer = Mapping[str, _Given]


def _flags(flags: Mapping[str, object]) -> _Layer:
    given = {name: value for name, value in flags.items() if value is not None}
    if unknown := given.keys() - _BY_NAME.keys():
        raise ConfigError(f"unknown setting: {min(unknown)}", hint=_suggest(min(unknown), _BY_NAME))
    return {name: _Given(_BY_NAME[name], value, _BY_NAME[name].flag) for name, value in given.items()}


def _environment(environment: Mapping[str, str]) -> _Layer:
    found = ((setting, environment.get(setting.variable)) for setting in SETTINGS)
    return {setting.name: _Given(setting, value, setting.variable) for setting, value in found if value}


def _file(path: Path, read: Reader) -> _Layer:
    content = read(path)
    return {} if content is None else dict(_lines(path, content))


def _lines(path: Path, content: bytes) -> Iterator[tuple[str, _Given]]:
    import tomllib  # noqa: PLC0415 -- most runs have no settings file

    try:
        table = tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: not TOML in UTF-8: {error}", hint='a line: rpc = "http://…"') from error
    for key, value in table.items():
        if key not in _BY_KEY:
            raise ConfigError(f"{path}: unknown key {key[:40]!r}", hint=_suggest(key, _BY_KEY))
        yield _BY_KEY[key].name, _Given(_BY_KEY[key], value, f"{path}: {key}", path.parent)


def _refuse_data_dir(own: _Layer) -> None:
    if given := own.get("data_dir"):
        raise ConfigError(
            f"{given.where}: a data directory cannot name another one",
            hint="set it in your own configuration directory, the environment, or with --data",
        )


def _suggest(wrong: str, known: Mapping[str, Setting]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 -- only somebody's mistake needs it

    close = get_close_matches(wrong, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are: {', '.join(known)}"


def _place(path: Path, base: Path | None, environment: Mapping[str, str]) -> Path:
    if path.parts[:1] == ("~",) and environment.get("HOME"):
        return Path(environment["HOME"], *path.parts[1:])
    return base / path if base else path


def _read_file(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}", hint="make it readable, or remove it") from error


# -- values --------------------------------------------------------------------------------------------------

_ADDRESS = re.compile("0x[0-9a-fA-F]{40}")
_LANGUAGE = re.compile("([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}))?")
_NAME = re.compile(r"[\w][\w.@+-]{0,63}")
_TRUTH = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(("0", "false", "no", "off"), False)


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip() or "\0" in raw:
        raise ValueError("expected text")
    return raw.strip()


def _path(raw: object) -> Path:
    return raw if isinstance(raw, Path) else Path(_text(raw))


def _url(raw: object) -> str:
    url = _text(raw)
    scheme, separator, rest = url.partition("://")
    if scheme.lower() not in {"http", "https"} or not separator or not rest.strip("/"):
        raise ValueError("not an http:// or https:// address")  # the address itself may contain an access key
    return url


_STORES = ("sqlite:///", "postgresql://", "postgres://")


def _store(raw: object) -> str:
    address = _text(raw)
    if not address.startswith(_STORES):  # the address itself may contain a password
        raise ValueError("not the address of a store: sqlite:///FILE or postgresql://USER@HOST/DATABASE")
    return address


def _address(raw: object) -> str:
    address = _text(raw)
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"not an address: {address[:60]!r}")
    return address


def _name(raw: object) -> str:
    name = _text(raw)
    if not _NAME.fullmatch(name):
        raise ValueError("not the name of an identity")
    return name


def _flag(raw: object) -> bool:
    truth = raw if isinstance(raw, bool) else _TRUTH.get(str(raw).strip().lower())
    if truth is None:
        raise ValueError(f"neither true nor false: {str(raw)[:40]!r}")
    return truth


def _finality(raw: object) -> Finality:
    if raw == "finalized":
        return "finalized"
    digits = str(raw).strip()
    if isinstance(raw, bool) or not re.fullmatch("[0-9]{1,6}", digits):
        raise ValueError(f"not a number of blocks: {digits[:40]!r}")
    return int(digits)


def _language(raw: object) -> str:
    match = _LANGUAGE.fullmatch(_text(raw).split(".")[0].split("@")[0])
    if match is None:
        raise ValueError(f"not a language: {_text(raw)[:40]!r}")
    language, script, region = match.groups()
    subtags = (language.lower(), script and script.title(), region and region.upper())
    return "-".join(subtag for subtag in subtags if subtag)


_UNITS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DURATION = re.compile(r"([0-9]{1,9})([smhd]?)", re.ASCII)
_SECOND_FACTORS = ("off", "offered", "required")
_LONGEST_DAYS = 366


def _origins(raw: object) -> tuple[str, ...]:
    found = (
        [str(one) for one in raw] if isinstance(raw, list | tuple) else _text(raw).replace(",", " ").split()
    )
    return tuple(_public_url(one) for one in found)


def _public_url(raw: object) -> str:
    from urllib.parse import urlsplit  # noqa: PLC0415 -- only those who serve the web wait for it

    url = _url(raw).rstrip("/")
    parts = urlsplit(url)
    extra = parts.path or parts.query or parts.fragment or parts.username is not None
    if extra or not parts.hostname or parts.port == 0 or not url.isascii() or not url.isprintable():
        raise ValueError("not scheme, host and port alone: https://desk.example")
    return url.lower()


def _smtp(raw: object) -> str:
    url = _text(raw)
    if not url.startswith(("smtp://", "smtps://")) or ":" in url.partition("://")[2].rpartition("@")[0]:
        raise ValueError("not smtp://USER@HOST:PORT, with the password elsewhere")
    return url


def _second_factor(raw: object) -> str:
    if raw not in _SECOND_FACTORS:
        raise ValueError(f"not one of {', '.join(_SECOND_FACTORS)}")
    return str(raw)


def _seconds(raw: object) -> int:
    match = _DURATION.fullmatch(str(raw).strip())
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    if not 60 <= seconds <= _LONGEST_DAYS * 86_400:
        raise ValueError(f"not a time between 1m and {_LONGEST_DAYS}d: {str(raw)[:40]!r}")
    return seconds


def _locale(environment: Mapping[str, str]) -> str:
    proposals = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    found = next(filter(None, proposals), "")
    try:
        return _language(found)
    except ValueError:  # C, POSIX, or nothing
        return "en"


SETTINGS = (
    Setting("data_dir", "data", _path, "Directory of the local chain, the database and the keys"),
    Setting(
        "rpc_url", "rpc", _url, "http:// or https:// address of the node; without one, the local chain's"
    ),
    Setting("ledger", "ledger", _address, "Contract, 0x and 40 digits; without one, the local chain's"),
    Setting("identity", "as", _name, "Name of the identity that acts"),
    Setting("json", "json", _flag, "true: print JSON for programs; false: tables for people"),
    Setting("confirmations", "confirmations", _finality, "Blocks on top of a final entry, or finalized"),
    Setting("passphrase_file", "passphrase_file", _path, "File with the passphrase of the keystores"),
    Setting(
        "store",
        "store",
        _store,
        "sqlite:///FILE or postgresql://USER@HOST/DATABASE; without one, a file in the data directory",
    ),
    Setting(
        "desk_key_file",
        "desk_key_file",
        _path,
        "File with the desk key; SUPPORTLEDGER_DESK_KEY may hold the key itself; else desk.key with the data",
    ),
    Setting(
        "desk_key_command", "desk_key_command", _text, "Command that prints the desk key; run without a shell"
    ),
    Setting("language", "lang", _language, "Language of messages: en, zh-CN; without one, the locale's"),
    Setting(
        "public_url",
        "public_url",
        _public_url,
        "What people type to reach the desk, https://desk.example; passkeys and wallets are bound to it",
        is_flag=False,
    ),
    Setting("desk_name", "desk_name", _text, "What the desk calls itself in letters and apps", is_flag=False),
    Setting(
        "smtp",
        "smtp",
        _smtp,
        "smtp://USER@HOST:587 or smtps://USER@HOST:465 of the server that takes our mail",
        is_flag=False,
    ),
    Setting(
        "smtp_password_file",
        "smtp_password_file",
        _path,
        "File with the password of that user; SUPPORTLEDGER_SMTP_PASSWORD may hold it itself",
        is_flag=False,
    ),
    Setting("mail_from", "mail_from", _text, "Mail address that letters of the desk are from", is_flag=False),
    Setting(
        "staff_second_factor",
        "staff_second_factor",
        _second_factor,
        "Codes of an app besides wallet or passkey: off, offered or required",
        is_flag=False,
    ),
    Setting(
        "staff_session_s",
        "staff_session",
        _seconds,
        "How long staff stay signed in: 12h, 90m",
        is_flag=False,
    ),
    Setting(
        "staff_idle_s",
        "staff_idle",
        _seconds,
        "How long staff stay signed in while they do nothing: 30m",
        is_flag=False,
    ),
    Setting(
        "customer_session_s",
        "customer_session",
        _seconds,
        "How long customers stay signed in: 30d",
        is_flag=False,
    ),
    Setting(
        "webhook_loopback",
        "webhook_loopback",
        _flag,
        "true: webhooks may lead to this machine, by http and on any port; for trying them out",
        is_flag=False,
    ),
    Setting(
        "widget_origins",
        "widget_origins",
        _origins,
        "Sites whose pages may show the chat widget: https://shop.example, with spaces between several",
        is_flag=False,
    ),
)
"""Every setting there is."""

_BY_NAME = {setting.name: setting for setting in SETTINGS}
_BY_KEY = {setting.key: setting for setting in SETTINGS}
