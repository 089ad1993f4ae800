"""Reading the configuration: the file, then the environment over it, then one sentence for each key that is wrong."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.settings import Settings
from bot.errors import Misuse

ENVIRONMENT_PREFIX = "NIDA_"
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
