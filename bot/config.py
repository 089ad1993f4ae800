"""What the operator decides: `config.toml`, then the environment, read once into a frozen `Settings`.

Every key can be overridden as `NIDA_SECTION__KEY`, and every secret also read from the file that
`NIDA_SECTION__KEY_FILE` names, so that it never stands in an environment listing.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails

from bot.daytime import Hours
from bot.errors import Misuse
from bot.offsets import parse

Locale = Literal["en", "ar", "ur"]
SUPPORTED_LOCALES: tuple[Locale, ...] = ("en", "ar", "ur")
EVENT_KINDS = ("hearing", "vigil", "meeting", "webinar", "other")
ENVIRONMENT_PREFIX = "NIDA_"
WITH_DRIVER = "postgresql+psycopg"
"""How the library below writes the scheme; people copy it from there."""
TELEGRAM = "https://api.telegram.org"
FREE_RATE = 30
"""Messages a second that Telegram takes from a bot that pays nothing."""


_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_METRICS_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{16,}=*")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


def _bot_token(token: SecretStr) -> SecretStr:
    if (text := token.get_secret_value()) and not _TOKEN.fullmatch(text):
        raise ValueError("is not a bot token, which looks like 123456:ABC…; copy the whole line from @BotFather")
    return token


def _metrics_token(token: SecretStr) -> SecretStr:
    if (text := token.get_secret_value()) and not _METRICS_TOKEN.fullmatch(text):
        raise ValueError("must be 16 or more of A-Z a-z 0-9 - . _ ~ + /; `openssl rand -hex 32` makes one")
    return token


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not a time zone of the IANA list; write one like Europe/London")
    return name


def _http_address(address: str) -> str:
    if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).netloc:
        raise ValueError("is not an address; write one like https://example.org")
    return address.rstrip("/")


def _leads_here_safely(webhook_url: str) -> bool:
    """https, as Telegram asks; plain http only on this machine, where a stand-in or a Bot API server of one's own runs."""
    parts = urlsplit(webhook_url)
    return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in {"127.0.0.1", "::1", "localhost"})


def _safe_address_or_nothing(address: str) -> str:
    if not address:
        return ""
    parts = urlsplit(address)
    if not _leads_here_safely(address) or parts.query or parts.fragment or parts.username:
        raise ValueError("is not a public https address; write one like https://bot.example.org")
    return address.rstrip("/")


def _hours(written: str) -> str:
    if written:
        Hours.parse(written)
    return written


def _hours_of_regions(written: str) -> str:
    for each in filter(None, written.split(",")):
        region, _, hours = each.strip().partition(" ")
        if not re.fullmatch("[A-Z]{2}", region):
            raise ValueError(f"has {each.strip()!r}, which begins with no country's code; write it like PK 23:00-07:00")
        Hours.parse(hours)
    return written


def _offset(written: str) -> str:
    parse(written)
    return written.strip()


def _offsets_of_kinds(written: str) -> str:
    kinds = _split(written)
    for kind, *offsets in kinds:
        if kind not in EVENT_KINDS:
            raise ValueError(f"has {kind!r}, which is none of {', '.join(EVENT_KINDS)}; write it like webinar 1d 30m")
        for offset in offsets:
            parse(offset)
    if len({kind for kind, *_ in kinds}) < len(kinds):
        raise ValueError("names a kind twice; write each once, like webinar 1d 30m, vigil 2d")
    return written


def _split(written: str) -> list[list[str]]:
    return [each.split() for each in written.split(",") if each.strip()]


def _host_and_port(listen: str) -> str:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError("is not HOST:PORT; write one like 127.0.0.1:8080")
    return listen


def _host_and_port_or_nothing(listen: str) -> str:
    return _host_and_port(listen) if listen else ""


