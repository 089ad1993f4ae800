"""config.toml and the environment: what they set, and the sentence each mistake gets."""

from pathlib import Path

import pytest

from bot.config import Settings, configuration_file, load
from bot.errors import Misuse
from bot.events.models import EventKind

WEBHOOK = 'mode = "webhook"\nwebhook_url = "https://bot.example.org"\n'
OFFSETS = "30m, 1h, 2h, 3h, 4h, 6h, 12h, 1d, 2d, 3d, 5d, 7d, 14d, 30d"
KINDS = "hearing, vigil, meeting, webinar, other"
SECRET = 'webhook_secret = "0123456789abcdef"\n'


def read(folder: Path, text: str, **environment: str) -> Settings:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, environment)


def complaint(folder: Path, text: str = "", **environment: str) -> str:
    with pytest.raises(Misuse) as caught:
        read(folder, text, **environment)
    return str(caught.value).replace(f"{folder}/", "")


def test_everything_has_a_default(tmp_path: Path) -> None:
    settings = read(tmp_path, "")
    assert settings.organisation.locales == ("en", "ar", "ur")
    assert settings.telegram.mode == "polling"
    assert settings.delivery.rate == 30


def test_relative_paths_start_at_the_configuration(tmp_path: Path) -> None:
    settings = read(tmp_path, '[database]\nurl = "sqlite:///data/n.db"')
    assert settings.database_url == f"sqlite:///{tmp_path.resolve()}/data/n.db"
    assert settings.key_path == tmp_path.resolve() / "nida.key"


def test_absolute_paths_stay_as_they_are(tmp_path: Path) -> None:
    settings = read(tmp_path, '[database]\nurl = "sqlite:////srv/n.db"\n[security]\nkey_file = "/etc/nida.key"')
    assert settings.database_url == "sqlite:////srv/n.db"
    assert settings.key_path == Path("/etc/nida.key")


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "[delivery]\nrate = 5\npaid = false",
        NIDA_DELIVERY__RATE="12.5",
        NIDA_DELIVERY__PAID="true",
        NIDA_ORGANISATION__LOCALES="en, ur",
        NIDA_ORGANISATION__NAME="دیوان",
    )
    assert (settings.delivery.rate, settings.delivery.paid) == (12.5, True)
    assert settings.organisation.locales == ("en", "ur")
    assert settings.organisation.name == "دیوان"


def reminders(usual: tuple[int, ...], **otherwise: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    return {kind.value: usual for kind in EventKind} | otherwise


def test_reminders_are_those_of_the_kind_or_else_the_usual_ones(tmp_path: Path) -> None:
    usual = (7 * 24 * 60, 24 * 60, 120)
    assert read(tmp_path, "").events.usual_reminders == reminders(usual, webinar=(24 * 60, 30))
    settings = read(tmp_path, '[events]\nremind = ["2h"]\nremind_by_kind = "vigil 2d 30m, other"')
    assert settings.events.usual_reminders == reminders((120,), vigil=(2 * 24 * 60, 30), other=())
    assert read(tmp_path, "", NIDA_EVENTS__REMIND="3d, 1h").events.usual_reminders["hearing"] == (3 * 24 * 60, 60)
    assert read(tmp_path, "", NIDA_EVENTS__REMIND="").events.usual_reminders["hearing"] == ()


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("NIDA_TELEGRAM__TOKEN_FILE", "1:abcdef"),
        ("NIDA_TELEGRAM__WEBHOOK_SECRET_FILE", "0123456789abcdef"),
        ("NIDA_DATABASE__URL_FILE", "postgresql://nida@db.example/nida"),
        ("NIDA_METRICS__TOKEN_FILE", "a-token-of-sixteen"),
    ],
)
def test_every_secret_can_come_from_a_file(tmp_path: Path, variable: str, text: str) -> None:
    (tmp_path / "secret").write_text(f"{text}\n", encoding="utf-8")
    settings = read(tmp_path, "", **{variable: str(tmp_path / "secret")})
    values = {
        settings.telegram.token.get_secret_value(),
        settings.telegram.webhook_secret.get_secret_value(),
        settings.database.url,
        settings.metrics.token.get_secret_value(),
    }
    assert text in values


def test_the_key_file_keeps_its_own_name(tmp_path: Path) -> None:
    assert read(tmp_path, "", NIDA_SECURITY__KEY_FILE="other.key").security.key_file == "other.key"


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    settings = read(tmp_path, '[telegram]\ntoken = "123456:SECRETSECRET"')
    assert "SECRETSECRET" not in repr(settings)


