"""Content to translators and back, as PO and as XLIFF."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from bot.content import po, xliff
from bot.content.faults import Refused
from bot.content.library import Drafts, Library
from bot.content.opening import opened_file
from bot.content.sheets import Sheet, SheetFormat, Unit
from bot.content.translations import export_translations, import_translations
from bot.errors import NidaError
from bot.language import State, Unreviewed
from bot.storage.database import Database
from tests.cases.drafts import CASE, UPDATE
from tests.clocks import START, FrozenClock
from tests.content.drawn import contents
from tests.databases import SqliteTemplate

FORMS = pytest.mark.parametrize("form", list(SheetFormat))
AT = datetime(2026, 11, 3, 10, 30, tzinfo=UTC)
Save = Callable[[str], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def save(text: str) -> Path:
        file = tmp_path / "sheet"
        file.write_text(text, encoding="utf-8", newline="")
        return file

    return save


@pytest.fixture
async def kept(library: Library) -> Library:
    """Into Urdu a title is ready, a summary stale, a headline a draft, and a body missing."""
    update = replace(UPDATE, headline={"en": "Bail granted", "ur": Unreviewed("ضمانت منظور")})
    await library.apply(Drafts([CASE], [update]), by="editor")
    await library.apply(Drafts([replace(CASE, summary={"en": "Five people have a hearing."})]), by="editor")
    return library


async def exported(library: Library, form: SheetFormat, everything: bool = False) -> Sheet:
    written = await export_translations(library, "ur", form, everything, AT)
    return read(written.text, form)


def read(text: str, form: SheetFormat) -> Sheet:
    file = Path("sheet")
    return po.read(text, file) if form is SheetFormat.po else xliff.read(text, file)


def write(sheet: Sheet, form: SheetFormat) -> str:
    sheet = replace(sheet, source_locale="en")
    return po.write(sheet, AT) if form is SheetFormat.po else xliff.write(sheet)


async def states(library: Library) -> dict[str, State]:
    return {f"{text.what}/{text.field}": text.texts.state("ur", "en") for text in await library.texts()}


async def take(library: Library, save: Save, text: str, by: str = "noor") -> list[str]:
    """What changed."""
    changes = await import_translations(opened_file(save(text)), library, by=by)
    return [field for item in changes.items for field in item.fields]


async def faults(library: Library, save: Save, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(Refused) as refused:
        await take(library, save, text)
    return [(fault.line, fault.field, fault.sentence) for fault in refused.value.faults]


@FORMS
async def test_what_waits_goes_out(kept: Library, form: SheetFormat) -> None:
    units = {unit.key: (unit.source, unit.text, unit.reviewed) for unit in (await exported(kept, form)).units}
    assert units == {
        "case/north-gate-five/summary": ("Five people have a hearing.", "پانچ افراد سماعت کے منتظر ہیں۔", False),
        "update/north-gate-five-bail/headline": ("Bail granted", "ضمانت منظور", False),
        "update/north-gate-five-bail/body": ("The court granted <b>bail</b>.", "", form is SheetFormat.po),
    }


@FORMS
async def test_all_goes_out_when_asked_for(kept: Library, form: SheetFormat) -> None:
    first, *rest = (await exported(kept, form, everything=True)).units
    assert (first.key, first.text, first.reviewed) == ("case/north-gate-five/title", "نارتھ گیٹ کے پانچ", True)
    assert len(rest) == 3


@FORMS
async def test_a_translator_is_told_where_it_stands_how_long_it_may_be_and_its_state(kept: Library, form: SheetFormat) -> None:
    text = (await export_translations(kept, "ur", form, False, AT)).text
    for said in (
        "Where: the headline of an update",
        "Case: The North Gate Five",
        "At most 200 letters.",
        "allowed are b i u",
        "A draft that nobody has reviewed",
        "The source has changed",
        "Not translated yet.",
    ):
        assert said in text


async def test_a_catalogue_for_arabic_has_the_right_plural_rule(kept: Library) -> None:
    text = (await export_translations(kept, "ar", SheetFormat.po, False, AT)).text
    assert "n%100>=3 && n%100<=10" in text


@FORMS
@pytest.mark.parametrize("everything", [False, True])
async def test_taken_in_as_it_went_out_it_changes_nothing(kept: Library, save: Save, form: SheetFormat, everything: bool) -> None:
    before = await kept.texts()
    assert await take(kept, save, (await export_translations(kept, "ur", form, everything, AT)).text) == []
    assert await kept.texts() == before


@FORMS
async def test_what_a_translator_marks_as_done_is_ready(kept: Library, save: Save, form: SheetFormat) -> None:
    sheet = await exported(kept, form)
    done = tuple(replace(unit, text=unit.text or "عدالت نے <b>ضمانت</b> دی۔", reviewed=True) for unit in sheet.units)
    assert await take(kept, save, write(replace(sheet, units=done), form)) == ["summary.ur", "headline.ur", "body.ur"]
    assert set((await states(kept)).values()) == {State.ready}
    headline = next(text for text in await kept.texts() if text.field == "headline")
    assert headline.texts.texts["ur"].by == "noor"


@FORMS
async def test_what_is_not_marked_as_done_becomes_a_draft(kept: Library, save: Save, form: SheetFormat) -> None:
    sheet = await exported(kept, form)
    machine = tuple(replace(unit, text="عدالت نے فیصلہ دیا۔", reviewed=False) for unit in sheet.units)
    await take(kept, save, write(replace(sheet, units=machine), form), by="machine")
    assert await states(kept) == {
        "case/title": State.ready,
        "case/summary": State.draft,
        "update/headline": State.draft,
        "update/body": State.draft,
    }


async def test_a_dry_run_tells_the_same_and_writes_nothing(kept: Library, save: Save) -> None:
    before = await kept.texts()
    sheet = await exported(kept, SheetFormat.po)
    done = write(replace(sheet, units=tuple(replace(unit, reviewed=True) for unit in sheet.units)), SheetFormat.po)
    dry = await import_translations(opened_file(save(done)), kept, by="noor", dry_run=True)
    assert await kept.texts() == before
    assert await import_translations(opened_file(save(done)), kept, by="noor") == dry


@FORMS
async def test_a_translation_of_an_older_source_is_refused_and_all_others_with_it(
    kept: Library, save: Save, form: SheetFormat
) -> None:
    sheet = await exported(kept, form)
    done = write(replace(sheet, units=tuple(replace(unit, reviewed=True) for unit in sheet.units)), form)
    await kept.apply(Drafts([replace(CASE, summary={"en": "Five people were heard."})]), by="editor")
    before = await kept.texts()
    ((line, key, said),) = await faults(kept, save, done)
    assert (key, said[:8]) == ("case/north-gate-five/summary", "is stale")
    assert "Five people have a hearing." in "".join(done.split("\n")[line - 1 : line + 2])
    assert await kept.texts() == before


@FORMS
@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("body", "<b>ضمانت", "<b> is never closed"),
        ("body", "پہلی سطر\n<h1>ضمانت</h1>", "in line 2 of the text, <h1> is not allowed"),
        ("headline", "ض" * 201, "is too long for Telegram: 201 letters of at most 200"),
        ("headline", "<b>ضمانت</b>", "a headline takes no tags"),
        ("headline", "كفالة", "the letter ك is of another alphabet; write ک."),
        ("body", "Bail was granted.", "it is written in Latin letters"),
        ("body", "پہلی سطر\nکا \u2067فیصلہ", "in line 2 of the text, it holds invisible direction marks that are not balanced"),
        ("headline", "ضمانت \u202eمنظور", "it holds invisible direction marks that are not balanced"),
    ],
)
async def test_a_fault_is_named_with_its_line_and_text(
    kept: Library, save: Save, form: SheetFormat, field: str, text: str, said: str
) -> None:
    sheet = await exported(kept, form)
    units = tuple(replace(unit, text=text, reviewed=True) if unit.key.endswith(field) else unit for unit in sheet.units)
    found = await faults(kept, save, write(replace(sheet, units=units), form))
    assert {key for _, key, _ in found} == {f"update/north-gate-five-bail/{field}"}
    assert any(said in sentence for _, _, sentence in found)
    assert all(line > 5 for line, _, _ in found)
    assert (await states(kept))["case/summary"] is State.stale


@FORMS
async def test_a_text_that_is_not_kept_is_refused(kept: Library, save: Save, form: SheetFormat) -> None:
    stray = Sheet("en", "ur", (Unit("case/no-such/title", "No", "نہیں", reviewed=True),))
    ((_, key, said),) = await faults(kept, save, write(stray, form))
    assert (key, said) == ("case/no-such/title", "is none of the texts that are kept; export the sheet again.")


@FORMS
@pytest.mark.parametrize(("locale", "said"), [("en", "content is written in en"), ("fa", "there is no language 'fa'")])
async def test_only_languages_content_is_translated_into(
    kept: Library, save: Save, form: SheetFormat, locale: str, said: str
) -> None:
    with pytest.raises(NidaError, match=said[1:]):
        await export_translations(kept, locale, form, False, AT)
    text = write(await exported(kept, form), form).replace("Language: ur", f"Language: {locale}")
    text = text.replace('target-language="ur"', f'target-language="{locale}"')
    ((line, _, sentence),) = await faults(kept, save, text)
    assert (line, sentence.startswith(said)) == (1, True)


@FORMS
async def test_a_country_that_a_tool_added_is_no_matter(kept: Library, save: Save, form: SheetFormat) -> None:
    text = write(await exported(kept, form), form).replace("Language: ur", "Language: ur_PK")
    assert await take(kept, save, text.replace('target-language="ur"', 'target-language="ur-PK"')) == []


PO = """\
msgid ""
msgstr "Language: ur\\n"

