-- The people who enabled Teams integration. Not bound to the account's row, which every save writes anew; deleting the
-- account deletes them in the same transaction.
CREATE TABLE agent (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    principal_name TEXT NOT NULL,
    enabled_at TEXT NOT NULL,
    standing TEXT NOT NULL,
    reason TEXT,
    CHECK ((standing = 'enabled') = (reason IS NULL))
) STRICT;

-- Where a person's sign-in is in the keychain, some of which hold less in one entry than it is long.
CREATE TABLE agent_entry (
    agent TEXT NOT NULL REFERENCES agent (id) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    reference TEXT NOT NULL UNIQUE REFERENCES keychain_entry (reference),
    PRIMARY KEY (agent, part)
) STRICT;
