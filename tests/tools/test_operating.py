"""docs/operating.md against the product: what it says of settings, figures and addresses holds."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from bot.meters import Figure
from bot.settings import PREFIX, Settings
from storage.gauges import gauges

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "operating.md").read_text()
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROW = re.compile(r"^\| `([A-Z_]+)` \| (?:`(.*?)`|-) \| (.+) \|$", re.MULTILINE)


def written(default):
    if default in (None, "", PydanticUndefined):
        return ""
    if isinstance(default, tuple):
        return ",".join(default)
    return str(getattr(default, "value", default))


def shown(name, field):
    full = name.upper() if field.validation_alias else PREFIX + name.upper()
    return full, written(field.default)


def test_the_table_holds_every_setting_with_its_default_and_no_other():
    real = dict(shown(name, field) for name, field in Settings.model_fields.items())

    assert {name: default for name, default, _ in ROW.findall(TEXT)} == real


async def test_every_figure_is_explained(database):
    values = await database.read(lambda conn: gauges(conn, NOON))

    counted = {f"yorisoi_{figure}_total" for figure in Figure}
    assert counted | {f"yorisoi_{name}" for name in values} == set(re.findall(r"`(yorisoi_\w+)[`{]", TEXT))


@pytest.mark.parametrize("page", sorted(DOCS.parent.glob("*.md")) + sorted(DOCS.rglob("*.md")), ids=str)
def test_every_link_to_a_file_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#|docs/pictures/)([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []
