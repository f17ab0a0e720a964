"""Retention: what goes when, what a legal hold keeps, and the going itself."""
