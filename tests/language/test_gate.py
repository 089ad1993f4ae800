"""The gate: each fault, put into good catalogues one at a time, is found and named with its mend."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import NidaError
from bot.language import gate
from bot.language.gate import Fault
from bot.language.maintain import compile_catalogues
from bot.language.plurals import header

TEMPLATE = """
#. Place: text
msgid "Hello, {name}. Is it <b>you</b>?"
msgstr "TEXT"

#. Place: text
msgid "{n} hearing"
msgid_plural "{n} hearings"
FORMS

#. Place: button, at most 64 letters
msgid "Follow"
msgstr "BUTTON"

#. Place: table
msgctxt "words of command"
msgid "stop, end"
msgstr "WORDS"
"""

GOOD = {
    "en": ("Hello, {name}. Is it <b>you</b>?", ("{n} hearing", "{n} hearings"), "Follow", "stop, end"),
    "ar": (
        "مرحبًا {name}. هل هذا <b>أنت</b>؟",
        ("لا جلسات", "جلسة واحدة", "جلستان", "{n} جلسات", "{n} جلسة", "{n} جلسة"),
        "متابعة",
        "قف، كفى",
    ),
    "ur": ("سلام {name}۔ کیا یہ <b>آپ</b> ہیں؟", ("{n} سماعت", "{n} سماعتیں"), "پیروی کریں", "بند، بس"),
}


def catalogue(locale: str) -> str:
    text, forms, button, words = GOOD[locale]
    filled = TEMPLATE.replace("BUTTON", button).replace("WORDS", words).replace('"TEXT"', f'"{text}"')
    plural = "\n".join(f'msgstr[{at}] "{form}"' for at, form in enumerate(forms))
    head = f'msgid ""\nmsgstr ""\n"Language: {locale}\\n"\n"Plural-Forms: {header(locale)}\\n"\n'
    return head + '"Content-Type: text/plain; charset=utf-8\\n"\n' + filled.replace("FORMS", plural)


def template() -> str:
    bare = TEMPLATE.replace("TEXT", "").replace("BUTTON", "").replace("WORDS", "")
    return 'msgid ""\nmsgstr ""\n' + bare.replace("FORMS", 'msgstr[0] ""\nmsgstr[1] ""')


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    (tmp_path / "nida.pot").write_text(template(), encoding="utf-8")
    for locale in GOOD:
        folder = tmp_path / locale / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "nida.po").write_text(catalogue(locale), encoding="utf-8")
    return tmp_path


def seeded(locales: Path, locale: str, before: str, after: str) -> list[Fault]:
    po = locales / locale / "LC_MESSAGES" / "nida.po"
    text = po.read_text(encoding="utf-8")
    assert before in text
    po.write_text(text.replace(before, after, 1), encoding="utf-8")
    return gate.check(locales)


BUTTON = '#. Place: button, at most 64 letters\nmsgid "Follow"\nmsgstr "متابعة"'
NOTICE = BUTTON.replace("button, at most 64", "notice, at most 200").replace("متابعة", "متابعة " * 29 + "متابعة.")
DESCRIPTION = BUTTON.replace("button, at most 64", "description, at most 256").replace("متابعة", "متابعة  " * 32 + "متابعة..")

SEEDED = (
    # locale, what stands there, what is put instead, what the gate says, what it advises
    ("ar", "{name}. هل", "هل", "{name} is missing", "put {name} where"),
    ("ar", "مرحبًا {name}", "مرحبًا {nome}", "{nome} is not in the source", "keep the names in braces"),
    ("ur", "سلام {name}", "سلام {name", "a brace stands alone", "write placeholders as {name}"),
    ("ur", "{n} سماعتیں", "سماعتیں", "form “other”: {n} is missing", "put {n} where"),
    ("ar", 'msgstr[5] "{n} جلسة"\n', "", "form “other”: it is not translated", "write the translation"),
    ("ar", 'msgstr[5] "{n}', 'msgstr[6] "{n}', "it cannot be read", "mend the line"),
    ("ar", "جلستان", "", "form “two”: it is not translated", "write the translation"),
    ("ar", "#. Place: button", "#, fuzzy\n#. Place: button", "it is marked fuzzy", "remove the mark"),
    ("ur", '"پیروی کریں"', '""', "it is not translated", "write the translation"),
    ("ur", '"پیروی کریں"', '"Follow"', "it is the same as the English", "translate it"),
    ("ur", '"پیروی کریں"', '"Pairvi karein"', "it is written in Latin letters", "write it in the script"),
    ("ar", "أنت</b>", "أنت", "<b> is never closed", "write the tags as in the source"),
    ("ar", "<b>أنت</b>", "أنت", "its tags are not those of the source", "keep every tag"),
    ("ar", "متابعة", "<b>متابعة</b>", "a button cannot hold tags", "remove them"),
    ("ar", '"متابعة"', '" متابعة"', "it begins with other spaces", "make them the same"),
    ("ar", '"متابعة"', '"متابعة\\n"', "it ends with other spaces or line breaks", "make them the same"),
    ("ar", "</b>؟", "</b>?", "a Latin ? stands in it", "write ؟"),
    ("ar", "قف، كفى", "قف, كفى", "a Latin , stands in it", "write ،"),
    ("ur", "بند، بس", "بند; بس", "a Latin ; stands in it", "write ؛"),
    ("ur", "{name}۔", "{name}.", "a Latin full stop", "write ۔"),
    ("ur", "پیروی کریں", "پيروی کریں", "the letter ي is of another alphabet", "write ی"),
    ("ur", "پیروی کریں", "پیروی كریں", "the letter ك is of another alphabet", "write ک"),
    ("ur", "سلام", "جمعة", "the letter ة is of another alphabet", "write ۃ or ہ"),
    ("ar", "قف، كفى", "قف، کفى", "the letter ک is of another alphabet", "write ك"),
    ("ar", "متابعة", "متابعۃ", "the letter ۃ is of another alphabet", "write ة"),
    ("ar", "جلستان", "جلستانے", "the letter ے is of another alphabet", "write ي"),
    ("ar", "متابعة", "متابعـة", "it holds a tatweel", "delete the stretching line"),
    ("ar", "متابعة", "متابعة ←", "it holds an arrow", "say it in words"),
    ("ar", '"جلستان"', '"جلستان 2 ٢"', "it mixes systems of digits", "write 0 to 9"),
    ("ar", "متابعة", "\u2067متابعة", "it holds invisible direction marks", "delete them"),
    ("ar", "n==2 ? 2 : n%100>=3 && n%100<=10 ? 3", "n==2 ? 2 : n%100>=3 && n%100<=10 ? 4", "wrong form for 3", "write Plural"),
    ("ar", '"Plural-Forms', '"Plurals', "the Plural-Forms header", "write Plural-Forms: nplurals=6"),
    ("ur", '"Language: ur', '"Language: ar', "the header names another language", "write Language: ur"),
    ("ar", "متابعة", "متابعة " * 10 + "متابعة", "it is too long for a button: 76 of 64", "say it in fewer words"),
    ("ar", BUTTON, NOTICE, "it is too long for a notice: 210 of 200", "say it in fewer words"),
    ("ar", BUTTON, DESCRIPTION, "it is too long for a description: 264 of 256", "say it in fewer words"),
    ("ar", "مرحبًا", "ا" * 4096, "it is too long for a text", "say it in fewer words"),
    ("ar", "</b>؟", "</b>۔", "an Urdu full stop", "write a full stop"),
    ("ar", "متابعة", "متابعاں", "the letter ں is of another alphabet", "write ن"),
    ("ar", 'msgid "Follow"', 'msgid "Follow me"', "the catalogue lacks it", "run `nida locales update`"),
    ("ur", 'msgid "Follow"', 'msgid "Follow me"', "the template has no such message", "run `nida locales update`"),
    ("ur", "\n#. Place: table", '\nmsgid "Follow"\nmsgstr "پیروی"\n\n#. Place: table', "stands in it twice", "keep the better"),
    ("ur", 'msgid "Follow"', "msgid Follow", "the catalogue lacks it", "run `nida locales update`"),
    ("en", 'msgstr "Hello, {name}', 'msgstr "Hello, {nome}', "{name} is missing", "put {name} where"),
)  # fmt: skip


@pytest.mark.parametrize(("locale", "before", "after", "fault", "mend"), SEEDED)
def test_a_seeded_fault_is_found_and_named(locales: Path, locale: str, before: str, after: str, fault: str, mend: str) -> None:
    found = [str(each) for each in seeded(locales, locale, before, after)]
    assert any(fault in sentence and mend in sentence for sentence in found), found
    assert all(f"/{locale}/LC_MESSAGES/nida.po:" in sentence for sentence in found)


def test_good_catalogues_have_no_fault(locales: Path) -> None:
    assert gate.check(locales) == []


def test_a_fault_names_catalogue_line_and_message(locales: Path) -> None:
    (fault,) = seeded(locales, "ar", "متابعة", "متابعـة")
    assert fault.catalogue == locales / "ar" / "LC_MESSAGES" / "nida.po"
    line = fault.catalogue.read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert line == 'msgid "Follow"'
    assert fault.message == "Follow"


def test_a_form_for_one_number_need_not_show_it(locales: Path) -> None:
    assert seeded(locales, "ur", "{n} سماعت", "ایک سماعت") == []


def test_nothing_is_compiled_when_the_gate_finds_a_fault(locales: Path) -> None:
    assert seeded(locales, "ur", "سلام {name}", "سلام {nome}")
    with pytest.raises(NidaError, match=r"put \{name\} where"):
        compile_catalogues(locales)
    assert list(locales.rglob("*.mo")) == []


def test_a_missing_template_and_missing_catalogues_are_said(locales: Path, tmp_path: Path) -> None:
    (locales / "nida.pot").unlink()
    assert "run `nida locales extract`" in str(gate.check(locales)[0])
    assert "there are no catalogues" in str(gate.check(tmp_path / "nowhere")[0])


def test_a_language_without_a_plural_rule_is_said(locales: Path) -> None:
    (locales / "fa" / "LC_MESSAGES").mkdir(parents=True)
    (locales / "fa" / "LC_MESSAGES" / "nida.po").write_text(catalogue("en"), encoding="utf-8")
    assert [fault.fault for fault in gate.check(locales)] == ["there is no plural rule for fa"]


Change = Callable[[str], str]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda code: code.replace("Follow", "Follow this"), "the code says it, the template lacks it"),
        (lambda code: code.replace("words.label", "words.lable"), "the template has it, the code no longer says it"),
    ],
)
def test_a_template_older_than_the_code_is_found(locales: Path, change: Change, fault: str) -> None:
    code = (
        'words.say("Hello, {name}. Is it <b>you</b>?")\nwords.count("{n} hearing", "{n} hearings", n)\n'
        'words.label("Follow")\nNC_("words of command", "stop, end")\n'
    )
    (locales / "handlers").mkdir()
    source = locales / "handlers" / "cases.py"
    source.write_text(code, encoding="utf-8")
    assert gate.check(locales, sources=locales) == []
    source.write_text(change(code), encoding="utf-8")
    assert fault in [each.fault for each in gate.check(locales, sources=locales)]
