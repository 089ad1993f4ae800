"""The files that are handed over: whole, inert whatever people are called, and as their readers read."""

import csv
import logging
import zipfile
from dataclasses import replace
from io import BytesIO, StringIO

import openpyxl
import pypdfium2
import pytest
from PIL import Image
from pydantic import TypeAdapter

from bot.language import Catalogues, Reader
from bot.petitions.csv_file import csv_file, inert
from bot.petitions.handing_over import Handover, Sum
from bot.petitions.handover_wording import HandoverWording
from bot.petitions.models import Ask
from bot.petitions.pdf_file import pdf_file
from bot.petitions.reading import view_of
from bot.petitions.views import Answers
from bot.petitions.xlsx_file import xlsx_file
from tests.clocks import START
from tests.petitions.making import petition_row
from tests.pictures.hostile import HOSTILE

BY = "Open Door Watch"
ZAHRA = Answers(name="زہرا O'Neill", city="Bradford", country="GB", comment="Open the court.\nNow!")
BILAL = Answers(name="Bilal", country="PK")
SUMS = {"countries": (Sum("GB", 1200), Sum(None, 6)), "cities": (Sum("=1+1", 7),)}


@pytest.fixture(scope="module")
def catalogues() -> Catalogues:
    return Catalogues.load(["en", "ar", "ur"], strict=False)


def handover(*people: Answers) -> Handover:
    row = petition_row(asks=[*Ask], made=0, size=0, counted=0, set_aside=0, told=0)
    row.id = 1
    return Handover(view_of(row), START, 1206, len(people), people, **SUMS)


def wording(catalogues: Catalogues, locale: str = "en", *people: Answers) -> HandoverWording:
    return HandoverWording(catalogues.words(Reader(locale)), handover(*people or (ZAHRA, BILAL)), "en")


def cells(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def sheets(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def pages(content: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(content)
    drawn = [page.render(scale=1).to_pil().convert("L") for page in document]
    document.close()
    return drawn


def words_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


def test_it_comes_whole_from_the_running_bot(catalogues: Catalogues) -> None:
    handed = TypeAdapter(Handover)
    assert handed.validate_json(handed.dump_json(handover(ZAHRA, BILAL))) == handover(ZAHRA, BILAL)


def hostile_people() -> list[Answers]:
    return [Answers(name=each, city=each, comment=each) for each in HOSTILE]


def test_csv_has_a_column_for_what_was_asked_and_a_row_for_each_who_agreed(catalogues: Catalogues) -> None:
    assert cells(csv_file(wording(catalogues))) == [
        ["Name", "City", "Country", "Comment"],
        ["زہرا O'Neill", "Bradford", "United Kingdom", "Open the court. Now!"],
        ["Bilal", "", "Pakistan", ""],
    ]
    assert cells(csv_file(wording(catalogues, "ur")))[1][2] == "سلطنت متحدہ"


def test_csv_of_sums_alone_names_nobody(catalogues: Catalogues) -> None:
    sums = replace(wording(catalogues).handover, people=None)
    assert cells(csv_file(HandoverWording(catalogues.words(Reader("en")), sums, "en"))) == [
        ["Country", "Signatures"],
        ["United Kingdom", "1200"],
        ["Elsewhere, or not said", "6"],
        [],
        ["City", "Signatures"],
        ["'=1+1", "7"],
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\u00a0-1", "＝1", "\n=1"])
def test_what_a_spreadsheet_would_calculate_is_marked(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Amal", "O'Neill", "1-1", "", "a=b", "آمال"])
def test_what_it_would_not_is_left_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_hostile_names_are_one_inert_cell_each(catalogues: Catalogues) -> None:
    rows = cells(csv_file(wording(catalogues, "en", *hostile_people())))
    assert len(rows) == 1 + len(HOSTILE)
    for row in rows:
        assert len(row) == 4
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row)
        assert not set("".join(row)) & set("\u202e\u202d\u2066\u2067\u200e\u200f\x00\x07\r\n\t")


@pytest.mark.parametrize("locale", ["en", "ar", "ur"])
def test_a_workbook_has_texts_and_numbers_and_nothing_that_runs(catalogues: Catalogues, locale: str) -> None:
    content = xlsx_file(wording(catalogues, locale, *hostile_people(), ZAHRA), BY)
    book = sheets(content)
    assert len(book.worksheets) == 3
    assert all(bool(sheet.sheet_view.rightToLeft) == (locale != "en") for sheet in book.worksheets)
    assert all(cell.data_type in {"s", "n"} for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert all(cell.hyperlink is None for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        everything = b"".join(parts.read(name) for name in parts.namelist())
    assert b"<f>" not in everything
    assert b"<script>" not in everything
    names = [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)]
    assert names[0] == "=cmd|'/C calc'!A0"
    assert names[-1] == ZAHRA.name
    assert book.worksheets[1]["B2"].value == 1200


@pytest.mark.parametrize("locale", ["en", "ar", "ur"])
def test_a_pdf_holds_the_names_and_the_sums(catalogues: Catalogues, locale: str) -> None:
    content = pdf_file(wording(catalogues, locale), BY)
    said = words_of(content)
    assert BY in said
    assert "1,206" in said
    assert "O'Neill" in said
    assert "Bilal" in said
    assert "1,200" in said


def test_a_pdf_begins_where_its_readers_begin(catalogues: Catalogues) -> None:
    """The title stands at the left or at the right, and the other half of its line is empty."""
    for locale, empty in (("en", (420, 60, 595, 110)), ("ar", (0, 60, 200, 110)), ("ur", (0, 60, 200, 110))):
        first = pages(pdf_file(wording(catalogues, locale), BY))[0]
        assert first.crop(empty).getextrema() == (255, 255), locale
        assert first.crop((50, 50, 545, 120)).getextrema()[0] < 80, locale  # type: ignore[operator]


def test_marks_stay_on_their_letters(catalogues: Catalogues) -> None:
    """What has marks takes no more room than without: they are drawn on what they belong to."""
    begins = []
    for organisation in ("مرصد محمد", "مَرْصَد مُحَمَّد"):
        top = pages(pdf_file(wording(catalogues, "ar"), organisation))[0].crop((0, 50, 595, 75))
        box = top.point([255 * (shade < 180) for shade in range(256)]).getbbox()
        assert box
        begins.append(box[0])
    assert abs(begins[0] - begins[1]) <= 1


def test_hostile_names_stay_within_the_page_and_out_of_the_log(catalogues: Catalogues, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        content = pdf_file(wording(catalogues, "ur", *hostile_people()), BY)
    drawn = pages(content)
    for page in drawn:
        margins = (page.crop((0, 0, 45, page.height)), page.crop((page.width - 45, 0, page.width, page.height)))
        assert all(margin.getextrema() == (255, 255) for margin in margins)
    assert not any("missing" in record.message for record in caplog.records)
    assert b"/JavaScript" not in content
    assert b"/URI" not in content


def test_many_pages_are_numbered_and_repeat_the_heads(catalogues: Catalogues) -> None:
    content = pdf_file(wording(catalogues, "en", *[BILAL] * 120), BY)
    said = words_of(content)
    count = len(pages(content))
    assert count > 3
    assert f"Page 1 of {count}" in said
    assert f"Page {count} of {count}" in said
    assert said.count("Comment") >= count - 1
    assert said.count("Bilal") == 120
