"""What is handed over as a workbook: a sheet for each table, from the right for who reads from the right. Nothing in it is a
formula or a link: every text is written as a text, and marked so that it stays one when it is edited."""

from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from bot.language.reader import is_rtl
from bot.petitions.handover_wording import HandoverWording, Table

_WIDEST = 60
"""Letters; what is longer is folded."""
_TITLE_LIMIT = 31
"""Of a sheet's name, in letters."""


def xlsx_file(wording: HandoverWording, organisation: str) -> bytes:
    out = BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    made_at = wording.handover.at.replace(tzinfo=None)
    book.set_properties({"title": wording.title(), "author": organisation, "created": made_at})
    head = book.add_format({"bold": True, "quote_prefix": True})
    text = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    for table in wording.tables():
        sheet = book.add_worksheet(table.title[:_TITLE_LIMIT])
        if is_rtl(wording.words.reader.locale):
            sheet.right_to_left()
        for column, title in enumerate(table.heads):
            sheet.write_string(0, column, title, head)
        _fill(sheet, table, text)
        sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _fill(sheet: Worksheet, table: Table, text: object) -> None:
    for number, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, cell, text)
    for column, title in enumerate(table.heads):
        longest = max((len(str(row[column])) for row in table.rows), default=0)
        sheet.set_column(column, column, min(_WIDEST, max(len(title), longest) + 2))
