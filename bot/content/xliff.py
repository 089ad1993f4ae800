"""Translators' sheets as XLIFF 1.2, the version every translation tool reads. The id of a unit is the key of its text."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from bot.content.faults import Fault, Refused
from bot.content.sheets import Sheet, Unit
from bot.errors import NidaError

NAMESPACE: Final = "urn:oasis:names:tc:xliff:document:1.2"
DONE: Final = frozenset({"translated", "signed-off", "final"})
"""States that say somebody holds the translation to be right. Without one of them it is a draft."""
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(sheet: Sheet) -> str:
    """Raises NidaError for a text with a letter that XML cannot hold."""
    root = ET.Element("xliff", {"version": "1.2", "xmlns": NAMESPACE})
    languages = {"source-language": sheet.source_locale, "target-language": sheet.locale}
    file = ET.SubElement(root, "file", {"original": "content", "datatype": "plaintext", **languages})
    body = ET.SubElement(file, "body")
    for unit in sheet.units:
        _add(body, unit)
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    # Readers of XML take a bare carriage return for a new line.
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + written.replace("\r", "&#13;") + "\n"


def _add(body: ET.Element, unit: Unit) -> None:
    if _UNWRITABLE.search(unit.source + unit.text + "".join(unit.notes)):
        raise NidaError(f"{unit.key} holds an invisible letter that XLIFF cannot hold; mend the text, or export it as po.")
    names = {"id": unit.key, "maxwidth": str(unit.limit), "size-unit": "char", "xml:space": "preserve"}
    element = ET.SubElement(body, "trans-unit", names)
    ET.SubElement(element, "source").text = unit.source
    ET.SubElement(element, "target", {"state": _state(unit)}).text = unit.text
    for note in unit.notes:
        ET.SubElement(element, "note").text = note


def _state(unit: Unit) -> str:
    if not unit.text:
        return "needs-translation"
    return "translated" if unit.reviewed else "needs-review-translation"


def read(text: str, file: Path) -> Sheet:
    """Raises Refused when the file is not what `write` wrote, filled in. A file that declares entities is refused unread."""
    reading = _Reading(file)
    try:
        reading.parse(text)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code)
        raise Refused([Fault(file, error.lineno, "", f"is not sound XML: {said}.")]) from None
    if reading.faults:
        raise Refused(reading.faults)
    return Sheet(reading.source_locale, reading.locale, tuple(_unit(found) for found in reading.units))


@dataclass(slots=True)
class _Found:
    key: str
    line: int
    source: str = ""
    target: str = ""
    state: str = ""


def _unit(found: _Found) -> Unit:
    return Unit(found.key, found.source, found.target, reviewed=found.state in DONE, line=found.line)


@dataclass(slots=True)
class _Reading:
    file: Path
    source_locale: str = ""
    locale: str = ""
    units: list[_Found] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)
    _line: int = 1

    def parse(self, text: str) -> None:
        parser = expat.ParserCreate("UTF-8", namespace_separator=" ")

        def start(name: str, attributes: dict[str, str]) -> None:
            self._line = parser.CurrentLineNumber
            self._start(name.rpartition(" ")[2], attributes)

        def doctype(*_: object) -> None:
            line = parser.CurrentLineNumber
            raise Refused([Fault(self.file, line, "", "declares a document type, which is not read; delete the DOCTYPE.")])

        parser.StartElementHandler = start
        parser.EndElementHandler = lambda _: self._path.pop()
        parser.CharacterDataHandler = self._letters
        parser.StartDoctypeDeclHandler = doctype
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        inside = self._path[-1] if self._path else ""
        self._path.append(name)
        if not inside and (name != "xliff" or not attributes.get("version", "").startswith("1.")):
            version = f"XLIFF {attributes.get('version', '')}".strip() if name == "xliff" else f"<{name}>"
            self._fault("", f"is {version}; only XLIFF 1.2 is read.")
        elif name == "file":
            self._start_file(attributes)
        elif name == "trans-unit":
            self._start_unit(attributes.get("id", ""))
        elif name == "target" and inside == "trans-unit":
            self.units[-1].state = attributes.get("state", "translated" if attributes.get("approved") == "yes" else "")
        elif name != "mrk" and self._in_text(self._bare_path()[:-1]):
            self._fault(self.units[-1].key, f"holds the element <{name}>; write the tags of the text as letters, like &lt;b&gt;.")

    def _start_file(self, attributes: dict[str, str]) -> None:
        languages = attributes.get("source-language", ""), attributes.get("target-language", "")
        if self.locale and languages != (self.source_locale, self.locale):
            self._fault("", "holds several languages; write one file for each.")
        self.source_locale, self.locale = languages
        if not self.locale:
            self._fault("", "does not tell the language; write target-language, as it was exported.")

    def _start_unit(self, key: str) -> None:
        first = self._seen.setdefault(key, self._line)
        if first != self._line:
            self._fault(key, f"stands in the file twice, first in line {first}; keep one of them.")
        self.units.append(_Found(key, self._line))

    def _letters(self, letters: str) -> None:
        path = self._bare_path()
        if self._in_text(path):
            unit = self.units[-1]
            unit.source += letters if path[-1] == "source" else ""
            unit.target += letters if path[-1] == "target" else ""

    def _bare_path(self) -> list[str]:
        """Without the marks that tools put around sentences."""
        return [name for name in self._path if name != "mrk"]

    @staticmethod
    def _in_text(path: list[str]) -> bool:
        return len(path) > 1 and path[-2] == "trans-unit" and path[-1] in {"source", "target"}

    def _fault(self, key: str, said: str) -> None:
        self.faults.append(Fault(self.file, self._line, key, said))
