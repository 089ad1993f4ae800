"""No code outside the builder makes text for Telegram."""

from pathlib import Path

import pytest

from bot.language.lint import faults
from tests.language.conftest import ROOT


@pytest.mark.parametrize(
    "line",
    [
        'await message.answer("Hello")',
        'await message.answer(f"Hello {name}")',
        'await bot.send_message(chat, text="Hello")',
        'await callback.answer(text=f"{n}")',
        'words.say(f"Hello {name}")',
        'words.say("Hello " + name)',
        'self.words.label("Hello {}".format(name))',
        'words.count("{n} case", "{n} cases of " + court, n)',
        'words.label("← Back")',
        'words.label("More ›")',
        "from bot.language.text import KEY, Text",
        "from bot.language.values import Fixed",
    ],
)
def test_text_made_by_hand_is_found(tmp_path: Path, line: str) -> None:
    file = tmp_path / "handler.py"
    file.write_text(f"{line}\n", encoding="utf-8")
    assert len(list(faults(file))) == 1


@pytest.mark.parametrize(
    "line",
    [
        'await message.answer(words.say("Hello"))',
        "words.say(MESSAGES[kind], name=name(person))",
        'log.info(f"sent {count}")',
        'query.label("total")',
        "from bot.language import Text, name",
    ],
)
def test_the_builders_way_is_let_through(tmp_path: Path, line: str) -> None:
    file = tmp_path / "handler.py"
    file.write_text(f"{line}\n", encoding="utf-8")
    assert list(faults(file)) == []


def test_the_code_makes_all_its_text_with_the_builder() -> None:
    elsewhere = [
        file
        for folder in ("bot", "handlers")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if not file.is_relative_to(ROOT / "bot" / "language") and not file.is_relative_to(ROOT / "bot" / "standin")
    ]
    assert [fault for file in elsewhere for fault in faults(file)] == []
