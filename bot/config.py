"""What the operator decides: `config.toml`, then the environment, read once into a frozen `Settings`.

Every key can be overridden as `NIDA_SECTION__KEY`, and every secret also read from the file that
`NIDA_SECTION__KEY_FILE` names, so that it never stands in an environment listing.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails

from bot.errors import Misuse

Locale = Literal["en", "ar", "ur"]
SUPPORTED_LOCALES: tuple[Locale, ...] = ("en", "ar", "ur")
ENVIRONMENT_PREFIX = "NIDA_"


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not a time zone of the IANA list; write one like Europe/London")
    return name


def _http_address(address: str) -> str:
    if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).netloc:
        raise ValueError("is not an address; write one like https://example.org")
    return address.rstrip("/")


def _host_and_port(listen: str) -> str:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError("is not HOST:PORT; write one like 127.0.0.1:8080")
    return listen


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
    locales: tuple[Locale, ...] = Field(default=SUPPORTED_LOCALES, description="The languages offered to supporters.")
    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="UTC", description="Time zone of a reader who has not chosen a place."
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
    token: SecretStr = Field(default=SecretStr(""), description="The bot's token, from @BotFather.")
    api_url: Address = Field(default="https://api.telegram.org", description="Where the Bot API answers.")
    mode: Literal["polling", "webhook"] = Field(
        default="polling",
        description="polling asks Telegram for updates; webhook is told of them.",
    )
    webhook_url: str = Field(default="", description="For webhook: the public https address that leads to listen.")
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="For webhook: what Telegram must show, 16 to 256 of A-Z a-z 0-9 _ -."
    )
    listen: Listen = Field(default="127.0.0.1:8080", description="Where the webhook, /healthz and /readyz are served.")

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> "Telegram":
        if self.mode == "webhook":
            if urlsplit(self.webhook_url).scheme != "https":
                raise ValueError("webhook_url must be a public https address when mode is webhook")
            secret = self.webhook_secret.get_secret_value()
            if not 16 <= len(secret) <= 256 or not all(letter.isalnum() or letter in "_-" for letter in secret):
                raise ValueError(
                    "webhook_secret must be 16 to 256 of A-Z a-z 0-9 _ - when mode is webhook; "
                    "without it anyone could send the bot updates"
                )
        return self


class Database(Section):
    url: str = Field(
        default="sqlite:///nida.db",
        description="sqlite:///FILE (relative to this file), or postgresql://USER@HOST/NAME.",
    )

    @model_validator(mode="after")
    def _known_database(self) -> "Database":
        if urlsplit(self.url).scheme not in {"sqlite", "postgresql"}:
            raise ValueError("url must start with sqlite:/// or postgresql://")
        return self


class Security(Section):
    key_file: str = Field(
        default="nida.key",
        description="The key that encrypts what is kept about people.",
    )


class Delivery(Section):
    rate: float = Field(default=30, gt=0, le=10_000, description="Messages a second, replies included.")
    per_chat_interval: float = Field(default=1.0, ge=0, le=60, description="Seconds between messages to one person.")
    paid: bool = Field(default=False, description="Pay Telegram Stars for rates above 30 a second.")

    @model_validator(mode="after")
    def _fast_only_when_paid(self) -> "Delivery":
        if self.paid and self.rate > 1000:
            raise ValueError("rate must be at most 1000 with paid = true; Telegram sends no faster")
        return self


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
    log: Log = Log()
    folder: Path = Field(default=Path(), exclude=True)

    @property
    def key_path(self) -> Path:
        return self.folder / self.security.key_file

    @property
    def database_url(self) -> str:
        """The address with a SQLite file made absolute, so that it does not hang on the working directory."""
        scheme, separator, path = self.database.url.partition(":///")
        if scheme != "sqlite":
            return self.database.url
        return f"{scheme}{separator}{(self.folder / path).resolve()}"


SECRETS = ("telegram.token", "telegram.webhook_secret", "database.url")
"""Keys whose value may be read from a file named by `NIDA_SECTION__KEY_FILE`."""


def load(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the configuration from `path`, else from `NIDA_CONFIG`, else from `config.toml`.

    Raises Misuse with one sentence for each key that is wrong, naming it and how to mend it.
    """
    file = path or Path(environment.get("NIDA_CONFIG", "config.toml"))
    values = _read_file(file, wanted=path is not None or "NIDA_CONFIG" in environment)
    for section, key, value in _overrides(environment):
        values.setdefault(section, {})[key] = value
    try:
        return Settings.model_validate({**values, "folder": file.parent.resolve()})
    except ValidationError as error:
        raise Misuse("\n".join(_sentence(file, fault) for fault in error.errors())) from None


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


def _overrides(environment: Mapping[str, str]) -> Iterator[tuple[str, str, Any]]:
    for name, value in environment.items():
        if name.startswith(ENVIRONMENT_PREFIX) and "__" in name:
            section, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__", 1)
            if f"{section}.{key.removesuffix('_file')}" in SECRETS and key.endswith("_file"):
                yield section, key.removesuffix("_file"), _secret_from(name, Path(value))
            else:
                yield section, key, _list_or_text(section, key, value)


def _secret_from(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Misuse(f"{name} names {file}, which cannot be read: {error.strerror}.") from None


def _list_or_text(section: str, key: str, value: str) -> Any:
    return [item.strip() for item in value.split(",")] if (section, key) == ("organisation", "locales") else value


def _sentence(file: Path, fault: ErrorDetails) -> str:
    key = ".".join(str(part) for part in fault["loc"][:2])
    if fault["type"] == "extra_forbidden":
        return f"{file}: there is no key {key}; config.example.toml lists those there are."
    reason = str(fault["ctx"]["error"]) if fault["type"] == "value_error" else fault["msg"][0].lower() + fault["msg"][1:]
    return f"{file}: {key}: {reason}."
