"""Writes docs/reference.md from the code: every setting, every verb of the command line, every command of the bot.

Run by `make docs`; a test compares the page with what this would write.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from typer.main import get_command

from bot.cli.configuration import sections, shown_default
from bot.cli.entry import app
from bot.config import SECRETS
from bot.language import Catalogues
from bot.telegram.commands import COMMANDS, WORDS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference.md"
LOCALES = ("en", "ar", "ur")
COMMON = ("--config", "--json", "--debug", "--help")


INTRODUCTION = "Written from the code by `make docs`; what is said here is what this version does."
OF_SETTINGS = """\
In `config.toml`, or in the environment as `NIDA_SECTION__KEY`; a secret also in the file that `NIDA_SECTION__KEY_FILE`
names. [config.example.toml](../config.example.toml) has them all with their defaults."""
OF_VERBS = """\
Every verb takes `--config PATH`, `--json` (print JSON, for scripts), `--debug` and `--help`. Exit status: 0 done, 1 could
not, 2 wrong use or configuration."""
OF_COMMANDS = "A person may write the command or, as a whole message, one of the words for it."


def reference() -> str:
    """The page."""
    tables = {
        "Settings": (OF_SETTINGS, settings()),
        "The command line": (OF_VERBS, verbs()),
        "The bot's commands": (OF_COMMANDS, commands()),
    }
    parts = ["# Reference", INTRODUCTION]
    for title, (about, lines) in tables.items():
        parts += [f"## {title}", about, "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def settings() -> Iterator[str]:
    yield "| key | default | what it is for |"
    yield "|---|---|---|"
    for name, section in sections():
        for key, field in section.model_fields.items():
            secret = " A secret." if f"{name}.{key}" in SECRETS else ""
            yield f"| `{name}.{key}` | `{shown_default(field)}` | {_cell(field.description or '')}{secret} |"


def verbs() -> Iterator[str]:
    yield "| verb | what it does | options |"
    yield "|---|---|---|"
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        for verb, each in getattr(command, "commands", {"": command}).items():
            yield f"| {_call(f'nida {name} {verb}'.strip(), each)} | {_cell(each.help or '')} | {_options(each)} |"


def _call(call: str, command: object) -> str:
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]  # type: ignore[attr-defined]
    names = [parameter.name.upper() + ("…" if parameter.nargs == -1 else "") for parameter in arguments]
    return f"`{' '.join([call, *names])}`"


def _options(command: object) -> str:
    described = [
        f"`{parameter.opts[0]}` {_cell(parameter.help or '')}"
        for parameter in command.params  # type: ignore[attr-defined]
        if parameter.opts[0].startswith("--") and parameter.opts[0] not in COMMON
    ]
    return "<br>".join(described)


def commands() -> Iterator[str]:
    catalogues = Catalogues.load(LOCALES)
    yield "| command | what it does | words in English | in Arabic | in Urdu |"
    yield "|---|---|---|---|---|"
    for command in COMMANDS:
        words = (catalogues.translate(locale, command.words, WORDS) for locale in LOCALES)
        yield f"| `/{command.name}` | {command.description} | {' | '.join(words)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"Wrote {PAGE}.\n")
