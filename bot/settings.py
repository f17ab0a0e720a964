"""Everything that comes from the environment, read once (DESIGN.md, the operational contract).

Every name has the prefix YORISOI_. A secret may also be given as a file: YORISOI_…_FILE. A wrong
setting stops the start with one line that names the setting and the mend.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.environment import one_line, with_files
from bot.urls import has_host, is_issuer, is_loopback, is_sender
from handlers.core.day_limit import MIB, USUAL, DayLimit
from handlers.core.on_call import Means
from handlers.core.values import ClinicId
from handlers.errors import SettingError
from scheduler.pacing import WHATSAPP_USUAL

PREFIX = "YORISOI_"
CLINIC = ClinicId("default")
"""The clinic that these settings make."""
DEFAULT_PACK = Path("handlers/protocols/parkinson-cell-therapy")


class Env(StrEnum):
    """Where this runs."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class TelegramMode(StrEnum):
    """How updates come in."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class WhatsAppContent(StrEnum):
    """What WhatsApp may carry; there is no default (clinical.md section 15)."""

    FULL = "full"
    LINK = "link"


class Settings(BaseSettings):
    """The settings, checked. Secrets print as stars."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    env: Env = Env.PRODUCTION
    database_url: str = "sqlite:///var/yorisoi.db"
    storage_url: str = "file://var/files"
    master_key: SecretStr | None = None
    master_key_file: Path | None = None
    public_url: str = "http://127.0.0.1:8000"
    pack: Path | None = None

    telegram_bot_token: SecretStr | None = None
    telegram_api_base_url: str = "https://api.telegram.org/bot"
    telegram_file_base_url: str = "https://api.telegram.org/file/bot"
    telegram_mode: TelegramMode = TelegramMode.POLLING
    telegram_webhook_secret: SecretStr | None = None

    whatsapp_access_token: SecretStr | None = None
    whatsapp_phone_number_id: str = ""
    whatsapp_business_account_id: str = ""
    whatsapp_app_secret: SecretStr | None = None
    whatsapp_verify_token: SecretStr | None = None
    whatsapp_api_base_url: str = "https://graph.facebook.com"
    whatsapp_media_hosts: Annotated[tuple[str, ...], NoDecode] = ("lookaside.fbsbx.com",)
    whatsapp_graph_version: str = "v26.0"
    whatsapp_content: WhatsAppContent | None = None
    whatsapp_display_number: str = ""
    whatsapp_messages_per_second: Annotated[int, Field(ge=1, le=1000)] = WHATSAPP_USUAL
    """How many the number takes, by Meta's word: 20 where it is also used in the WhatsApp Business app."""

    clamav: str = ""
    """Where ClamAV's daemon listens: unix:///path or tcp://host:port; "" for none."""

    smtp_url: SecretStr | None = None
    smtp_from: str = ""

    oidc_issuer: str = ""
    """The clinic's identity provider (OpenID Connect) for its staff; "" for none."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_second_step: Annotated[tuple[str, ...], NoDecode] = ()
    """Which of the provider's words (amr, acr) say that it asked for a second step; without one we ask."""

    delivery_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Hosts on this machine or its link to which summaries may be posted all the same."""

    invitation_only: bool = False
    """Whether only invited people may begin, unless the clinic says otherwise in the console."""

    clock_file: Path | None = None
    lease_seconds: Annotated[float, Field(gt=0, le=1800)] = 60
    send_timeout_seconds: Annotated[float, Field(gt=0)] = 20
    tick_seconds: Annotated[float, Field(gt=0)] = 20
    max_file_mb: Annotated[int, Field(gt=0, le=2048)] = 2048
    max_files_per_day: Annotated[int, Field(gt=0, le=100_000)] = USUAL.files
    """Of one patient; on our own page for files they are counted apart from the chat."""
    max_mb_per_day: Annotated[int, Field(gt=0, le=1_000_000)] = USUAL.size // MIB
    pace: Annotated[float, Field(ge=1, le=1000)] = 1
    """How many times faster than a service allows messages may leave: for tests on a service of their own."""
    failpoints: str = ""
    """Where this process dies or fails, for tests: see bot/failpoints.py."""
    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    worker_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    """Where a worker says how it is; without one at the first free port (bot/listening.py)."""
    port: int = Field(default=8000, ge=0, le=65535, validation_alias="PORT")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what `read_settings` hands over: an empty variable is none, a secret may be a file."""
        return (init_settings,)

    @field_validator("whatsapp_media_hosts", "delivery_hosts", "oidc_second_step", mode="before")
    @classmethod
    def _split_hosts(cls, value: Any) -> Any:
        return tuple(h.strip() for h in value.split(",") if h.strip()) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fits_together(self) -> "Settings":
        for wrong, words in _RULES:
            if wrong(self):
                raise ValueError(words)
        return self

    @property
    def is_demo(self) -> bool:
        """Say whether this is the demo."""
        return self.env is Env.DEMO

    def secrets(self) -> list[str]:
        """Return every secret's text, for the redaction of logs."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]

    @property
    def day_limit(self) -> DayLimit:
        """Return how many files of one patient are taken in a day."""
        return DayLimit(self.max_files_per_day, self.max_mb_per_day * MIB)

    @property
    def staff_means(self) -> frozenset[Means]:
        """Return on which means staff can be told of alerts here."""
        has = {Means.EMAIL: self.smtp_url is not None, Means.TELEGRAM: self.has_telegram}
        return frozenset(means for means, is_there in has.items() if is_there)

    @property
    def has_telegram(self) -> bool:
        """Say whether a Telegram bot is connected."""
        return self.telegram_bot_token is not None

    @property
    def has_whatsapp(self) -> bool:
        """Say whether a WhatsApp number is connected."""
        return self.whatsapp_access_token is not None

    @property
    def is_https(self) -> bool:
        """Say whether the public address is encrypted."""
        return self.public_url.startswith("https://")


def plain(secret: SecretStr | None) -> str:
    """Return a secret's text; "" where there is none."""
    return secret.get_secret_value() if secret else ""


