import pytest

from bot.settings import Env, read_settings
from handlers.errors import SettingError

DEMO = {"YORISOI_ENV": "demo"}
WHATSAPP = {
    **DEMO,
    "YORISOI_WHATSAPP_ACCESS_TOKEN": "t" * 20,
    "YORISOI_WHATSAPP_APP_SECRET": "s" * 20,
    "YORISOI_WHATSAPP_VERIFY_TOKEN": "v" * 20,
    "YORISOI_WHATSAPP_PHONE_NUMBER_ID": "482913307651204",
}


def test_production_is_what_runs_when_nothing_is_said():
    with pytest.raises(SettingError, match="PUBLIC_URL"):
        read_settings({})


@pytest.mark.parametrize(
    ("environ", "named", "mend"),
    [
        ({"YORISOI_ENV": "nope"}, "YORISOI_ENV", "'production', 'demo' or 'test'"),
        ({**DEMO, "PORT": "many"}, "PORT", "integer"),
        ({**DEMO, "YORISOI_LEASE_SECONDS": "10"}, "YORISOI_LEASE_SECONDS", "Raise it"),
        ({**DEMO, "YORISOI_DATABASE_URL": "mysql://x"}, "YORISOI_DATABASE_URL", "sqlite:///"),
        ({"YORISOI_PUBLIC_URL": "https://"}, "YORISOI_PUBLIC_URL", "name a host"),
        ({"YORISOI_PUBLIC_URL": "https://[clinic"}, "YORISOI_PUBLIC_URL", "name a host"),
        ({**DEMO, "YORISOI_TELEGRAM_API_BASE_URL": "nonsense"}, "YORISOI_TELEGRAM_API_BASE_URL", "https://"),
        ({**DEMO, "YORISOI_TELEGRAM_FILE_BASE_URL": "ftp://x"}, "YORISOI_TELEGRAM_FILE_BASE_URL", "https://"),
        ({**DEMO, "YORISOI_WHATSAPP_API_BASE_URL": "https:"}, "YORISOI_WHATSAPP_API_BASE_URL", "https://"),
        (
            {**DEMO, "YORISOI_WHATSAPP_PHONE_NUMBER_ID": "+81 90"},
            "YORISOI_WHATSAPP_PHONE_NUMBER_ID",
            "digits only",
        ),
        ({**DEMO, "YORISOI_PUBLIC_URL": "http://127.0.0.1.example"}, "YORISOI_PUBLIC_URL", "https://"),
        ({**DEMO, "YORISOI_PUBLIC_URL": "http://clinic.example"}, "YORISOI_PUBLIC_URL", "https://"),
        ({**DEMO, "YORISOI_SMTP_URL": "smtp://mail"}, "YORISOI_SMTP_FROM", "Set it"),
        ({**DEMO, "YORISOI_SMTP_FROM": "nonsense"}, "YORISOI_SMTP_FROM", "noreply@"),
        ({**DEMO, "YORISOI_SMTP_FROM": "Clinic <a@>"}, "YORISOI_SMTP_FROM", "noreply@"),
        ({**DEMO, "YORISOI_PACE": "2"}, "YORISOI_PACE", "Unset it"),
        (
            {**DEMO, "YORISOI_TELEGRAM_BOT_TOKEN": "1:x", "YORISOI_TELEGRAM_MODE": "webhook"},
            "YORISOI_TELEGRAM_WEBHOOK_SECRET",
            "32 or more",
        ),
        ({**DEMO, "YORISOI_OIDC_ISSUER": "http://login.example"}, "YORISOI_OIDC_ISSUER", "https://"),
        ({**DEMO, "YORISOI_OIDC_ISSUER": "https://login.example"}, "YORISOI_OIDC_CLIENT_ID", "Copy both"),
        ({**WHATSAPP, "YORISOI_WHATSAPP_APP_SECRET": ""}, "YORISOI_WHATSAPP_APP_SECRET", "Copy"),
        (WHATSAPP, "YORISOI_WHATSAPP_CONTENT", "link (recommended) or full"),
        (
            {"YORISOI_PUBLIC_URL": "https://clinic.example", "YORISOI_CLOCK_FILE": "clock"},
            "YORISOI_CLOCK_FILE",
            "demo and test",
        ),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it_and_the_mend(environ, named, mend):
    with pytest.raises(SettingError) as raised:
        read_settings(environ)

    assert str(raised.value).startswith(named)
    assert mend in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_secret_can_be_given_as_a_file(tmp_path):
    file = tmp_path / "token"
    file.write_text("123456:made-up\n")

    settings = read_settings({**DEMO, "YORISOI_TELEGRAM_BOT_TOKEN_FILE": str(file)})

    assert settings.telegram_bot_token.get_secret_value() == "123456:made-up"


def test_a_secret_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(SettingError, match="YORISOI_TELEGRAM_BOT_TOKEN_FILE"):
        read_settings({**DEMO, "YORISOI_TELEGRAM_BOT_TOKEN_FILE": str(tmp_path / "none")})


def test_secrets_print_as_stars():
    settings = read_settings({**DEMO, "YORISOI_TELEGRAM_BOT_TOKEN": "123456:made-up"})

    assert "made-up" not in repr(settings)


def test_an_empty_setting_counts_as_not_given():
    assert read_settings({**DEMO, "YORISOI_TELEGRAM_BOT_TOKEN": ""}).env is Env.DEMO


def test_an_empty_variable_is_no_setting(monkeypatch):
    monkeypatch.setenv("YORISOI_SMTP_URL", "")

    assert read_settings(DEMO | {"YORISOI_SMTP_URL": ""}).smtp_url is None


def test_only_what_is_handed_over_is_read(monkeypatch):
    monkeypatch.setenv("YORISOI_TELEGRAM_BOT_TOKEN", "123456:from-somewhere-else")

    assert not read_settings(DEMO).has_telegram
