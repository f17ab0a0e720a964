"""Finding patients by what is sealed: from words to keyed hashes, written and asked for."""