Address = Annotated[str, AfterValidator(_http_address)]
Listen = Annotated[str, AfterValidator(_host_and_port)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Organisation(Section):
    name: str = Field(default="", description="The organisation, as supporters know it. Shown in the greeting.")
    website: str = Field(default="", description="Its web site, linked from the help page; may be empty.")
    default_locale: Locale = Field(
        default="en",
        description="The language content is written in, and the fallback.",
    )
    locales: tuple[Locale, ...] = Field(
        default=SUPPORTED_LOCALES, description="The languages offered to supporters: any of en, ar, ur."
    )
    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="UTC", description="The time zone, like Europe/London, of a reader who has not chosen a place."
    )
    contact: str = Field(default="", description="How people reach a person: an e-mail address or a web page.")

    @model_validator(mode="after")
    def _default_is_offered(self) -> "Organisation":
        if self.default_locale not in self.locales:
            raise ValueError("default_locale must be one of locales; add it there or choose another")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Telegram(Section):
    token: Annotated[SecretStr, AfterValidator(_bot_token)] = Field(
        default=SecretStr(""),
        description="The bot's token, from @BotFather. Better in the file that NIDA_TELEGRAM__TOKEN_FILE names.",
    )
    api_url: Address = Field(default=TELEGRAM, description="Where the Bot API answers; another address for a server of your own.")
    mode: Literal["polling", "webhook"] = Field(
        default="polling",
        description="polling asks Telegram for updates; webhook is told of them, and needs the next two keys.",
    )
    webhook_url: str = Field(default="", description="For webhook: the public https address that leads to listen.")
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="For webhook: what Telegram must show, 16 to 256 of A-Z a-z 0-9 _ -."
    )
    listen: Listen = Field(
        default="127.0.0.1:8080", description="Where the webhook, /healthz, /readyz and /metrics are served: HOST:PORT."
    )

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> "Telegram":
        if self.mode == "webhook":
            if not _leads_here_safely(self.webhook_url):
                raise ValueError("webhook_url must be a public https address when mode is webhook")
            if not _WEBHOOK_SECRET.fullmatch(self.webhook_secret.get_secret_value()):
                raise ValueError(
                    "webhook_secret must be 16 to 256 of A-Z a-z 0-9 _ - when mode is webhook; "
                    "without it anyone could send the bot updates"
                )
        return self


class Database(Section):
    url: str = Field(
        default="sqlite:///nida.db",
        description="sqlite:///FILE (relative to this file), or postgresql://USER@HOST/NAME (postgresql+psycopg:// is the same).",
    )

    @model_validator(mode="after")
    def _known_database(self) -> "Database":
        scheme, _, rest = self.url.partition("://")
        if scheme not in {"sqlite", "postgresql", WITH_DRIVER}:
            raise ValueError("url must start with sqlite:/// or postgresql://")
        if scheme == "sqlite" and not rest.removeprefix("/"):
            raise ValueError("url must name a file, like sqlite:///nida.db")
        return self


class Security(Section):
    key_file: str = Field(
        default="nida.key",
        description="The key that encrypts what is kept about people; relative to this file. Keep a copy apart.",
    )


class Delivery(Section):
    rate: float = Field(default=30, gt=0, le=10_000, description="Messages a second, replies included.")
    per_chat_interval: float = Field(default=1.0, ge=0, le=60, description="Seconds between messages to one person.")
    paid: bool = Field(default=False, description="Pay Telegram Stars for rates above 30 a second.")
    gather_minutes: int = Field(
        default=10,
        ge=0,
        le=120,
        description="What follows in a case within so many minutes waits for their end, and comes as one.",
    )
    quiet_hours: Annotated[str, AfterValidator(_hours)] = Field(
        default="",
        description="Hours of the readers' own clocks at which no update comes unless urgent, like 22:00-08:00. Each can choose.",
    )
    quiet_hours_by_region: Annotated[str, AfterValidator(_hours_of_regions)] = Field(
        default="", description="Others for readers of some countries, like PK 23:00-07:00, EG 00:00-09:00."
    )

    @model_validator(mode="after")
    def _fast_only_when_paid(self) -> "Delivery":
        if self.paid and self.rate > 1000:
            raise ValueError("rate must be at most 1000 with paid = true; Telegram sends no faster")
        return self

    @property
    def usual_quiet_hours(self) -> Hours | None:
        return Hours.parse(self.quiet_hours) if self.quiet_hours else None

    @property
    def regional_quiet_hours(self) -> dict[str, Hours]:
        pairs = [each.strip().partition(" ") for each in self.quiet_hours_by_region.split(",") if each.strip()]
        return {region: Hours.parse(hours) for region, _, hours in pairs}


