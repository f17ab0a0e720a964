from tests.console.conftest import house, house_on_each  # noqa: F401  fixtures
