"""Each hostile text in each place where a text ends up: shown as it is, and taken for nothing else."""

import csv
import io
import json
import logging
import re
import unicodedata
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
import structlog
from jinja2 import Environment

import bot
from bot.channels.telegram.render import render as on_telegram
from bot.channels.text import clean
from bot.channels.whatsapp.render import Words, render as on_whatsapp, render_template
from bot.disposition import disposition
from bot.logs import set_up_logs
from bot.mail import Mailer
from bot.own.printed import own_pdf
from bot.own.sheet import OwnSheet, Part
from bot.summaries.table import _write, csv_line, neutral
from handlers.core.bundle.build import _narrative
from handlers.core.bundle.naming import entry
from handlers.core.file_names import safe_name
from handlers.core.limits import utf16_units
from handlers.core.messages import Body, Template
from handlers.errors import SendRejected
from tests.channels.web.conftest import CATALOGS
from tests.channels.web.fakes import NOON
from tests.hostile.texts import HOSTILE

WORDS = Words(choose="Choose", doors="More", typed="Or type:")
OPENS = re.compile(r"(?<![^\W_])[*_~`](?=\S)")
FORMULA = re.compile(r"^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
HIDING = {"Cc", "Cf", "Cs"}
SHELL = Path(bot.__file__).parent
each = pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))


def shown(text):
    return "".join(char for char in text if unicodedata.category(char) not in HIDING)


@each
def test_telegram_is_sent_plain_text_in_parts_that_it_takes(text):
    parts = on_telegram(Body(text))

    assert "".join("".join(part.text for part in parts).split()) == "".join(clean(text).split())
    assert all(utf16_units(part.text) <= 4096 and "\x1b" not in part.text for part in parts)


@each
def test_whatsapp_finds_no_markup_in_a_message(text):
    made = on_whatsapp(Body(text[:4000]), WORDS)

    assert made is None or OPENS.search(made["text"]["body"]) is None


@each
def test_a_templates_parameter_is_one_line_without_runs_of_spaces(text):
    try:
        made = render_template(Template("t_v1", "en", (text[:1000],)))
    except SendRejected:
        assert not clean(text).strip()
        return
    said = made["template"]["components"][0]["parameters"][0]["text"]
    assert said
    assert re.search(r"[\n\t\r\x00]| {4}", said) is None
    assert OPENS.search(said) is None


def test_links_of_ours_stay_whole_on_whatsapp():
    link = "https://clinic.example/mine/i/_a-_b*c~"

    assert link in on_whatsapp(Body(f"Here: {link}"), WORDS)["text"]["body"]


@each
def test_a_cell_of_csv_is_no_formula_and_stays_one_cell(text):
    [cells] = csv.reader(io.StringIO(csv_line([neutral(text), "next"])), strict=True)

    assert cells[1] == "next"
    assert "".join(cells).encode()
    assert FORMULA.match(cells[0].lstrip(" ")) is None


def test_cells_of_xlsx_are_texts_and_none_is_a_formula(tmp_path):
    workbook = pytest.importorskip("xlsxwriter").Workbook(str(tmp_path / "t.xlsx"), {"constant_memory": True})
    page = workbook.add_worksheet("t")
    for number, text in enumerate(HOSTILE.values()):
        _write(page, number, [neutral(text)])
    workbook.close()

    sheet = zipfile.ZipFile(tmp_path / "t.xlsx").read("xl/worksheets/sheet1.xml")
    cells = [cell.get("t") for cell in ET.fromstring(sheet).iter() if cell.tag.endswith("}c")]
    assert set(cells) == {"inlineStr"}
    assert len(cells) == len(HOSTILE)


def test_paper_shows_commands_of_typst_as_words():
    rows = tuple((text[:300], text[:300]) for text in HOSTILE.values())
    made = own_pdf(OwnSheet("en", "#panic()", "YR-1", (Part("$x$", rows),), ()), CATALOGS.get("en"), NOON)

    said = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made))
    assert "#import" in said
    assert "#panic" in said


@each
def test_fhir_stays_json_with_a_narrative_that_is_xml(text):
    made = entry("urn:x", {"resourceType": "Patient", "name": [{"text": text}]})

    json.loads(json.dumps(made, ensure_ascii=False).encode())
    rows = ET.fromstring(_narrative([(text, text)]))
    assert {cell.tag.rpartition("}")[2] for cell in rows.iter()} == {"div", "table", "tbody", "tr", "td"}


def test_a_log_line_stays_one_line_of_json(monkeypatch):
    out, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:], root.level
    monkeypatch.setattr("sys.stderr", out)
    monkeypatch.setattr("sys.excepthook", None)
    set_up_logs()
    for text in HOSTILE.values():
        structlog.get_logger("bot").warning("odd", said=text)
    root.handlers, root.level = before
    structlog.reset_defaults()

    lines = out.getvalue().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["odd"] * len(HOSTILE)
    assert out.getvalue().isprintable() or "\x1b" not in out.getvalue()


@each
def test_a_downloads_name_has_no_path_no_break_and_no_hidden_ending(text):
    header = disposition(f"{text}.pdf")

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    name = safe_name(f"{text}.pdf")
    assert name.endswith("pdf")
    assert not set("/\\") & set(name)
    assert len(name) <= 200
    assert name == shown(name)


@each
def test_a_letters_head_takes_no_second_line(text):
    mailer = Mailer("smtp://localhost:25", "clinic@clinic.example")
    try:
        made = mailer._message("a@clinic.example", text, "words", None)
    except (SendRejected, UnicodeError):
        return
    head = made.as_bytes().partition(b"\n\n")[0].decode("ascii")
    assert not re.search(r"^(Set-Cookie|Bcc):", head, re.MULTILINE)


@each
def test_pages_escape_what_they_are_given(text):
    page = Environment(autoescape=True).from_string('<p title="{{ text }}">{{ text }}</p>')

    assert re.fullmatch(r'<p title="[^"<>]*">[^<>]*</p>', page.render(text=text), re.DOTALL)


def test_no_page_and_no_script_goes_round_escaping():
    ways = re.compile(r"\|\s*safe\b|\bMarkup\(|autoescape=False|autoescape false")
    scripts = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    pages = [path for path in SHELL.rglob("*") if path.suffix in {".html", ".py"}]
    own = [path for path in SHELL.rglob("static/*.js") if ".min." not in path.name and path.name != "htmx.js"]

    assert [path.name for path in pages if ways.search(path.read_text())] == []
    assert [path.name for path in own if scripts.search(path.read_text())] == []
    assert all("autoescape=True" in path.read_text() for path in pages if "Environment(" in path.read_text())
