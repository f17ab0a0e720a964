"""Copies of the tree: what is changed there is changed nowhere else."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "handlers", "storage", "scheduler", "locales")
ORACLES = ("tests/simulation", "tests/mutants")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "patches")


def copy(place):
    """Copy the product and the oracles to `place`; return it."""
    for folder in (*PRODUCT, *ORACLES):
        shutil.copytree(ROOT / folder, place / folder, ignore=_LEFT_OUT)
    return place
