"""Translators' sheets as gettext catalogues. The context of a message is the key of its text."""

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, unescape, write_po

from bot.content.faults import Fault, Refused
from bot.content.sheets import Sheet, Unit
from bot.language.plurals import header

_LINE: Final = re.compile(r'(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s*)?"(?:[^"\\]|\\.)*"')
_CONTEXT: Final = re.compile(r'msgctxt\s*(".*")')
_TO_FILL_IN: Final = re.compile(r'^"(?:Report-Msgid-Bugs-To|Last-Translator|Language-Team): .*\n', re.MULTILINE)
_HEADER: Final = """\
# Texts of an organisation, from its language ({source}) into another ({target}).
# Leave msgctxt and msgid as they are. Remove the mark "fuzzy" from what you have reviewed.
#"""


def write(sheet: Sheet, at: datetime) -> str:
    comment = _HEADER.format(source=sheet.source_locale, target=sheet.locale)
    catalog = Catalog(
        sheet.locale, project="Nida", version="content", header_comment=comment, creation_date=at, revision_date=at, fuzzy=False,
    )  # fmt: skip
    catalog.mime_headers = [("Plural-Forms", header(sheet.locale))]  # Babel's own is wrong for Arabic
    for unit in sheet.units:
        _add(catalog, unit)
    buffer = BytesIO()
    write_po(buffer, catalog, width=0)
    return _without_placeholders(buffer.getvalue().decode("utf-8"))


def _without_placeholders(text: str) -> str:
    """Babel writes in the header what a person would fill in."""
    return _TO_FILL_IN.sub("", text, count=3)


def _add(catalog: Catalog, unit: Unit) -> None:
    fuzzy = ("fuzzy",) if unit.text and not unit.reviewed else ()
    message = catalog.add(unit.source, unit.text, auto_comments=unit.notes, flags=fuzzy, context=unit.key)
    # A per cent sign or a brace means nothing here, but editors of catalogues would insist on it.
    message.flags -= {"python-format", "python-brace-format"}


def read(text: str, file: Path) -> Sheet:
    """Raises Refused when the file is not what `write` wrote, filled in."""
    if faults := [*_line_faults(text, file)]:
        raise Refused(faults)
    try:
        catalog = read_po(text.split("\n"), ignore_obsolete=True, abort_invalid=True)
    except Exception as error:  # noqa: BLE001 - a file from anywhere: the parser raises whatever it stumbles over
        raise Refused([Fault(file, getattr(error, "lineno", 0) + 1, "", f"cannot be read as a PO file: {error}.")]) from None
    if catalog.locale_identifier is None:
        raise Refused([Fault(file, 1, "", "its header does not tell the language; write Language: ur, or whichever it is.")])
    messages = [message for message in catalog if message.id]
    if faults := [fault for message in messages for fault in _message_faults(message, file)]:
        raise Refused(faults)
    units = tuple(_unit(message) for message in messages)
    return Sheet("", catalog.locale_identifier, units)


def _unit(message: Message) -> Unit:
    return Unit(
        message.context or "", str(message.id), str(message.string or ""), reviewed=not message.fuzzy, line=message.lineno or 1
    )


def _line_faults(text: str, file: Path) -> Iterator[Fault]:
    """The parser would take an unended text without its last letter, and the second of two messages without a word."""
    for number, line in _lines(text):
        if not _LINE.fullmatch(line):
            yield Fault(file, number, "", 'is not a line of a PO file; write msgstr "…", each quote inside as \\".')
    seen: dict[str, int] = {}
    for number, key in _contexts(text):
        if (first := seen.setdefault(key, number)) != number:
            yield Fault(file, number, key, f"stands in the file twice, first in line {first}; keep one of them.")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Those that say something, with their numbers."""
    lines = enumerate(map(str.strip, text.split("\n")), start=1)
    yield from ((number, line) for number, line in lines if line and line[0] != "#")


def _contexts(text: str) -> Iterator[tuple[int, str]]:
    """Each context with its line; tools break long ones over several."""
    began, key = 0, ""
    for number, line in _lines(text):
        if found := _CONTEXT.fullmatch(line):
            began, key = number, unescape(found[1])
        elif began and line[0] == '"':
            key += unescape(line)
        elif began:
            yield began, key
            began = 0


def _message_faults(message: Message, file: Path) -> Iterator[Fault]:
    line = message.lineno or 1
    if not message.context:
        yield Fault(file, line, "", "has no msgctxt, so nobody knows which text it is; keep that line as it was exported.")
    elif not isinstance(message.id, str):
        yield Fault(file, line, message.context, "has plural forms, which content has not; write one msgid and one msgstr.")
