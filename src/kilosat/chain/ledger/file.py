"""The file of a ledger: opened, locked and looked at before anything in it is believed."""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from kilosat.chain.address import NETWORKS, Network
from kilosat.chain.errors import ChainError
from kilosat.chain.ledger.errors import LedgerError
from kilosat.chain.ledger.schema import APPLICATION_ID, STATEMENTS, VERSION

__all__ = ["LedgerFile"]

_PATIENCE_SECONDS = 30
_MEBIBYTES = 64


class LedgerFile:
    """A connection to a ledger's file, and the lock that keeps other writers away.

    ``with file.transaction():`` is all or nothing; ``with file.plainly():`` and
    ``with file.reading():`` turn what SQLite raises into ``LedgerError``.
    """

    def __init__(
        self, label: str, connection: sqlite3.Connection, lock: sqlite3.Connection | None
    ) -> None:
        self.label = label
        self.connection = connection
        self.can_write = lock is not None
        self._lock = lock

    @classmethod
    def for_writing(cls, path: Path, network: Network) -> "LedgerFile":
        """Open or begin a ledger; nobody else can write to it until it is closed."""
        label, path = str(path), path.resolve()
        if path.is_dir():
            raise LedgerError(f"{label} is a folder; name the file of the ledger")
        lock = _lock(path, label)
        try:
            connection = _connect(_uri(path, "rwc"), label)
        except BaseException:
            lock.close()
            raise
        file = cls(label, connection, lock)
        try:
            with file.reading():
                file._prepare(network)
        except BaseException:
            file.close()
            raise
        return file

    @classmethod
    def for_reading(cls, path: Path) -> "LedgerFile":
        """Open a ledger without changing it, also while another process writes to it.

        All that is read is of one moment, that of the opening.
        """
        label, path = str(path), path.resolve()
        if not path.is_file():
            raise LedgerError(f"{label} is not there; a scan makes it")
        file = cls(label, _connect(_uri(path, "ro"), label), None)
        try:
            # In a folder that cannot be written to, SQLite needs to be told that nobody writes.
            with file.reading():
                sealed = not file._readable() and not _has_log(path)
            if sealed:
                file.connection.close()
                file = cls(label, _connect(_uri(path, "ro") + "&immutable=1", label), None)
            with file.reading():
                file.connection.execute("BEGIN")
                file._check_kind()
        except BaseException:
            file.close()
            raise
        return file

    @classmethod
    def temporary(cls, network: Network) -> "LedgerFile":
        """A ledger that is gone when it is closed."""
        connection = _connect("file:", "the temporary ledger")
        lock = sqlite3.connect(":memory:")
        file = cls("the temporary ledger", connection, lock)
        with file.reading():
            file._prepare(network)
        return file

    @property
    def network(self) -> Network:
        """Which network the ledger is of."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = 'network'").fetchone()
        for network in NETWORKS:
            if row == (network,):
                return network
        raise LedgerError(f"{self.label}: it does not say of which network it is; {_ANEW}")

    def close(self) -> None:
        """Let go of the file and of the lock."""
        self.connection.close()
        if self._lock is not None:
            self._lock.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is done within is committed as a whole, or not at all."""
        if not self.can_write:
            raise LedgerError(f"{self.label} is open for reading only")
        with self.plainly():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def plainly(self) -> Iterator[None]:
        """Say what SQLite says in one sentence that names the file and a remedy."""
        try:
            yield
        except sqlite3.Error as error:
            raise LedgerError(f"{self.label}: {_explained(error)}") from error

    @contextmanager
    def reading(self) -> Iterator[None]:
        """As ``plainly``; a row that does not read as what was written is damage, too."""
        try:
            with self.plainly():
                yield
        except LedgerError:
            raise
        except (ChainError, ValueError, TypeError, OverflowError, struct.error) as error:
            raise self.damaged(f"{error}") from error

    def damaged(self, what: str) -> LedgerError:
        """The error that says so."""
        return LedgerError(f"{self.label} is damaged ({what}); {_ANEW}")

    def _prepare(self, network: Network) -> None:
        # A file that is of another kind or network stays as it is.
        begin = self._is_empty()
        if not begin:
            self._check_kind()
            self._check_network(network)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute(f"PRAGMA cache_size = -{_MEBIBYTES * 1024}")
        if begin:
            self._begin(network)

    def _check_network(self, network: Network) -> None:
        if self.network != network:
            raise LedgerError(
                f"{self.label} is a ledger of {self.network}, not of {network}; name another file"
            )

    def _is_empty(self) -> bool:
        return not self._pragma("application_id") and not self._tables()

    def _begin(self, network: Network) -> None:
        with self.transaction():
            self.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self.connection.execute(f"PRAGMA user_version = {VERSION}")
            for statement in STATEMENTS:
                self.connection.execute(statement)
            self.connection.execute("INSERT INTO meta VALUES ('network', ?)", (network,))

    def _check_kind(self) -> None:
        if self._is_empty():
            raise LedgerError(f"{self.label} is empty; a scan fills it")
        if self._pragma("application_id") != APPLICATION_ID:
            raise LedgerError(f"{self.label} is no ledger of kilosat; name another file")
        version = self._pragma("user_version")
        if version > VERSION:
            raise LedgerError(
                f"{self.label} was written by a newer kilosat (form {version}; this one reads"
                f" {VERSION}): install the newer kilosat"
            )
        there = {row[0] for row in self.connection.execute("SELECT sql FROM sqlite_master")}
        if version < VERSION or not there.issuperset(STATEMENTS):
            raise self.damaged("its tables are not those of a ledger")
        self.network  # noqa: B018

    def _pragma(self, name: str) -> int:
        return int(self.connection.execute(f"PRAGMA {name}").fetchone()[0])

    def _tables(self) -> int:
        return int(self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])

    def _readable(self) -> bool:
        try:
            self._tables()
        except sqlite3.OperationalError as error:
            if _code(error) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                return False
            raise
        return True


