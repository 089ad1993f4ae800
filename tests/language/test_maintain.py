"""The translators' tools: small diffs, nothing guessed, nothing lost."""

import re
from pathlib import Path

import pytest

from bot.errors import NidaError
from bot.language import maintain
from bot.language.catalogue import Catalogues
from bot.language.extraction import messages
from bot.language.pseudo import LETTERS, pseudo
from bot.language.reader import Reader
from tests.language.conftest import ROOT

CODE = """
# Translators: shown on top
words.say("Good morning")
total = query.label("total")
words.count("{n} case", "{n} cases", n)
DESCRIPTIONS = {"cases": N_description("All cases", 40)}
CONTEXT = "words of command"
STOP = NC_(CONTEXT, "stop, end")
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers" / "greeting.py").write_text(CODE, encoding="utf-8")
    for locale in ("en", "ar"):
        maintain.new_catalogue(tmp_path / "locales", locale)
    maintain.extract(tmp_path)
    maintain.update(tmp_path)
    return tmp_path


def po(root: Path, locale: str) -> Path:
    return root / "locales" / locale / "LC_MESSAGES" / "nida.po"


def read(root: Path, locale: str) -> str:
    return po(root, locale).read_text(encoding="utf-8")


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_messages_come_with_comment_place_and_context_and_nothing_else_does(root: Path) -> None:
    template = (root / "locales" / "nida.pot").read_text(encoding="utf-8")
    assert '#. Translators: shown on top\n#. Place: text\n#: handlers/greeting.py\nmsgid "Good morning"' in template
    assert '#. Place: description, at most 40 letters\n#: handlers/greeting.py\nmsgid "All cases"' in template
    assert 'msgctxt "words of command"\nmsgid "stop, end"' in template
    assert '"total"' not in template


def test_a_new_message_is_empty_but_in_the_source_language(root: Path) -> None:
    assert 'msgid "Good morning"\nmsgstr ""' in read(root, "ar")
    assert 'msgid "Good morning"\nmsgstr "Good morning"' in read(root, "en")
    assert 'msgstr[0] "{n} case"\nmsgstr[1] "{n} cases"' in read(root, "en")
    assert read(root, "ar").count("msgstr[") == 6


def test_doing_it_again_changes_no_file(root: Path) -> None:
    before = {file: file.read_bytes() for file in (root / "locales").rglob("*.po*")}
    maintain.extract(root)
    assert maintain.update(root) == []
    assert {file: file.read_bytes() for file in before} == before


def test_moving_code_about_changes_no_file(root: Path) -> None:
    before = read(root, "ar")
    change(root / "handlers" / "greeting.py", "# Translators", "\n\n\n# Translators")
    maintain.extract(root)
    assert maintain.update(root) == []
    assert read(root, "ar") == before


def test_a_changed_message_is_never_guessed_from_the_old_one(root: Path) -> None:
    change(po(root, "ar"), 'msgid "Good morning"\nmsgstr ""', 'msgid "Good morning"\nmsgstr "صباح الخير"')
    change(root / "handlers" / "greeting.py", "Good morning", "Good morning!")
    maintain.extract(root)
    assert maintain.update(root) == [po(root, "ar"), po(root, "en")]
    assert 'msgid "Good morning!"\nmsgstr ""' in read(root, "ar")
    assert "fuzzy" not in read(root, "ar")
    assert "صباح" not in read(root, "ar")


def test_a_translation_its_comments_and_the_header_are_kept(root: Path) -> None:
    change(po(root, "ar"), "#. Translators: shown on top", "# agreed with the family\n#. Translators: shown on top")
    change(po(root, "ar"), 'msgid "Good morning"\nmsgstr ""', 'msgid "Good morning"\nmsgstr "صباح الخير"')
    change(root / "handlers" / "greeting.py", '"All cases"', '"Every case"')
    maintain.extract(root)
    maintain.update(root)
    assert "# agreed with the family\n#. Translators" in read(root, "ar")
    assert 'msgstr "صباح الخير"' in read(root, "ar")
    assert "n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5" in read(root, "ar")


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("greeting.py", CODE.replace("shown on top", "shown below")),
        ("greeting.py", CODE.replace('words.say("Good morning")', 'words.notice("Good morning")')),
        ("greeting.py", 'words.count("{n} case", "{n} cases", n)' + CODE),
        ("farewell.py", 'words.say("Good morning")'),
    ],
    ids=["what translators are told", "the place it is shown at", "the order", "where it is said"],
)
def test_a_template_that_extracting_would_change_is_found(root: Path, file: str, code: str) -> None:
    po(root, "ar").unlink()
    assert maintain.check(root) == []
    (root / "handlers" / file).write_text(code, encoding="utf-8")
    (fault,) = maintain.check(root)
    assert "run `nida locales extract`" in str(fault)
    maintain.extract(root)
    assert maintain.check(root) == []


def test_the_catalogues_of_the_repository_are_good() -> None:
    assert [str(fault) for fault in maintain.check(ROOT)] == []


def test_updating_without_a_template_says_what_to_do(root: Path) -> None:
    (root / "locales" / "nida.pot").unlink()
    with pytest.raises(NidaError, match="run `nida locales extract` first"):
        maintain.update(root)


def test_what_is_compiled_is_what_readers_get(root: Path) -> None:
    po(root, "ar").unlink()
    change(po(root, "en"), 'msgstr "Good morning"', 'msgstr "Good day"')
    assert maintain.compile_catalogues(root / "locales") == [po(root, "en").with_suffix(".mo")]
    words = Catalogues.load(["en"], root / "locales").words(Reader("en"))
    assert words.say("Good morning").plain == "Good day"
    assert words.count("{n} case", "{n} cases", 2).plain == "2 cases"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ('chat.say(lines(words.say("Inside")))', "Inside"),
        ('words.say("Outside", x=words.say("Inside"), y=words.label("Beside"))', "Beside"),
        ('self.words.say(\n    "Over "\n    "two lines"\n)', "Over two lines"),
        ('reader.words.notice("On an attribute")', "On an attribute"),
    ],
)
def test_a_message_is_found_wherever_its_call_stands(tmp_path: Path, code: str, message: str) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "code.py").write_text(code, encoding="utf-8")
    assert message in [found.message for found in messages(tmp_path)]


def test_two_parts_of_a_comment_are_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    code = 'x = f(\n    # Why it is so.\n    # Translators: first\n    # second\n    words.say("Text"),\n)'
    (tmp_path / "bot" / "code.py").write_text(code, encoding="utf-8")
    assert [found.comment for found in messages(tmp_path)] == ["Translators: first second"]


def test_pseudo_catalogues_are_written_and_can_be_spoken_from(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read(root, "ar")
    monkeypatch.setenv("NIDA_LOCALES", str(tmp_path / "pseudo"))
    compiled = maintain.write_pseudo(root, tmp_path / "pseudo")
    assert maintain.write_pseudo(root, tmp_path / "pseudo") == compiled
    assert len(compiled) == 3
    catalogues = Catalogues.load(("en", "ar", "ur"))
    for locale, letters in LETTERS.items():
        words = catalogues.words(Reader(locale))
        assert pseudo("Good morning", letters) in words.say("Good morning").plain
        for n in (0, 1, 2, 3, 11, 100):
            shown = words.count("{n} case", "{n} cases", n).plain
            assert str(n) in shown
            assert not re.search("[a-zA-Z]", shown)
        assert catalogues.translate(locale, "stop, end", "words of command") == "stop, end"
    assert read(root, "ar") == before
