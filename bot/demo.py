"""The sample clinic, and what a demo needs beside the product: a data folder and a clock to move."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.clock import jump
from bot.foundation import Foundation
from bot.settings import CLINIC, Env, Settings, read_settings
from handlers.core.case import Clinic
from handlers.core.values import Language
from handlers.errors import SettingError

DEFAULT_CLINIC = CLINIC
DATA = Path("var")
TEXTS = {
    "clinic_name": "Sample Clinic",
    "clinic_short": "Sample Clinic",
    "clinic_legal_name": "Sample Clinic (demo)",
    "clinic_address": "1-1 Sample, Tokyo",
    "clinic_phone": "+81 3 0000 0000",
    "clinic_emergency_phone": "+81 3 0000 0001",
    "crisis_line": "findahelpline.com",
    "crisis_line_JP": "TELL 0800-300-8355",
    "hosting_country": "Japan",
    "country_privacy_summary": "Japan's privacy law (APPI) applies.",
    "hours": "9:00-17:00",
    "reply_days": "5",
    "operator": "this demo",
    "privacy_contact": "privacy@clinic.example",
    "privacy_authority": "the Personal Information Protection Commission",
    "months_unfinished": "12",
    "months_not_treated": "6",
    "months_after_care": "12",
    "plan_no_msc_iv": "PB0000000",
    "plan_class_msc_iv": "II",
    "plan_committee_msc_iv": "Sample Committee",
    "plan_disease_msc_iv": "Parkinson's disease",
}
"""Made up, all of it."""


def demo_settings(environ: Mapping[str, str], folder: Path = DATA) -> Settings:
    """Return the settings of a demo in `folder`; what the environment says wins. Raises SettingError."""
    host, port = environ.get("HOST") or "127.0.0.1", environ.get("PORT") or "8000"
    usual = {
        "YORISOI_ENV": Env.DEMO.value,
        "YORISOI_DATABASE_URL": f"sqlite:///{folder}/yorisoi.db",
        "YORISOI_STORAGE_URL": f"file://{folder}/files",
        "YORISOI_CLOCK_FILE": str(folder / "clock"),
        "YORISOI_PUBLIC_URL": f"http://{host}:{port}",
    }
    given = {name: value for name, value in environ.items() if value}
    return read_settings({**usual, **given})


def command_settings(environ: Mapping[str, str], folder: Path = DATA) -> Settings:
    """Return the settings of a command: with YORISOI_ENV=demo those of `yorisoi demo`, data and clock.

    Raises SettingError; where only the demo was ever run here, it says how to look at its data.
    """
    if environ.get("YORISOI_ENV") == Env.DEMO:
        return demo_settings(environ, folder)
    try:
        return read_settings(environ)
    except SettingError as error:
        if environ.get("YORISOI_ENV") or not (folder / "yorisoi.db").exists():
            raise
        raise SettingError(f"{error}. For the demo's data: YORISOI_ENV=demo yorisoi patients") from None


def sample_clinic(pack: str) -> Clinic:
    """Return the sample clinic: one route with a made-up plan number, and no real telephone."""
    return Clinic(
        id=DEFAULT_CLINIC,
        name="Sample Clinic",
        pack=pack,
        zone="Asia/Tokyo",
        language=Language("en"),
        texts=TEXTS,
        routes=frozenset({"msc_iv"}),
    )


async def make_clinic(base: Foundation) -> None:
    """Make the clinic `default` if there is none yet: the sample one in demo and tests, else a bare one.

    A bare clinic has no texts and shows no treatment route until an administrator has entered them.
    """
    sample = sample_clinic(base.around.protocol.id)
    bare = replace(sample, name="Clinic", texts={}, routes=frozenset())
    clinic = bare if base.settings.env is Env.PRODUCTION else sample
    await base.stores.clinics.create(clinic, now=base.now_system())


async def move_clock(base: Foundation, to: datetime) -> None:
    """Move business time ahead; every worker notices within a tenth of a second."""
    if base.settings.clock_file is not None:
        jump(base.settings.clock_file, to)
