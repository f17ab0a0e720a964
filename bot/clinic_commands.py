"""What the command line does with clinics: make another one, and list them."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from bot import desk_commands
from bot.clinics import every_clinic, of_clinic
from bot.demo import sample_clinic
from bot.foundation import Foundation
from bot.packs.vetting import vetted
from bot.settings import Env
from bot.staff_door import FIRST, first_link
from handlers.core.case import Clinic
from handlers.core.problems import Severity
from handlers.core.values import ClinicId, Language
from handlers.errors import PackError
from locales import country_name, country_vocabulary
from storage.pack_archive import Files, files_in, written
from storage.pack_files import PROTOCOL
from storage.packs import Draft, begin_with
from storage.protocols import pack_folder

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clinic to make: `host` is where its pages are opened, `pack` a folder or the name of a shipped one.

    `languages` are those of the pack that patients may choose, the first the clinic's own; none for all.
    """

    name: str
    host: str
    title: str = ""
    country: str = ""
    zone: str = "Asia/Tokyo"
    languages: Sequence[str] = ()
    pack: str = ""
    administrator: str = FIRST


async def add(base: Foundation, wanted: Wanted) -> dict[str, Any]:
    """Make a clinic with a key and a pack of its own; return {clinic, url, link}.

    `link` signs its first administrator in, once. Raises ValueError for what can't be, PackError.
    """
    files = await asyncio.to_thread(_pack_files, base, wanted)
    draft = None if files is None else await asyncio.to_thread(_vetted, files)
    clinic = _clinic(base, wanted)
    await _refuse_taken(base, wanted)
    now, by = base.now_system(), desk_commands.BY
    is_new = await base.stores.clinics.create(
        clinic,
        now=now,
        host=wanted.host.lower(),
        also=lambda conn: begin_with(conn, clinic.id, draft, by, now),
    )
    if not is_new:
        raise ValueError(f"the name {wanted.name} or its host was taken in this moment")
    made = await of_clinic(base, clinic.id)
    await desk_commands.note(made, "cli.clinic-add")
    link = await first_link(made, email=wanted.administrator.strip().lower())
    return {"clinic": clinic.id, "url": made.settings.public_url, "link": link}


async def listed(base: Foundation) -> list[dict[str, Any]]:
    """Return every clinic: {clinic, title, url, zone, language, pack, accounts}. No token is shown."""
    return [await _row(each) for each in await every_clinic(base)]


def line(row: Mapping[str, Any]) -> str:
    """Return a clinic as a line."""
    return "  ".join(str(row[name]) for name in ("clinic", "url", "title", "zone", "language", "pack"))


async def _row(base: Foundation) -> dict[str, Any]:
    clinic = await base.stores.clinics.get(base.clinic)
    protocol = base.around.protocol
    return {
        "clinic": base.clinic,
        "title": clinic.texts.get("clinic_name") or clinic.name,
        "url": base.settings.public_url,
        "zone": clinic.zone,
        "language": clinic.language,
        "pack": f"{protocol.id} {protocol.version}",
    }


def _clinic(base: Foundation, wanted: Wanted) -> Clinic:
    """Return the clinic as its administrator finds it; raise ValueError naming what is wrong."""
    if not _NAME.fullmatch(wanted.name):
        raise ValueError("the name: up to 40 small letters, digits and hyphens, a letter first")
    if not _HOST.fullmatch(wanted.host.lower()):
        raise ValueError("--host: the name of a host alone, such as kobe.clinic.example")
    if wanted.zone not in available_timezones():
        raise ValueError(f"--zone: there is no time zone {wanted.zone}; write it like Asia/Tokyo")
    sample = sample_clinic(base.around.protocol.id)
    texts = {} if base.settings.env is Env.PRODUCTION else dict(sample.texts)
    title = " ".join(wanted.title.split()) or wanted.name
    texts |= {"clinic_name": title, "clinic_short": title}
    if wanted.country:
        texts["hosting_country"] = _country(wanted.country)
    routes = frozenset[str]() if base.settings.env is Env.PRODUCTION else sample.routes
    language = Language(wanted.languages[0] if wanted.languages else sample.language)
    return Clinic(ClinicId(wanted.name), title, sample.pack, wanted.zone, language, texts, routes)


def _country(typed: str) -> str:
    code = typed if typed in set(country_vocabulary("en").values()) else ""
    code = code or country_vocabulary("en").get(typed.strip().lower(), "")
    if not code:
        raise ValueError(f"--country: no country is called {typed}; write its English name or JP")
    return country_name(code, "en")


async def _refuse_taken(base: Foundation, wanted: Wanted) -> None:
    hosts = await base.stores.clinics.hosts()
    if wanted.name in hosts:
        raise ValueError(f"there is a clinic {wanted.name} already")
    if wanted.host.lower() in {urlsplit(base.settings.public_url).hostname, *hosts.values()}:
        raise ValueError(f"--host: {wanted.host} is another clinic's")


def _pack_files(base: Foundation, wanted: Wanted) -> Files | None:
    """Return the files of the clinic's own pack; None where it takes the one of the settings as it is."""
    if not (wanted.pack or wanted.languages):
        return None
    files = files_in(pack_folder(wanted.pack) if wanted.pack else base.present.own.folder)
    protocol = json.loads(files[PROTOCOL])
    spoken = protocol.get("languages", [])
    if unknown := [name for name in wanted.languages if name not in spoken]:
        raise ValueError(
            f"--languages: the pack does not speak {', '.join(unknown)}, but {', '.join(spoken)}"
        )
    if not wanted.languages or list(wanted.languages) == spoken:
        return files
    changed = json.dumps({**protocol, "languages": list(wanted.languages)}, ensure_ascii=False, indent=2)
    return {**files, PROTOCOL: f"{changed}\n".encode()}


def _vetted(files: Files) -> Draft:
    """Return the pack as it is stored; raise PackError for the first thing that keeps it from being used."""
    with TemporaryDirectory(prefix="yorisoi-pack-") as folder:
        version, findings = vetted(written(files, Path(folder)), ())
    for one in findings:
        if one.severity is Severity.ERROR:
            raise PackError(str(one))
    return Draft(files, version, findings)