class Events(Section):
    remind: tuple[Annotated[str, AfterValidator(_offset)], ...] = Field(
        default=("7d", "1d", "2h"),
        description="How long before an event people are reminded who have not chosen it themselves, unless the event says so.",
    )
    remind_by_kind: Annotated[str, AfterValidator(_offsets_of_kinds)] = Field(
        default="webinar 1d 30m",
        description="Others for some kinds of event (hearing, vigil, meeting, webinar, other), like webinar 1d 30m, vigil 2d 2h.",
    )

    @property
    def usual_reminders(self) -> dict[str, tuple[int, ...]]:
        """In minutes, for each kind."""
        kinds = dict.fromkeys(EVENT_KINDS, self.remind)
        kinds |= {kind: tuple(offsets) for kind, *offsets in _split(self.remind_by_kind)}
        return {kind: tuple(map(parse, offsets)) for kind, offsets in kinds.items()}


class Campaigns(Section):
    ask_every_days: int = Field(
        default=3,
        ge=1,
        le=365,
        description="Nobody is asked to do something more often than once in so many days; who taps Later is asked again then.",
    )


class Petitions(Section):
    burst: int = Field(
        default=60,
        ge=1,
        le=1_000_000,
        description="Signatures by one link within ten minutes that count without anybody looking; more of them are set aside "
        "for staff, unless the petition already grows so.",
    )


class Web(Section):
    public_url: Annotated[str, AfterValidator(_safe_address_or_nothing)] = Field(
        default="",
        description="The public https address that leads to telegram.listen: for calendars, for letters that open in mail "
        "apps, and for what petitions publish of their signatures. Empty for none.",
    )


class Metrics(Section):
    token: Annotated[SecretStr, AfterValidator(_metrics_token)] = Field(
        default=SecretStr(""),
        description="What Prometheus shows to read /metrics from another machine: a bearer token of 16 characters or more. "
        "Without one, /metrics answers this machine only.",
    )


class Runner(Section):
    engine: Literal["local", "procrastinate"] = Field(
        default="local",
        description="local: `nida run` does everything. procrastinate, on PostgreSQL: `nida run` only answers people; any number "
        "of `nida runner` send, and share the periodic work.",
    )
    listen: Annotated[str, AfterValidator(_host_and_port_or_nothing)] = Field(
        default="", description="Where `nida runner` serves /healthz, /readyz and /metrics: HOST:PORT; empty for nowhere."
    )


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="How much is logged.")
    format: Literal["console", "json"] = Field(default="console", description="console for people, json for machines.")


class Settings(Section):
    """Everything configurable. `folder` is where relative paths start: the folder of the configuration file."""

    organisation: Organisation = Organisation()
    telegram: Telegram = Telegram()
    database: Database = Database()
    security: Security = Security()
    delivery: Delivery = Delivery()
    events: Events = Events()
    campaigns: Campaigns = Campaigns()
    petitions: Petitions = Petitions()
    web: Web = Web()
    metrics: Metrics = Metrics()
    runner: Runner = Runner()
    log: Log = Log()
    folder: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="after")
    def _runners_share_a_server(self) -> "Settings":
        if self.runner.engine == "procrastinate" and self.database.url.startswith("sqlite"):
            raise ValueError(
                'runner.engine = "procrastinate" needs PostgreSQL: a SQLite file serves one process. '
                'Set database.url to postgresql://…, or runner.engine to "local"'
            )
        return self

    @model_validator(mode="after")
    def _no_faster_than_telegram(self) -> "Settings":
        """Another address may be a stand-in, against which a rehearsal goes as fast as it likes."""
        free = self.telegram.api_url != TELEGRAM or self.delivery.paid
        if self.delivery.rate > FREE_RATE and not free:
            raise ValueError(
                f"delivery.rate must be at most {FREE_RATE} unless delivery.paid is true; "
                "Telegram holds the whole bot up for going faster"
            )
        return self

    @property
    def key_path(self) -> Path:
        return self.folder / self.security.key_file

    @property
    def database_url(self) -> str:
        """The address without a driver; that of a SQLite file absolute, so that it does not hang on the working directory."""
        scheme, separator, path = self.database.url.partition(":///")
        if scheme != "sqlite":
            return self.database.url.replace(f"{WITH_DRIVER}://", "postgresql://", 1)
        return f"{scheme}{separator}{(self.folder / path).resolve()}"


SECRETS = ("telegram.token", "telegram.webhook_secret", "database.url", "metrics.token")
"""Keys whose value may be read from a file named by `NIDA_SECTION__KEY_FILE`."""

