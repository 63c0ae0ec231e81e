-- Secrets that a renewal made, or was about to make, in Azure and that are not in use yet: what a crash leaves there is named
-- with it. `key_id` comes with Azure's answer. The secret itself is never here.
CREATE TABLE left_over_secret (
    name TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    key_id TEXT,
    made_at TEXT NOT NULL
) STRICT;
