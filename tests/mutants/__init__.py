"""Deliberate bugs: the oracles must see every one of them, or they prove nothing."""
