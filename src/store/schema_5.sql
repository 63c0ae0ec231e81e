-- The checks of the last test, so that they can be looked at after the window was closed. A JSON document without secrets.
ALTER TABLE account ADD COLUMN test_report TEXT;