Key = tuple[str, str]
"""Section and key."""


def load(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the configuration from `path`, else from `NIDA_CONFIG`, else from `config.toml`.

    Raises Misuse with one sentence for each key that is wrong, naming it and how to mend it.
    """
    file = configuration_file(path, environment)
    values = _read_file(file, wanted=path is not None or "NIDA_CONFIG" in environment)
    origins: dict[Key, str] = {}
    for name, (section, key), value in _overrides(environment):
        if (section, key) in origins:
            raise Misuse(f"{origins[section, key]} and {name} are both set; unset one of them.")
        values.setdefault(section, {})[key] = value
        origins[section, key] = name
    return from_values(values, file, origins)


def from_values(values: Mapping[str, Mapping[str, object]], file: Path, origins: Mapping[Key, str] | None = None) -> Settings:
    """Settings from sections and keys as `file` has them, or is to have them. Raises Misuse as `load` does."""
    # `folder` is no section: one of that name must be refused like any other that does not exist.
    sections = {f"{name} " if name == "folder" else name: keys for name, keys in values.items()}
    try:
        return Settings.model_validate({**sections, "folder": file.parent.resolve()})
    except ValidationError as error:
        raise Misuse("\n".join(_sentence(file, origins or {}, fault) for fault in error.errors())) from None


def configuration_file(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the configuration is read from; it need not be there."""
    return path or Path(environment.get("NIDA_CONFIG") or "config.toml")


def _read_file(file: Path, *, wanted: bool) -> dict[str, Any]:
    if not file.exists():
        if wanted:
            raise Misuse(f"{file} does not exist; `nida init` writes one.")
        return {}
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misuse(f"{file} is not TOML: {error}.") from None
    except OSError as error:
        raise Misuse(f"{file} cannot be read: {error.strerror}.") from None
    if stray := [key for key, value in values.items() if not isinstance(value, dict)]:
        raise Misuse(f"{file}: {stray[0]} stands outside a [section]; move it under one, as in config.example.toml.")
    return values


def _overrides(environment: Mapping[str, str]) -> Iterator[tuple[str, Key, Any]]:
    """The variables that set something: their name, what they set, and to what."""
    for name, value in environment.items():
        if name.startswith(ENVIRONMENT_PREFIX) and "__" in name:
            section, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__", 1)
            if key.endswith("_file") and f"{section}.{key.removesuffix('_file')}" in SECRETS:
                yield name, (section, key.removesuffix("_file")), _secret_from(name, Path(value))
            else:
                yield name, (section, key), _list_or_text(section, key, value)


def _secret_from(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Misuse(f"{name} names {file}, which cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Misuse(f"{name} names {file}, which holds something else than text.") from None


def _list_or_text(section: str, key: str, value: str) -> Any:
    is_list = (section, key) in {("organisation", "locales"), ("events", "remind")}
    return [item.strip() for item in value.split(",") if item.strip()] if is_list else value


_PLAIN = {
    "bool_type": "the value must be true or false",
    "bool_parsing": "the value must be true or false",
    "float_type": "the value must be a number",
    "float_parsing": "the value must be a number",
    "string_type": "the value must be text in quotes",
    "tuple_type": 'the value must be a list, like ["en", "ar"]',
}


def _sentence(file: Path, origins: Mapping[Key, str], fault: ErrorDetails) -> str:
    section, key = (*(str(part).strip() for part in fault["loc"][:2]), "", "")[:2]
    if fault["type"] == "value_error":
        # What is wrong with a section as a whole begins with the key to mend, what is wrong between two with section and key,
        # what is wrong with a key with "is".
        where = origins.get((section, key), f"{file}: {section}.{key}" if section else f"{file}: ")
        return f"{where}{' ' if key else ''}{fault['ctx']['error']}."
    if fault["type"] == "extra_forbidden":
        from_environment = (name for at, name in origins.items() if section == at[0] and key in {"", at[1]})
        where = next(from_environment, f"{file}: {section}.{key}".rstrip("."))
        return f"{where}: there is no such {'key' if key else 'section'}; config.example.toml lists those there are."
    where = origins.get((section, key), f"{file}: {section}.{key}")
    return f"{where}: {_PLAIN.get(fault['type'], fault['msg'].replace('Input should', 'the value must'))}."
