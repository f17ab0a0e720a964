"""A messaging provider of our own, in its own process: real HTTP, real limits, a ledger nobody edits."""
