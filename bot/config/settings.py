"""Every key there is, with what it means and what it may be."""

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from bot.config.checks import (
    EVENT_KINDS,
    WEBHOOK_SECRET,
    bot_token,
    host_and_port,
    host_and_port_or_nothing,
    hours,
    hours_of_regions,
    http_address,
    known_zone,
    leads_here_safely,
    metrics_token,
    offset,
    offsets_of_kinds,
    safe_address_or_nothing,
    words,
)
from bot.daytime import Hours
from bot.offsets import parse

Locale = Literal["en", "ar", "ur"]
SUPPORTED_LOCALES: tuple[Locale, ...] = ("en", "ar", "ur")
WITH_DRIVER = "postgresql+psycopg"
"""How the library below writes the scheme; people copy it from there."""
TELEGRAM = "https://api.telegram.org"
FREE_RATE = 30
"""Messages a second that Telegram takes from a bot that pays nothing."""

Address = Annotated[str, AfterValidator(http_address)]
Listen = Annotated[str, AfterValidator(host_and_port)]


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
    timezone: Annotated[str, AfterValidator(known_zone)] = Field(
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
    token: Annotated[SecretStr, AfterValidator(bot_token)] = Field(
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
            if not leads_here_safely(self.webhook_url):
                raise ValueError("webhook_url must be a public https address when mode is webhook")
            if not WEBHOOK_SECRET.fullmatch(self.webhook_secret.get_secret_value()):
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
    quiet_hours: Annotated[str, AfterValidator(hours)] = Field(
        default="",
        description="Hours of the readers' own clocks at which no update comes unless urgent, like 22:00-08:00. Each can choose.",
    )
    quiet_hours_by_region: Annotated[str, AfterValidator(hours_of_regions)] = Field(
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
    remind: tuple[Annotated[str, AfterValidator(offset)], ...] = Field(
        default=("7d", "1d", "2h"),
        description="How long before an event people are reminded who have not chosen it themselves, unless the event says so.",
    )
    remind_by_kind: Annotated[str, AfterValidator(offsets_of_kinds)] = Field(
        default="webinar 1d 30m",
        description="Others for some kinds of event (hearing, vigil, meeting, webinar, other), like webinar 1d 30m, vigil 2d 2h.",
    )

    @property
    def usual_reminders(self) -> dict[str, tuple[int, ...]]:
        """In minutes, for each kind."""
        kinds = dict.fromkeys(EVENT_KINDS, self.remind)
        kinds |= {kind: tuple(offsets) for kind, *offsets in words(self.remind_by_kind)}
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
    public_url: Annotated[str, AfterValidator(safe_address_or_nothing)] = Field(
        default="",
        description="The public https address that leads to telegram.listen: for calendars, for letters that open in mail "
        "apps, and for what petitions publish of their signatures. Empty for none.",
    )


class Metrics(Section):
    token: Annotated[SecretStr, AfterValidator(metrics_token)] = Field(
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
    listen: Annotated[str, AfterValidator(host_and_port_or_nothing)] = Field(
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