def test_settings_do_not_change(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        read(tmp_path, "").telegram.mode = "webhook"  # type: ignore[misc]


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    for path, environment in ((tmp_path / "none.toml", {}), (None, {"NIDA_CONFIG": str(tmp_path / "none.toml")})):
        with pytest.raises(Misuse, match=r"none\.toml does not exist; `nida init` writes one\."):
            load(path, environment)


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None, {}).telegram.mode == "polling"


def test_where_the_configuration_is() -> None:
    assert configuration_file(None, {}) == Path("config.toml")
    assert configuration_file(None, {"NIDA_CONFIG": "/etc/nida.toml"}) == Path("/etc/nida.toml")
    assert configuration_file(Path("mine.toml"), {"NIDA_CONFIG": "/etc/nida.toml"}) == Path("mine.toml")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("this is no TOML", "config.toml is not TOML: "),
        ('name = "x"', "config.toml: name stands outside a [section]; move it under one, as in config.example.toml."),
        (
            "[organisatoin]\nname = 'x'",
            "config.toml: organisatoin: there is no such section; config.example.toml lists those there are.",
        ),
        ("[folder]\na = 1", "config.toml: folder: there is no such section; "),
        ("[telegram]\ntokn = ''", "config.toml: telegram.tokn: there is no such key; config.example.toml lists those there are."),
        (
            "[telegram]\ntoken = 'hello'",
            "config.toml: telegram.token is not a bot token, which looks like 123456:ABC…; copy the whole line from @BotFather",
        ),
        ("[telegram]\ntoken = '１２:abcdef'", "config.toml: telegram.token is not a bot token, which"),
        (
            "[delivery]\nrate = 31",
            "config.toml: delivery.rate must be at most 30 unless delivery.paid is true; Telegram holds the whole bot up",
        ),
        ("[metrics]\ntoken = 'short'", "config.toml: metrics.token must be 16 or more of"),
        ("[telegram]\nmode = 'push'", "config.toml: telegram.mode: the value must be 'polling' or 'webhook'."),
        (
            "[web]\npublic_url = 'http://x.example'",
            "config.toml: web.public_url is not a public https address; write one",
        ),
        ("[web]\npublic_url = 'https://x.example/?a=b'", "config.toml: web.public_url is not a public https address"),
        ("[telegram]\napi_url = 'nowhere'", "config.toml: telegram.api_url is not an address; write one like https://"),
        ("[telegram]\nlisten = '8080'", "config.toml: telegram.listen is not HOST:PORT; write one like 127.0.0.1:8080."),
        ("[telegram]\nlisten = '127.0.0.1:70000'", "config.toml: telegram.listen is not HOST:PORT"),
        (
            "[telegram]\nmode = 'webhook'",
            "config.toml: telegram.webhook_url must be a public https address when mode is webhook.",
        ),
        (
            f"[telegram]\n{WEBHOOK}",
            "config.toml: telegram.webhook_secret must be 16 to 256 of A-Z a-z 0-9 _ - when mode is webhook",
        ),
        (f"[telegram]\n{WEBHOOK}webhook_secret = 'سرسرسرسرسرسرسرسرسر'", "config.toml: telegram.webhook_secret must be 16 to 256"),
        (f"[telegram]\n{WEBHOOK.replace('https', 'http')}{SECRET}", "config.toml: telegram.webhook_url must be a public https"),
        ("[organisation]\nname = 5", "config.toml: organisation.name: the value must be text in quotes."),
        ('[events]\nremind = ["8d"]', f"config.toml: events.remind '8d' is not one of {OFFSETS}."),
        ("[events]\nremind = [7]", "config.toml: events.remind: the value must be text in quotes."),
        ('[events]\nremind_by_kind = "vigil 8d"', f"config.toml: events.remind_by_kind '8d' is not one of {OFFSETS}."),
        (
            '[events]\nremind_by_kind = "party 1d"',
            f"config.toml: events.remind_by_kind has 'party', which is none of {KINDS}; write it like webinar 1d 30m.",
        ),
        (
            '[events]\nremind_by_kind = "vigil 1d, vigil 2h"',
            "config.toml: events.remind_by_kind names a kind twice; write each once, like webinar 1d 30m, vigil 2d.",
        ),
        ("[organisation]\nlocales = 'en'", 'config.toml: organisation.locales: the value must be a list, like ["en", "ar"].'),
        ("[organisation]\nlocales = ['fr']", "config.toml: organisation.locales: the value must be 'en', 'ar' or 'ur'."),
        ("[organisation]\nlocales = ['ar']", "config.toml: organisation.default_locale must be one of locales; add it there or"),
        (
            "[organisation]\ntimezone = 'GMT+99'",
            "config.toml: organisation.timezone is not a time zone of the IANA list; write one",
        ),
        ("[database]\nurl = 'mysql://x'", "config.toml: database.url must start with sqlite:/// or postgresql://."),
        ("[database]\nurl = 'sqlite:///'", "config.toml: database.url must name a file, like sqlite:///nida.db."),
        (
            "[runner]\nengine = 'procrastinate'",
            'config.toml: runner.engine = "procrastinate" needs PostgreSQL: a SQLite file serves one process.',
        ),
        ("[runner]\nengine = 'cron'", "config.toml: runner.engine: the value must be 'local' or 'procrastinate'."),
        ("[delivery]\nrate = 0", "config.toml: delivery.rate: the value must be greater than 0."),
        ("[delivery]\nrate = 'fast'", "config.toml: delivery.rate: the value must be a number."),
        ("[delivery]\nrate = 1001\npaid = true", "config.toml: delivery.rate must be at most 1000 with paid = true"),
        ("[delivery]\npaid = 'maybe'", "config.toml: delivery.paid: the value must be true or false."),
        (
            "[delivery]\nquiet_hours = '22-8'",
            "config.toml: delivery.quiet_hours is not a stretch of the day; write one like 22:00-08:00.",
        ),
        (
            "[delivery]\nquiet_hours_by_region = 'Pakistan 22:00-08:00'",
            "config.toml: delivery.quiet_hours_by_region has 'Pakistan 22:00-08:00', which begins with no country",
        ),
        ("[log]\nlevel = 'loud'", "config.toml: log.level: the value must be 'debug', 'info', 'warning' or 'error'."),
    ],
)
def test_every_mistake_gets_a_sentence_that_names_the_key(tmp_path: Path, text: str, sentence: str) -> None:
    assert complaint(tmp_path, text).startswith(sentence)


