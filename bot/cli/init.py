"""nida init: asks the few things needed and writes a configuration and a key."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import call, verb
from bot.cli.screen import give, is_interactive, say
from bot.errors import Misuse

if TYPE_CHECKING:
    from bot.config import Settings

Section = dict[str, object]


def register(app: typer.Typer) -> None:
    verb(app, "init")(init)


@dataclass(frozen=True)
class Answers:
    name: str
    locale: str
    database: str
    mode: str
    webhook_url: str
    token: str

    def as_values(self) -> dict[str, Section]:
        """What goes into the configuration file, by section and key."""
        import secrets

        telegram: Section = {"token": self.token, "mode": self.mode}
        if self.mode == "webhook":
            telegram |= {"webhook_url": self.webhook_url, "webhook_secret": secrets.token_urlsafe(32)}
        return {
            "organisation": {"name": self.name, "default_locale": self.locale},
            "telegram": telegram,
            "database": {"url": self.database},
        }


def init(
    name: Annotated[str | None, typer.Option(help="The organisation, as supporters know it.", show_default=False)] = None,
    locale: Annotated[
        str | None, typer.Option(help="The language content is written in: en, ar or ur.", show_default=False)
    ] = None,
    database: Annotated[
        str | None, typer.Option(help="sqlite:///FILE or postgresql://USER@HOST/NAME.", show_default=False)
    ] = None,
    mode: Annotated[str | None, typer.Option(help="polling or webhook.", show_default=False)] = None,
    webhook_url: Annotated[str | None, typer.Option(help="For webhook: the public https address.", show_default=False)] = None,
    token_file: Annotated[Path | None, typer.Option(help="Read the bot's token from this file.", show_default=False)] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: what is not given takes its default.")] = False,
) -> None:
    """Write config.toml and a key file. Asks what it is not told; nothing that exists is overwritten."""
    from bot.config import configuration_file, from_values

    file = configuration_file(call().config)
    if file.exists():
        raise Misuse(f"{file} exists already; change it with an editor, or name another file with --config.")
    if not yes and not is_interactive():
        raise Misuse("There is nobody here to ask: give what is needed as options, and --yes.")
    ask = _default if yes else _asked
    chosen_mode = ask("How do updates come, by polling or by webhook", mode, "polling")
    answers = Answers(
        name=_name(name, yes=yes),
        locale=ask("The language content is written in (en, ar, ur)", locale, "en"),
        database=ask("The database (sqlite:///FILE or postgresql://USER@HOST/NAME)", database, "sqlite:///nida.db"),
        mode=chosen_mode,
        webhook_url=ask("The public https address for the webhook", webhook_url, "") if chosen_mode == "webhook" else "",
        token=_token(token_file, hidden_question=not yes),
    )
    values = answers.as_values()
    settings = from_values(values, file)
    _write_private(file, values)
    _make_key(settings)
    _say_what_is_next(file, settings)
    give({"config": str(file), "key_file": str(settings.key_path)})


def _name(given: str | None, *, yes: bool) -> str:
    if given is None and not yes:
        given = typer.prompt("The organisation, as supporters know it")  # again and again, until there is one
    if not (given or "").strip():
        raise Misuse("The organisation has no name, and people are greeted with it: give one with --name.")
    return str(given).strip()


def _default(_: str, given: str | None, default: str) -> str:
    return default if given is None else given


def _asked(question: str, given: str | None, default: str) -> str:
    return typer.prompt(question, default=default, show_default=bool(default)) if given is None else given


def _token(file: Path | None, *, hidden_question: bool) -> str:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise Misuse(f"{file} cannot be read; --token-file names the file that holds the bot's token.") from None
    if not hidden_question:
        return ""
    answer: str = typer.prompt(
        "The bot's token, from @BotFather (not shown; empty for later)", default="", hide_input=True, show_default=False
    )
    return answer.strip()


def _write_private(file: Path, values: dict[str, Section]) -> None:
    from bot.cli.configuration import configuration_text

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Misuse(f"{file} cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(configuration_text(values))


def _make_key(settings: "Settings") -> None:
    from bot.storage.vault import write_new_key

    if settings.key_path.exists():
        say(f"There is a key already, {settings.key_path}; it stays as it is.")
    else:
        write_new_key(settings.key_path)


def _say_what_is_next(file: Path, settings: "Settings") -> None:
    nida = "nida" if file == Path("config.toml") else f"nida --config {file}"
    say(f"Wrote {file} and {settings.key_path}. Keep a copy of the key apart: without it what is kept about people is lost.")
    say("Next:")
    if not settings.telegram.token.get_secret_value():
        say(f"  put the bot's token into {file}: [telegram] token")
    for command, what in (
        ("db upgrade", "make the database"),
        ("doctor", "check that all is in order"),
        ("content apply FILES", "fill in your cases; examples/content shows how"),
        ("run", "start the bot"),
    ):
        say(f"  {nida} {command:<20} {what}")