_ANEW = "move it away and scan anew: the chain still has everything"
_PLAIN = {
    sqlite3.SQLITE_NOTADB: "it is no ledger of kilosat; name another file",
    sqlite3.SQLITE_CORRUPT: f"the file is damaged; {_ANEW}",
    sqlite3.SQLITE_FULL: "the disk is full; make room and run the same command again",
    sqlite3.SQLITE_READONLY: "it cannot be written to; check the permissions of file and folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that the folder exists and its rights",
    sqlite3.SQLITE_BUSY: "another process holds it for long; end that one or wait",
    sqlite3.SQLITE_IOERR: "the disk fails in reading or writing; look at the disk",
    sqlite3.SQLITE_PERM: "it cannot be opened; check the permissions of file and folder",
}


def _explained(error: sqlite3.Error) -> str:
    code = _code(error)
    if code is None and isinstance(error, sqlite3.OperationalError):  # text that is no text
        return f"the file is damaged ({error}); {_ANEW}"
    return _PLAIN.get(code, f"it refuses: {error}") if code is not None else f"{error}"


def _code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code, if it is SQLite that refuses."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(str(path))}?mode={mode}"


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _connect(uri: str, label: str) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_PATIENCE_SECONDS)
    except sqlite3.Error as error:
        raise LedgerError(f"{label}: {_explained(error)}") from error
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _lock(path: Path, label: str) -> sqlite3.Connection:
    """An empty database beside the ledger whose lock vanishes with the process, however it ends."""
    if path.exists() and path.stat().st_nlink > 1:
        raise LedgerError(
            f"{label}: the file has a second name (a hard link), under which another program could"
            " write to it unseen: make a copy and use that"
        )
    beside = path.with_name(path.name + ".lock")
    try:
        lock = sqlite3.connect(_uri(beside, "rwc"), uri=True, isolation_level=None, timeout=0)
    except sqlite3.Error as error:
        raise LedgerError(f"{label}: {_explained(error)}") from error
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        if _code(error) == sqlite3.SQLITE_BUSY:
            raise LedgerError(
                f"{label}: another kilosat is writing to it; wait until it has ended"
            ) from None
        raise LedgerError(f"{label}: {_explained(error)}") from error
    return lock