msgctxt "case/north-gate-five/summary"
msgid "Five people have a hearing."
msgstr "سماعت"
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('سماعت"', "سماعت", 6, "is not a line of a PO file"),
        ('msgctxt "case/north-gate-five/summary"\n', "", 4, "has no msgctxt"),
        ("Language: ur", "X-Nothing: ur", 1, "its header does not tell the language"),
        ("Language: ur", "Content-Type: x; charset=none\\nLanguage: u", 1, "there is no language"),
        ('msgstr "سماعت"\n', "", 5, "cannot be read as a PO file: missing msgstr"),
        ('msgstr "س', 'msgid_plural "x"\nmsgstr[0] "س', 5, "has plural forms"),
        ('"سماعت"\n', '"سماعت"\n' + PO[PO.index("msgctxt") :], 7, "stands in the file twice, first in line 4"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_catalogue_is_named(
    kept: Library, save: Save, old: str, new: str, line: int, said: str
) -> None:
    assert PO.count(old) == 1
    ((found, _, sentence),) = await faults(kept, save, PO.replace(old, new))
    assert said in sentence
    assert found == line


async def test_a_catalogue_is_taken_as_tools_leave_it(kept: Library, save: Save) -> None:
    """Long lines broken, marks and old messages added."""
    wrapped = PO.replace('"case/north-gate-five/summary"', '""\n"case/north-gate-five/"\n"summary"')
    other = (
        wrapped[wrapped.index("msgctxt") :]
        .replace("summary", "title")
        .replace("Five people have a hearing.", "The North Gate Five")
    )
    old = '#~ msgctxt "case/gone/title"\n#~ msgid "Gone"\n#~ msgstr "x"\n'
    text = wrapped.replace("\n\nmsgctxt", '\n\n#| msgid "Older"\n# Mine\nmsgctxt') + "\n" + other + "\n" + old
    assert await take(kept, save, text.replace("\n", "\r\n")) == ["title.ur", "summary.ur"]


def test_a_catalogue_holds_nothing_to_fill_in() -> None:
    unit = Unit("case/a/title", '"Last-Translator: me', "", reviewed=False)
    text = po.write(Sheet("en", "ur", (unit,)), AT)
    assert "EMAIL" not in text
    assert "LL@" not in text
    assert [found.source for found in po.read(text, Path("sheet")).units] == [unit.source]


XLIFF = """\
<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
  <file original="content" datatype="plaintext" source-language="en" target-language="ur">
    <body>
      <trans-unit id="case/north-gate-five/summary">
        <source>Five people have a hearing.</source>
        <target state="final"><mrk mtype="seg">سماعت</mrk></target>
        <alt-trans><source>Another</source><target>دوسرا</target></alt-trans>
      </trans-unit>
    </body>
  </file>
</xliff>
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("<body>", "<body", 5, "is not sound XML"),
        ("</xliff>\n", "", 12, "is not sound XML"),
        ("<xliff ", "<!DOCTYPE xliff [<!ENTITY a 'b'>]>\n<xliff ", 2, "declares a document type"),
        ('version="1.2"', 'version="2.0"', 2, "is XLIFF 2.0; only XLIFF 1.2 is read"),
        (' target-language="ur"', "", 3, "does not tell the language"),
        ('source-language="en"', 'source-language="fr"', 1, "is translated from fr; content is written in en"),
        ("سماعت", "<g>سماعت</g>", 7, "holds the element <g>; write the tags of the text as letters"),
        ("</body>", XLIFF[XLIFF.index("<trans-unit") : XLIFF.index("    </body>")] + "</body>", 10, "stands in the file twice"),
    ],
)
async def test_what_is_wrong_with_xliff_is_named(kept: Library, save: Save, old: str, new: str, line: int, said: str) -> None:
    assert XLIFF.count(old) == 1
    found = await faults(kept, save, XLIFF.replace(old, new))
    assert [(at, said in sentence) for at, _, sentence in found] == [(line, True)], found


async def test_xliff_is_taken_as_tools_leave_it(kept: Library, save: Save) -> None:
    assert await take(kept, save, XLIFF) == ["summary.ur"]
    assert (await states(kept))["case/summary"] is State.ready
    assert await take(kept, save, XLIFF.replace(' state="final"', "")) == ["summary.ur"]
    assert (await states(kept))["case/summary"] is State.draft


async def test_a_file_that_cannot_be_read_is_refused(kept: Library, tmp_path: Path) -> None:
    latin = tmp_path / "latin.po"
    latin.write_bytes("# é".encode("latin-1"))
    for file, said in ((tmp_path / "none.po", "cannot be read"), (latin, "is not UTF-8")):
        with pytest.raises(Refused, match=said):
            await import_translations(opened_file(file), kept, by="noor")


@FORMS
@given(content=contents())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_whatever_content_says_it_goes_out_and_comes_back(
    tmp_path: Path, sqlite_template: SqliteTemplate, form: SheetFormat, content: Drafts
) -> None:
    async def there_and_back() -> None:
        with sqlite_template.clone(tmp_path) as url:
            database = Database(url)
            library = Library(database, FrozenClock(), "en")
            await library.apply(content, by="editor")
            file = tmp_path / "sheet"
            try:
                text = (await export_translations(library, "ur", form, True, START)).text
            except NidaError:  # XML holds fewer letters than a database
                assert form is SheetFormat.xliff
            else:
                file.write_text(text, encoding="utf-8", newline="")
                assert (await import_translations(opened_file(file), library, by="noor")).made == ()
                sheet = read(text, form)
                done = tuple(replace(unit, text="درست", reviewed=True) for unit in sheet.units)
                file.write_text(write(replace(sheet, units=done), form), encoding="utf-8", newline="")
                assert (await import_translations(opened_file(file), library, by="noor")).waiting == ()
                assert set((await states(library)).values()) == {State.ready}
            await database.close()

    asyncio.run(there_and_back())


@FORMS
async def test_a_tag_that_the_translation_dropped_is_said_with_its_place(kept: Library, save: Save, form: SheetFormat) -> None:
    sheet = await exported(kept, form)
    units = tuple(replace(unit, text="عدالت نے ضمانت دی۔", reviewed=True) for unit in sheet.units if unit.key.endswith("body"))
    file = save(write(replace(sheet, units=units), form))
    for dry_run in (True, False):
        (note,) = (await import_translations(opened_file(file), kept, by="noor", dry_run=dry_run)).notes
        assert note.startswith(f"{file}:")
        assert "update/north-gate-five-bail/body: lacks <b> of the source text" in note
    assert (await states(kept))["update/body"] is State.ready
