"""The tables of a ledger.

The journal (source_log, blocks, entries, inputs, outputs, postings, retractions, reorganisations)
only grows: triggers refuse to change or delete. The rest is where the search stands: which scripts
are searched how far (cohorts, searched), how they are called (watched), and which blocks were seen
in the chain (known).

Inputs, outputs and postings are written before their entry; writing the entry seals them: its
trigger refuses postings that do not sum to nought, a transaction that stands already, and a coin
that is spent already.
"""

__all__ = ["APPLICATION_ID", "JOURNAL_TABLES", "STATEMENTS", "VERSION"]

APPLICATION_ID = 0x6B73_6C67
"""The letters kslg in the header of the file."""
VERSION = 1

JOURNAL_TABLES = (
    "source_log",
    "blocks",
    "scripts",
    "entries",
    "inputs",
    "outputs",
    "postings",
    "retractions",
    "reorganisations",
)
_LATER = "DEFERRABLE INITIALLY DEFERRED"
_TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE source_log (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        software TEXT NOT NULL,
        route TEXT NOT NULL,
        notes TEXT NOT NULL,
        tip_height INTEGER NOT NULL,
        tip_hash BLOB NOT NULL CHECK (length(tip_hash) = 32),
        seen INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE blocks (
        id INTEGER PRIMARY KEY,
        height INTEGER NOT NULL CHECK (height >= 0),
        hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
        header BLOB NOT NULL CHECK (length(header) = 80)
    ) STRICT""",
    "CREATE INDEX blocks_by_height ON blocks (height)",
    "CREATE TABLE scripts (id INTEGER PRIMARY KEY, script BLOB NOT NULL UNIQUE) STRICT",
    """CREATE TABLE entries (
        id INTEGER PRIMARY KEY,
        block INTEGER NOT NULL REFERENCES blocks,
        position INTEGER NOT NULL CHECK (position >= 0),
        txid BLOB NOT NULL CHECK (length(txid) = 32),
        is_coinbase INTEGER NOT NULL CHECK (is_coinbase = (position = 0)),
        raw BLOB NOT NULL,
        proof BLOB NOT NULL,
        source INTEGER NOT NULL REFERENCES source_log
    ) STRICT""",
    "CREATE INDEX entries_by_block ON entries (block)",
    "CREATE INDEX entries_by_txid ON entries (txid)",
    f"""CREATE TABLE inputs (
        entry INTEGER NOT NULL REFERENCES entries {_LATER},
        place INTEGER NOT NULL,
        txid BLOB NOT NULL CHECK (length(txid) = 32),
        vout INTEGER NOT NULL,
        script INTEGER REFERENCES scripts,
        sats INTEGER CHECK (sats >= 0),
        PRIMARY KEY (entry, place),
        CHECK ((script IS NULL) = (sats IS NULL))
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX inputs_by_coin ON inputs (txid, vout)",
    f"""CREATE TABLE outputs (
        entry INTEGER NOT NULL REFERENCES entries {_LATER},
        place INTEGER NOT NULL,
        script INTEGER NOT NULL REFERENCES scripts,
        sats INTEGER NOT NULL CHECK (sats >= 0),
        PRIMARY KEY (entry, place)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX outputs_by_script ON outputs (script)",
    f"""CREATE TABLE postings (
        entry INTEGER NOT NULL REFERENCES entries {_LATER},
        kind TEXT NOT NULL CHECK (kind IN ('script', 'unknown', 'fees', 'issuance')),
        script INTEGER REFERENCES scripts,
        sats INTEGER NOT NULL,
        CHECK ((script IS NULL) = (kind <> 'script'))
    ) STRICT""",
    "CREATE INDEX postings_by_entry ON postings (entry)",
    "CREATE INDEX postings_by_script ON postings (script)",
    """CREATE TABLE reorganisations (
        id INTEGER PRIMARY KEY,
        fork_height INTEGER NOT NULL,
        fork_hash BLOB NOT NULL CHECK (length(fork_hash) = 32),
        lost_height INTEGER NOT NULL,
        lost_hash BLOB NOT NULL CHECK (length(lost_hash) = 32),
        seen INTEGER NOT NULL
    ) STRICT""",
    # No reorganisation: the entry stands again with more of its inputs known.
    """CREATE TABLE retractions (
        entry INTEGER PRIMARY KEY REFERENCES entries,
        reorganisation INTEGER REFERENCES reorganisations
    ) STRICT""",
    # Height -1: nothing is searched yet.
    """CREATE TABLE cohorts (
        id INTEGER PRIMARY KEY,
        height INTEGER NOT NULL CHECK (height >= -1),
        hash BLOB CHECK (length(hash) = 32),
        CHECK ((hash IS NULL) = (height < 0))
    ) STRICT""",
    """CREATE TABLE searched (
        script INTEGER PRIMARY KEY REFERENCES scripts,
        cohort INTEGER NOT NULL REFERENCES cohorts
    ) STRICT""",
    """CREATE TABLE watched (
        wallet TEXT NOT NULL,
        branch INTEGER NOT NULL,
        child INTEGER NOT NULL,
        script INTEGER NOT NULL REFERENCES scripts,
        PRIMARY KEY (wallet, branch, child)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE known (
        height INTEGER PRIMARY KEY CHECK (height >= 0),
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        header BLOB NOT NULL CHECK (length(header) = 80)
    ) STRICT""",
    """CREATE VIEW standing AS
        SELECT entries.id, height, hash, header, position, txid, is_coinbase
        FROM entries JOIN blocks ON blocks.id = entries.block
        WHERE NOT EXISTS (SELECT 1 FROM retractions WHERE entry = entries.id)""",
)
_SEAL = """CREATE TRIGGER entries_seal BEFORE INSERT ON entries BEGIN
    SELECT RAISE(ABORT, 'the postings of an entry do not sum to nought')
        WHERE (SELECT coalesce(sum(sats), 1) FROM postings WHERE entry = NEW.id) <> 0;
    SELECT RAISE(ABORT, 'the transaction stands in the ledger already')
        WHERE EXISTS (SELECT 1 FROM standing WHERE txid = NEW.txid);
    SELECT RAISE(ABORT, 'a coin is spent twice')
        WHERE EXISTS (
            SELECT 1 FROM inputs AS mine
            JOIN inputs AS other ON other.txid = mine.txid AND other.vout = mine.vout
            JOIN standing ON standing.id = other.entry
            WHERE mine.entry = NEW.id AND other.entry <> NEW.id);
END"""
_SEALED = tuple(
    f"""CREATE TRIGGER {table}_sealed BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM entries WHERE id = NEW.entry) BEGIN
        SELECT RAISE(ABORT, 'the journal is append-only: the entry is sealed');
    END"""
    for table in ("inputs", "outputs", "postings")
)
_KEPT = tuple(
    f"""CREATE TRIGGER {table}_no_{deed} BEFORE {deed} ON {table} BEGIN
        SELECT RAISE(ABORT, 'the journal is append-only: {table} takes no {deed}');
    END"""
    for table in JOURNAL_TABLES
    for deed in ("UPDATE", "DELETE")
)
# INSERT OR REPLACE deletes what is in its way, and no trigger on DELETE fires.
_KEYS = (
    ("source_log", ("id",)),
    ("blocks", ("id", "hash")),
    ("scripts", ("id", "script")),
    ("entries", ("id",)),
    ("postings", ("rowid",)),
    ("retractions", ("entry",)),
    ("reorganisations", ("id",)),
)
_ONCE = tuple(
    f"""CREATE TRIGGER {table}_once BEFORE INSERT ON {table}
    WHEN {" OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {k} = NEW.{k})" for k in keys)} BEGIN
        SELECT RAISE(ABORT, 'the journal is append-only: {table} has such a row');
    END"""
    for table, keys in _KEYS
)
STATEMENTS = (*_TABLES, _SEAL, *_SEALED, *_KEPT, *_ONCE)
"""One statement each, in order."""
