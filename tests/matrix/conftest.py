from tests.console.conftest import house

__all__ = ["house"]
