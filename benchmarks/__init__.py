"""Ratios against what one would otherwise use; `python -m benchmarks` prints them (docs/benchmarks.md)."""
