-- The first schema. Moments are texts as in RFC 3339.

-- The secret itself is in the keychain. A reference is written here before it is used there, so that whatever a crash
-- leaves in the keychain is known and can be removed.
CREATE TABLE keychain_entry (
    reference TEXT PRIMARY KEY,
    created_at TEXT NOT NULL
) STRICT;

-- The last revision given to an account. It outlives the account, so that a new one never gets a revision that an open
-- window remembers of the old one.
CREATE TABLE revision (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last INTEGER NOT NULL
) STRICT;
INSERT INTO revision (id, last) VALUES (1, 0);

-- There is one account at most: no second row fits.
CREATE TABLE account (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL,
    name TEXT NOT NULL CHECK (trim(name) <> ''),
    object_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    cloud TEXT NOT NULL,
    login_url TEXT,
    graph_url TEXT,
    licensing_mode TEXT NOT NULL,
    keychain_reference TEXT REFERENCES keychain_entry (reference),
    secret_hint TEXT,
    expires_at TEXT,
    expiry_source TEXT,
    tested_at TEXT,
    test_outcome TEXT,
    test_message TEXT,
    test_checks INTEGER,
    test_milliseconds INTEGER,
    applied_at TEXT NOT NULL,
    CHECK ((login_url IS NOT NULL) = (cloud = 'custom') AND (graph_url IS NOT NULL) = (cloud = 'custom')),
    CHECK ((keychain_reference IS NULL) = (secret_hint IS NULL)),
    CHECK ((expires_at IS NULL) = (expiry_source IS NULL)),
    CHECK ((tested_at IS NULL) = (test_outcome IS NULL))
) STRICT;

CREATE TABLE phone_type (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    type TEXT NOT NULL UNIQUE,
    shown INTEGER NOT NULL CHECK (shown IN (0, 1)),
    PRIMARY KEY (account, position)
) STRICT;

CREATE TABLE system_message (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (account, key)
) STRICT;

-- How a person likes the window; nothing here belongs to the account.
CREATE TABLE preference (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
