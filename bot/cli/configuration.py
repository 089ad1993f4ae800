"""The text of a configuration file, written from the settings themselves: config.example.toml is the one with all defaults."""

import json
from collections.abc import Iterator, Mapping
from textwrap import wrap

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.config import Section, Settings

WIDTH = 110
HEADER = """\
# Nida's configuration. Every key has a default, which is shown here; `nida doctor` checks what you write.
# Each can also be set in the environment as NIDA_SECTION__KEY (NIDA_TELEGRAM__MODE=webhook). The secrets
# telegram.token, telegram.webhook_secret, database.url and metrics.token can also be read from the file that
# NIDA_SECTION__KEY_FILE names (NIDA_TELEGRAM__TOKEN_FILE=/run/secrets/token).
"""

Values = Mapping[str, Mapping[str, object]]
"""By section and key."""


def configuration_text(values: Values | None = None) -> str:
    """A whole configuration file with the given values, and defaults for the rest."""
    filled = values or {}
    return HEADER + "".join(f"\n{_section(name, section, filled.get(name, {}))}" for name, section in sections())


def sections() -> Iterator[tuple[str, type[Section]]]:
    """The sections there are, in their order."""
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield name, field.annotation


def shown_default(field: FieldInfo) -> str:
    """A key's default, as it is written in the file."""
    return _toml(field.get_default())


def _section(name: str, section: type[Section], values: Mapping[str, object]) -> str:
    keys = (line for key, field in section.model_fields.items() for line in _key(key, field, values))
    return "\n".join([f"[{name}]", *keys, ""])


def _key(key: str, field: FieldInfo, values: Mapping[str, object]) -> Iterator[str]:
    yield from wrap(field.description or "", WIDTH, initial_indent="# ", subsequent_indent="# ")
    yield f"{key} = {_toml(values[key]) if key in values else shown_default(field)}"


def _toml(value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)


if __name__ == "__main__":
    print(configuration_text(), end="")
