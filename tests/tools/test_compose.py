"""compose.yaml and Dockerfile against the product: commands, settings and files that they name exist."""

import re
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from bot.cli.app import app
from bot.settings import PREFIX, Settings, read_settings

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "yorisoi"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NOT_OURS = {"HOST", "PORT", "PATH", "PYTHONUNBUFFERED", "FORWARDED_ALLOW_IPS"}


def is_a_setting(name):
    bare = name.removesuffix("_FILE").removeprefix(PREFIX).lower()
    return name.startswith(PREFIX) and bare in Settings.model_fields


def example():
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_there_are_a_database_one_web_process_two_workers_and_a_migration():
    commands = {name: service["command"] for name, service in OURS.items()}

    assert commands == {"migrate": ["migrate"], "web": ["web"], "worker": ["worker"]}
    assert COMPOSE["services"]["worker"]["deploy"] == {"replicas": 2}
    assert COMPOSE["services"]["postgres"]["image"].startswith("postgres:")


def test_the_commands_that_the_containers_run_exist():
    known = get_command(app).commands.keys()

    assert {service["command"][0] for service in OURS.values()} | {"serve"} <= known


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_container_of_ours_has_no_rights_and_waits_for_the_database(name):
    service = OURS[name]

    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["depends_on"]["postgres"] == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", ["web", "worker"])
def test_nothing_starts_before_the_tables_are_there(name):
    assert OURS[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_every_secret_and_volume_that_a_service_names_is_declared():
    secrets = {secret for service in COMPOSE["services"].values() for secret in service.get("secrets", [])}
    volumes = {
        v.split(":")[0] for service in COMPOSE["services"].values() for v in service.get("volumes", [])
    }

    assert secrets == set(COMPOSE["secrets"])
    assert volumes == set(COMPOSE["volumes"])


def test_only_this_machine_reaches_the_port():
    assert COMPOSE["services"]["web"]["ports"] == ["127.0.0.1:${WEB_PORTS:-8000}:8000"]


def test_every_variable_that_is_set_for_us_is_a_setting():
    in_image = set(re.findall(r"^(?:ENV|   ) ([A-Z_]+)=", DOCKERFILE, re.MULTILINE))
    in_compose = {name for service in OURS.values() for name in service["environment"]}

    strange = {name for name in in_image | in_compose | example().keys() if not is_a_setting(name)}

    assert strange <= NOT_OURS | {"PIP_DISABLE_PIP_VERSION_CHECK"}


def test_the_example_is_a_working_set_of_settings(tmp_path):
    url = tmp_path / "database.url"
    url.write_text("postgresql://yorisoi:made-up@postgres/yorisoi\n")

    settings = read_settings(example() | {"YORISOI_DATABASE_URL_FILE": str(url)})

    assert settings.database_url == "postgresql://yorisoi:made-up@postgres/yorisoi"
    assert not settings.has_telegram


def test_the_image_gets_every_file_that_it_copies():
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    copied = {word for line in sources for word in line.split()}

    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_runs_as_a_user_without_rights_and_says_whether_it_is_well():
    last = DOCKERFILE.rpartition("\nFROM ")[2]

    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    assert "/healthz" in last.partition("HEALTHCHECK")[2]
