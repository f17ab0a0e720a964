"""The proof that a RED tap reaches staff in time: `python -m tests.alerts`."""
