"""config.example.toml is the settings with their defaults: every key is there, commented, and none besides."""

import tomllib
from pathlib import Path

from bot.cli.configuration import configuration_text
from bot.config import load

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_the_example_is_what_the_settings_say() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == configuration_text(), (
        "write it anew: .venv/bin/python -m bot.cli.configuration > config.example.toml"
    )


def test_the_example_changes_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "config.toml"
    copy.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    empty = tmp_path / "empty.toml"
    empty.write_text("")
    assert load(copy, {}) == load(empty, {})


def test_values_that_are_filled_in_are_read_back() -> None:
    written: dict[str, dict[str, object]] = {
        "organisation": {"name": 'He said "نعم"\\\n\x7f', "locales": ["ur", "en"]},
        "delivery": {"rate": 12.5, "paid": True},
    }
    read = tomllib.loads(configuration_text(written))
    for section, keys in written.items():
        assert {key: read[section][key] for key in keys} == keys
