"""Invented patients for demos and tests: `yorisoi seed N`."""
