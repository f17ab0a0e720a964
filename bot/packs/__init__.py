"""Packs that a clinic loads in the console: read, compared, previewed, edited and put in force."""
