"""Erasing a patient for good: the key, the words, the files, what waits to be sent, in older copies too."""
