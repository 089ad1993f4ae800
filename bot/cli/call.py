"""How the command was called: the options every verb takes, before it or after it."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.config import Settings

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="The configuration; else $NIDA_CONFIG, else ./config.toml.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show where an unexpected error came from, and log more.")]
COMMON = {"config": (ConfigOption, None), "json": (JsonOption, False), "debug": (DebugOption, False)}


@dataclass(frozen=True)
class Call:
    config: Path | None = None
    json: bool = False
    debug: bool = False

    def settings(self) -> "Settings":
        """The configuration, with logging set up for a command: only what is wrong, as the verb itself says the rest."""
        from bot import config, log

        settings = config.load(self.config)
        log.configure("debug" if self.debug else "warning", settings.log.format)
        return settings


class _Current:
    call = Call()


def call() -> Call:
    return _Current.call


def begin(config: Path | None, json: bool, debug: bool) -> None:
    """Start over with the options given before the verb."""
    _Current.call = Call(config, json, debug)


def _and(config: Path | None, json: bool, debug: bool) -> None:
    before = _Current.call
    _Current.call = replace(before, config=config or before.config, json=json or before.json, debug=debug or before.debug)


def verb(app: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as a verb of `app` that takes the common options too."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        app.command(name)(_with_common_options(function))
        return function

    return register


def _with_common_options(function: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(function)
    def called(**arguments: Any) -> None:
        _and(**{option: arguments.pop(option) for option in COMMON})
        function(**arguments)

    signature = inspect.signature(function, eval_str=True)
    common = [
        inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for option, (annotation, default) in COMMON.items()
    ]
    called.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *common])  # type: ignore[attr-defined]
    return called