def test_each_wrong_key_gets_its_own_sentence(tmp_path: Path) -> None:
    lines = complaint(tmp_path, "[delivery]\nrate = 0\n[log]\nlevel = 'loud'\nformt = 'json'").splitlines()
    assert [line.split(":")[1].strip() for line in lines] == ["delivery.rate", "log.level", "log.formt"]


def test_a_variable_is_named_where_the_mistake_is_in_it(tmp_path: Path) -> None:
    assert complaint(tmp_path, NIDA_DELIVERY__RATE="fast") == "NIDA_DELIVERY__RATE: the value must be a number."
    assert complaint(tmp_path, NIDA_TELEGRAM__TOKN="x").startswith("NIDA_TELEGRAM__TOKN: there is no such key;")
    assert complaint(tmp_path, NIDA_NOWHERE__KEY="x").startswith("NIDA_NOWHERE__KEY: there is no such section;")


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    sentence = complaint(tmp_path, NIDA_TELEGRAM__TOKEN_FILE="/nowhere/token")
    assert sentence == "NIDA_TELEGRAM__TOKEN_FILE names /nowhere/token, which cannot be read: No such file or directory."


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("1:abcdef")
    both = {"NIDA_TELEGRAM__TOKEN": "1:abcdef", "NIDA_TELEGRAM__TOKEN_FILE": str(tmp_path / "token")}
    assert complaint(tmp_path, "", **both) == (
        "NIDA_TELEGRAM__TOKEN and NIDA_TELEGRAM__TOKEN_FILE are both set; unset one of them."
    )


def test_what_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"[organisation]\nname = '\xff'")
    with pytest.raises(Misuse, match="is not TOML"):
        load(tmp_path / "config.toml", {})


def test_a_webhook_may_be_plain_on_this_machine(tmp_path: Path) -> None:
    settings = read(tmp_path, f"[telegram]\n{WEBHOOK.replace('https://bot.example.org', 'http://127.0.0.1:9')}{SECRET}")
    assert settings.telegram.webhook_url == "http://127.0.0.1:9"


def test_a_mistake_never_shows_the_secret(tmp_path: Path) -> None:
    assert "verysecret" not in complaint(tmp_path, "[telegram]\ntoken = 'verysecret'")


def test_an_address_with_a_driver_means_the_same(tmp_path: Path) -> None:
    settings = read(tmp_path, '[database]\nurl = "postgresql+psycopg://nida@db.example/nida"\n[runner]\nengine = "procrastinate"')
    assert settings.database_url == "postgresql://nida@db.example/nida"


@pytest.mark.parametrize("more", ["paid = true", "[telegram]\napi_url = 'http://127.0.0.1:8081'"])
def test_a_rate_over_telegrams_is_taken_where_it_is_paid_for_or_where_telegram_is_not_asked(tmp_path: Path, more: str) -> None:
    assert read(tmp_path, f"[delivery]\nrate = 200\n{more}").delivery.rate == 200