_API_URLS = ("telegram_api_base_url", "telegram_file_base_url", "whatsapp_api_base_url")


def _is_no_url(name: str) -> Callable[[Settings], bool]:
    return lambda settings: not has_host(getattr(settings, name), "https", "http")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


_RULES: tuple[tuple[Callable[[Settings], bool], str], ...] = (
    (
        lambda s: s.clock_file is not None and s.env is Env.PRODUCTION,
        "CLOCK_FILE: only demo and test may move the clock. Unset it, or set ENV=demo",
    ),
    (
        lambda s: s.pace != 1 and s.env is not Env.TEST,
        "PACE: only test may send faster than the services allow. Unset it",
    ),
    (
        lambda s: s.failpoints != "" and s.env is not Env.TEST,
        "FAILPOINTS: only test may let this process fail. Unset it",
    ),
    (
        lambda s: s.send_timeout_seconds + 5 > s.lease_seconds,
        "LEASE_SECONDS: must be at least 5 seconds longer than SEND_TIMEOUT_SECONDS. Raise it",
    ),
    (
        lambda s: s.max_mb_per_day < s.max_file_mb,
        "MAX_MB_PER_DAY: must be at least MAX_FILE_MB, or a large file never comes in. Raise it",
    ),
    (
        lambda s: not has_host(s.public_url, "https", "http"),
        "PUBLIC_URL: must name a host, such as https://clinic.example. Correct it",
    ),
    (
        lambda s: not s.is_https and not is_loopback(s.public_url),
        "PUBLIC_URL: must begin with https:// (or be on this machine). Put a TLS proxy in front",
    ),
    (
        lambda s: s.env is Env.PRODUCTION and not s.is_https,
        "PUBLIC_URL: production needs the https:// address that patients and coordinators open. Set it",
    ),
    (
        lambda s: (
            s.telegram_mode is TelegramMode.WEBHOOK and s.has_telegram and not s.telegram_webhook_secret
        ),
        "TELEGRAM_WEBHOOK_SECRET: webhook mode needs it. Set 32 or more random letters and digits",
    ),
    (
        lambda s: s.has_whatsapp and not (s.whatsapp_app_secret and s.whatsapp_verify_token),
        "WHATSAPP_APP_SECRET: WhatsApp needs it and WHATSAPP_VERIFY_TOKEN. Copy both from the dashboard",
    ),
    (
        lambda s: s.has_whatsapp and not s.whatsapp_phone_number_id,
        "WHATSAPP_PHONE_NUMBER_ID: WhatsApp needs the id of the clinic's number. Copy it from the dashboard",
    ),
    (
        lambda s: bool(s.whatsapp_phone_number_id) and not _is_number(s.whatsapp_phone_number_id),
        "WHATSAPP_PHONE_NUMBER_ID: is made of digits only; it is no telephone number. Copy it",
    ),
    *(
        (_is_no_url(name), f"{name.upper()}: must be an http:// or https:// address. Unset it, or correct it")
        for name in _API_URLS
    ),
    (
        lambda s: s.has_whatsapp and s.whatsapp_content is None,
        "WHATSAPP_CONTENT: choose what WhatsApp may carry: link (recommended) or full",
    ),
    (
        lambda s: (s.smtp_url is not None or bool(s.smtp_from)) and not is_sender(s.smtp_from),
        "SMTP_FROM: e-mail needs a sender address such as noreply@clinic.example. Set it",
    ),
    (
        lambda s: bool(s.oidc_issuer) and not is_issuer(s.oidc_issuer),
        "OIDC_ISSUER: must be the https:// address by which the identity provider calls itself. Correct it",
    ),
    (
        lambda s: bool(s.oidc_issuer) and not (s.oidc_client_id and s.oidc_client_secret),
        "OIDC_CLIENT_ID: an identity provider needs it and OIDC_CLIENT_SECRET. Copy both from the provider",
    ),
    (
        lambda s: not s.database_url.startswith(("sqlite:///", "postgresql://", "postgresql+asyncpg://")),
        "DATABASE_URL: must begin with sqlite:/// or postgresql://. Correct it",
    ),
)


def read_settings(environ: Mapping[str, str] | None = None, **fixed: Any) -> Settings:
    """Return the settings from the environment; raise SettingError with one clear line."""
    values = with_files(os.environ if environ is None else environ, PREFIX, _given_as_files())
    try:
        return Settings(**_named(values), **fixed)
    except ValidationError as error:
        raise SettingError(one_line(error, PREFIX)) from None


def _given_as_files() -> Iterator[str]:
    """Yield the secrets that may be given as files; the master key is read elsewhere."""
    for name, field in Settings.model_fields.items():
        if name == "database_url" or ("SecretStr" in str(field.annotation) and name != "master_key"):
            yield name.upper()


def _named(environ: Mapping[str, str]) -> dict[str, Any]:
    named = {
        name: environ[PREFIX + name.upper()]
        for name in Settings.model_fields
        if environ.get(PREFIX + name.upper(), "") != ""
    }
    # HOST and PORT have no prefix: DESIGN.md names them so.
    return named | {name: environ[name] for name in ("HOST", "PORT") if environ.get(name)}
