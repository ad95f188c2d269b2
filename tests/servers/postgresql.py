"""A PostgreSQL server for tests: found, or installed, and run on loopback with a folder of its own.

As a script (`make test` runs it) it installs Debian's package where none is found and
the user is root.  Where that fails it says on stderr what will happen to the tests that
need a server.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import debian
import psycopg
from ports import free_port
from sqlalchemy import URL

FOLDERS = ("usr/lib/postgresql", "usr/local/pgsql", "opt/homebrew/opt", "usr/local/opt")  # by version, or one
USERS = ("postgres", "nobody")  # root may not run the server
START_WITHIN = 60  # seconds
STOP_WITHIN = 20
NONE_FOUND = (
    "no PostgreSQL server was found and none could be installed. Install one (Debian: apt-get install postgresql)"
)
# Nothing has to outlive the tests, so that nothing has to reach the disk.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "120",
}
# The server ends with the tests, however they end: then this shell's standard input does.
WATCH = '"$@" & server=$!; read -r _; kill -INT $server; wait $server'


class NoPostgreSQL(Exception):
    """There is no server to test with; the message says why and what to do."""


def find() -> Path | None:
    """The folder of the newest PostgreSQL's programs on this machine."""
    on_path = shutil.which("postgres")
    found = [Path(on_path).parent] if on_path and shutil.which("initdb") else []
    for folder in FOLDERS:
        found += [
            path.parent for path in Path("/", folder).glob("**/bin/initdb") if (path.parent / "postgres").exists()
        ]
    return max(found, key=_version, default=None)


def _version(folder: Path) -> tuple[int, ...]:
    digits = "".join(letter if letter.isdigit() else " " for letter in folder.parent.name)
    return tuple(int(word) for word in digits.split())


def install() -> None:
    """Try to install Debian's package, without the server that it would start."""
    if not debian.may_install():
        return
    settings = Path("/etc/postgresql-common/createcluster.d/digitlab-tests.conf")
    if not settings.parent.exists():
        settings.parent.mkdir(parents=True)
        settings.write_text("create_main_cluster = false\n")
    debian.install("postgresql")


class Server:
    """One server with one empty folder; `stop` and `start` keep what is in it.

    Attributes:
        port: where it listens, on 127.0.0.1.
        password: of its only user, "digitlab".

    Args:
        language: in which it speaks, as a locale such as "de_DE"; English by default.

    Raises:
        NoPostgreSQL: there are no programs to run, or they cannot be run by this user, or not in this language.
    """

    def __init__(self, language: str = "") -> None:
        programs = find()
        if programs is None:
            raise NoPostgreSQL(NONE_FOUND)
        self._programs, self._user = programs, _user()
        self._folder = Path(tempfile.mkdtemp(prefix="digitlab-postgresql-"))
        self._language = f"{language}.UTF-8" if language else "C"
        self.password = secrets.token_urlsafe(16)
        self.port = free_port()
        self._process: subprocess.Popen | None = None
        self._databases = 0
        self._make()

    def _make(self) -> None:
        password = self._folder / "password"
        password.write_text(self.password)
        if self._user is not None:
            for path in (self._folder, password):
                shutil.chown(path, self._user)
        command = [self._programs / "initdb", "-D", self._data, "-U", "digitlab", "-A", "scram-sha-256"]
        command += ["--pwfile", password, "-E", "UTF8", "--locale=C", "--no-sync"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self._folder, **self._as_user)
        if done.returncode:
            raise NoPostgreSQL(f"initdb failed: {done.stderr.strip()[-500:]}")
        if self._language != "C":
            self._make_locale()

    def _make_locale(self) -> None:
        """Have the language in the server's own folder, whatever languages the system was set up with."""
        name, _, characters = self._language.partition(".")
        command = ["localedef", "-i", name, "-f", characters, self._folder / self._language]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as cause:
            raise NoPostgreSQL(f"No language can be made for the server: {cause}") from cause
        if not (self._folder / self._language).is_dir():
            raise NoPostgreSQL(f"localedef failed: {done.stderr.strip()[-500:]}")

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _as_user(self) -> dict[str, object]:
        return {} if self._user is None else {"user": self._user, "group": self._user, "extra_groups": []}

    @property
    def log(self) -> str:
        """What it printed."""
        return (self._folder / "log").read_text(errors="replace")

    def start(self) -> None:
        """Start it and wait until it answers."""
        chosen = OPTIONS | {"lc_messages": self._language}
        options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        command = ["sh", "-c", WATCH, "sh", self._programs / "postgres", "-D", self._data, "-p", str(self.port)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *options],
                cwd=self._folder,
                env=os.environ | {"LOCPATH": str(self._folder)},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                **self._as_user,
            )
        ready = [self._programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1"]
        for _ in range(START_WITHIN * 20):
            if subprocess.run(ready, check=False).returncode == 0:
                return
            if self._process.poll() is not None:
                raise NoPostgreSQL(f"The server ended while it was starting: {self.log[-500:]}")
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        raise NoPostgreSQL(f"The server did not answer within {START_WITHIN} s: {self.log[-500:]}")

    def stop(self) -> None:
        """End it; its clients lose their connections."""
        if self._process is None:
            return
        ended, self._process = self._process, None
        ended.stdin.close()
        try:
            ended.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:  # Somebody's connection does not hear that it is to end: at once, then.
            os.kill(int((self._data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
            ended.wait(START_WITHIN)

    def remove(self) -> None:
        """End it, and remove all that it kept."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str = "postgres", **other: object) -> str:
        """The address of a database, as `DIGITLAB_DATABASE_URL` takes it; `other` parts of it may be named."""
        parts = {"username": "digitlab", "password": self.password, "host": "127.0.0.1", "port": self.port}
        parts = {"drivername": "postgresql+psycopg", **parts, "database": database, **other}
        return URL.create(**parts).render_as_string(hide_password=False)

    def create(self, template: str = "template0") -> str:
        """Make a database, an exact copy of another that nobody is connected to; returns its name."""
        self._databases += 1
        name = f"test_{self._databases}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def execute(self, statement: str, database: str = "postgres") -> list[tuple]:
        """Execute one statement as the owner of everything; the rows where it gives any."""
        parts = {"user": "digitlab", "password": self.password, "host": "127.0.0.1", "port": self.port}
        with psycopg.connect(**parts, dbname=database, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def _user() -> str | None:
    """Whom to run the server as; `None` for the user who runs the tests."""
    if not debian.is_root():
        return None
    import pwd

    for name in USERS:
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise NoPostgreSQL("root may not run PostgreSQL, and this machine has neither a user postgres nor nobody.")


def main() -> None:
    """Install PostgreSQL where it is missing, and say so where it stays missing."""
    debian.ensure(find, install, "on PostgreSQL", NONE_FOUND)


if __name__ == "__main__":
    main()
