"""Proof of the pace: the real sender, storage and clients against a provider that enforces its limits."""
