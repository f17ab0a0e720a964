"""The commands stand in a table by name; each brings only what it needs itself."""

import subprocess
import sys

import pytest
from typer import Typer
from typer.testing import CliRunner

from bot.cli.app import MODULES, app, named
from bot.cli.words import help_of

LIBRARIES = {"sqlalchemy", "fastapi", "telegram", "pydantic", "apscheduler", "jinja2", "cryptography"}


@pytest.mark.parametrize("name", MODULES)
def test_a_command_stands_in_the_module_that_the_table_names(name):
    found = named(name)

    assert isinstance(found, Typer) or found.__name__ == name.replace("-", "_")


def test_help_lists_every_command():
    told = CliRunner().invoke(app, ["--help"]).stdout

    assert [line.split()[0] for line in told.partition("Commands:\n")[2].splitlines()] == list(MODULES)


@pytest.mark.parametrize("name", ["export", "rotate-keys", "staff"])
def test_a_commands_own_help_is_the_one_that_is_listed(name):
    told = CliRunner().invoke(app, [name, "--help"])

    assert told.exit_code == 0
    assert help_of(name) in " ".join(told.stdout.split())


@pytest.mark.parametrize(
    ("module", "spared"),
    [
        ("app", LIBRARIES),
        ("plan", LIBRARIES),
        ("database", {"fastapi", "telegram", "apscheduler", "jinja2"}),
        ("staff", {"fastapi", "telegram", "apscheduler", "jinja2"}),
        ("desk", {"fastapi", "telegram", "apscheduler", "jinja2"}),
    ],
)
def test_a_command_loads_nothing_that_only_others_need(module, spared):
    asked = f"import sys, bot.cli.{module}; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert not spared & set(done.stdout.split())
