"""Everything that lasts: tables, keys, claims and the one unit of work, on SQLite and PostgreSQL."""
