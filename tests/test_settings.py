from datetime import date
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from bot.domain.calendar import DeskCalendar
from bot.domain.errors import SettingsError
from bot.settings import AllSettings, Settings, TelegramSettings, TwilioSettings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which ``.env`` is looked for; no variable is set."""
    monkeypatch.chdir(tmp_path)
    kinds: tuple[type[BaseSettings], ...] = (Settings, TwilioSettings, TelegramSettings)
    for kind in kinds:
        for field in kind.model_fields:
            prefix = kind.model_config.get("env_prefix", "")
            monkeypatch.delenv(f"{prefix}{field}".upper(), raising=False)
    return tmp_path


def test_nothing_needs_to_be_set() -> None:
    read = AllSettings()

    assert read.general.public_address == "http://127.0.0.1:8080"
    assert read.general.database == Path("var/sportello.db")
    assert read.general.calendar == DeskCalendar()
    assert not read.twilio.complete
    assert not read.telegram.complete


def test_the_knowledge_and_the_demo_come_with_the_program() -> None:
    general = AllSettings().general

    assert general.intents.is_dir()
    assert general.faq.is_dir()
    assert general.demo.is_file()


def test_a_file_beside_the_program_is_read_and_the_environment_wins(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".env").write_text(
        "# località\nSPORTELLO_PORT=9000\nSPORTELLO_HOST=0.0.0.0\nOTHER_PROGRAM=1\n", "utf-8"
    )
    monkeypatch.setenv("SPORTELLO_HOST", "10.0.0.1")

    general = AllSettings().general

    assert (general.host, general.port) == ("10.0.0.1", 9000)


def test_an_empty_line_keeps_the_default(home: Path) -> None:
    (home / ".env").write_text(
        "SPORTELLO_PORT=\nSPORTELLO_PUBLIC_URL=\nTWILIO_API_BASE=\nTELEGRAM_WEBHOOK_SECRET=\n",
        "utf-8",
    )

    read = AllSettings()

    assert read.general.port == 8080
    assert read.general.public_url is None
    assert str(read.twilio.api_base) == "https://api.twilio.com/"


def test_the_caller_may_decide_over_both(home: Path) -> None:
    (home / ".env").write_text("SPORTELLO_HOME=elsewhere\n", "utf-8")

    assert AllSettings(home=Path("here")).general.database == Path("here/sportello.db")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        pytest.param("SPORTELLO_PORT", "0", "greater than or equal to 1", id="port-zero"),
        pytest.param("SPORTELLO_PORT", "http", "valid integer", id="port-in-words"),
        pytest.param("SPORTELLO_COST_QUESTION", "-1", "greater than or equal to 0", id="a-gain"),
        pytest.param(
            "SPORTELLO_CONTRACT_TIMEOUT_SECONDS", "0", "greater than 0", id="no-time-at-all"
        ),
        pytest.param("SPORTELLO_PATRON_DAY", "perhaps", "valid boolean", id="no-yes-or-no"),
        pytest.param("SPORTELLO_PUBLIC_URL", "desk.example", "valid URL", id="without-https"),
        pytest.param(
            "SPORTELLO_DATABASE_URL", "mysql://db", "write sqlite:///FILE", id="another-database"
        ),
        pytest.param(
            "SPORTELLO_CLOSURES", "24/12", "write closures as 2026-08-17/2026-08-21", id="days"
        ),
        pytest.param(
            "SPORTELLO_CLOSURES",
            "2026-08-21/2026-08-17",
            "write the first day of each closure before its last",
            id="days-backwards",
        ),
        pytest.param("SPORTELLO_WIDGET_ORIGINS", "*", "write each site as", id="all-sites"),
        pytest.param(
            "SPORTELLO_WIDGET_ORIGINS",
            "https://*.example.it",
            "write each site as",
            id="sites-below",
        ),
        pytest.param(
            "SPORTELLO_WIDGET_ORIGINS",
            "www.example.it",
            "write each site as",
            id="site-without-https",
        ),
        pytest.param(
            "SPORTELLO_WIDGET_ORIGINS",
            "https://example.it/shop",
            "write each site as",
            id="site-with-path",
        ),
        pytest.param("SPORTELLO_WIDGET_ORIGINS", "null", "write each site as", id="no-site"),
        pytest.param("TWILIO_API_BASE", "ftp://x", "URL scheme", id="not-by-http"),
    ],
)
def test_a_value_that_makes_no_sense_is_told_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError) as refused:
        AllSettings()

    assert f"{variable}='{value}': " in str(refused.value)
    assert told in str(refused.value)


def test_all_values_that_make_no_sense_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPORTELLO_PORT", "no")
    monkeypatch.setenv("SPORTELLO_COST_QUESTION", "no")

    with pytest.raises(SettingsError, match=r"SPORTELLO_PORT.*; SPORTELLO_COST_QUESTION"):
        AllSettings()


@pytest.mark.parametrize(
    "secret", [pytest.param("not allowed!", id="characters"), pytest.param("a" * 257, id="long")]
)
def test_a_secret_telegram_would_refuse_is_refused_but_not_told(
    monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", secret)

    with pytest.raises(SettingsError, match=r"TELEGRAM_WEBHOOK_SECRET: .*256 letters") as refused:
        AllSettings()

    assert secret not in str(refused.value)


def test_a_file_in_another_encoding_is_told(home: Path) -> None:
    (home / ".env").write_bytes(b"# localit\xe0\nSPORTELLO_PORT=9000\n")

    with pytest.raises(SettingsError, match="UTF-8"):
        AllSettings()


@pytest.mark.parametrize(
    ("missing", "complete"),
    [
        pytest.param("", True, id="nothing"),
        pytest.param("TWILIO_ACCOUNT_SID", False, id="account"),
        pytest.param("TWILIO_AUTH_TOKEN", False, id="token"),
        pytest.param("TWILIO_WHATSAPP_FROM", False, id="number"),
    ],
)
def test_whatsapp_is_on_once_nothing_is_missing(
    monkeypatch: pytest.MonkeyPatch, missing: str, complete: bool
) -> None:
    for variable in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_FROM"):
        if variable != missing:
            monkeypatch.setenv(variable, "x")

    assert AllSettings().twilio.complete is complete


def test_telegram_is_on_with_a_token_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:abc")

    assert AllSettings().telegram.complete


def test_vendors_are_given_the_public_address_without_a_slash_at_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SPORTELLO_PUBLIC_URL", "https://help.example/")

    assert AllSettings().general.public_address == "https://help.example"


def test_the_database_may_be_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPORTELLO_DATABASE_URL", "sqlite:////srv/desk.db")

    assert AllSettings().general.database == Path("/srv/desk.db")


def test_sites_are_read_as_browsers_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    sites = "https://WWW.example.it/, http://localhost:8099 ,https://caffè.it:443,"
    monkeypatch.setenv("SPORTELLO_WIDGET_ORIGINS", sites)

    assert AllSettings().general.widget_sites == [
        "https://www.example.it",
        "http://localhost:8099",
        "https://xn--caff-8oa.it",
    ]


def test_closures_are_days_and_spans_of_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPORTELLO_CLOSURES", "2026-08-17/2026-08-21, 2026-12-24 ,")
    monkeypatch.setenv("SPORTELLO_PATRON_DAY", "true")

    assert AllSettings().general.calendar == DeskCalendar(
        local_patron_day=True,
        closures=(
            (date(2026, 8, 17), date(2026, 8, 21)),
            (date(2026, 12, 24), date(2026, 12, 24)),
        ),
    )


@pytest.mark.parametrize(
    ("variable", "complete"),
    [
        pytest.param("META_ACCESS_TOKEN", False, id="token"),
        pytest.param("META_APP_SECRET", False, id="secret"),
        pytest.param("META_PHONE_NUMBER_ID", False, id="number"),
        pytest.param("META_VERIFY_TOKEN", True, id="word-is-needed-once"),
    ],
)
def test_meta_is_off_until_its_settings_are_complete(
    monkeypatch: pytest.MonkeyPatch, variable: str, complete: bool
) -> None:
    for name in ("ACCESS_TOKEN", "APP_SECRET", "PHONE_NUMBER_ID", "VERIFY_TOKEN"):
        monkeypatch.setenv(f"META_{name}", "1")
    monkeypatch.delenv(variable)

    assert AllSettings().meta.complete is complete


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("META_ACCESS_TOKEN", "EAA\u00e8"),
        ("META_PHONE_NUMBER_ID", "+390000000900"),
        ("META_API_VERSION", "25"),
    ],
)
def test_a_setting_of_meta_that_makes_no_sense_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError, match=variable):
        AllSettings()
