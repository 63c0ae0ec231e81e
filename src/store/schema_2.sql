-- A certificate in a secret's place: its public half, DER. The private key is in the keychain under the same reference.
ALTER TABLE account ADD COLUMN certificate BLOB;
