"""Mutated and forged webhook bodies against the whole web application, and what follows from them."""
