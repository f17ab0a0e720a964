"""Months of the product's life in seconds: virtual time, seeded chance, fake services, real code.

`python -m tests.simulation` runs it; README.md says what is real, what is fake and what is looked at.
"""
