"""What is handed over as CSV: for spreadsheets, which take a cell that begins like a formula for one."""

import csv
from io import StringIO
from typing import Final

from bot.petitions.handover_wording import HandoverWording

_BEGINS_A_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")
_MARK: Final = "'"


def csv_file(wording: HandoverWording) -> bytes:
    """Those who are named; or the sums, one table after the other. Begins with a byte order mark: without it, spreadsheets take
    Arabic letters for something else."""
    people = wording.people()
    out = StringIO(newline="")
    writer = csv.writer(out)
    for number, table in enumerate([people] if people else wording.sums()):
        if number:
            writer.writerow([])
        writer.writerow(map(inert, table.heads))
        writer.writerows([inert(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def inert(cell: str) -> str:
    """With a mark in front where a spreadsheet would calculate with it, also behind spaces."""
    return _MARK + cell if cell.startswith(_BEGINS_A_FORMULA) or cell.lstrip().startswith(_BEGINS_A_FORMULA) else cell
