-- What was done. `hash` covers the entry and `previous`, the hash of the entry before it; ARCHITECTURE.md says how. It
-- outlives the account.
CREATE TABLE history (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    user TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT NOT NULL,
    changes TEXT NOT NULL,
    settings TEXT,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;

-- How many entries there are, and the last one's hash: without them, nobody would miss what is removed at the end.
ALTER TABLE revision ADD COLUMN history_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE revision ADD COLUMN history_hash BLOB NOT NULL
    DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000';

-- Messages to Teams in conferences, by the month of the calendar in UTC: 2026-11.
CREATE TABLE message_count (
    month TEXT PRIMARY KEY,
    messages INTEGER NOT NULL
) STRICT;
