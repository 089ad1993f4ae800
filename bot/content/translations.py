"""Content to translators and back: what waits for them goes out as a sheet, what they made of it is checked and taken in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.content import po, xliff
from bot.content.faults import Fault, Refused
from bot.content.library import Library
from bot.content.opening import Opened
from bot.content.sheets import Exported, Sheet, SheetFormat, Unit, language_fault, sheet
from bot.content.texts import faults_of, note_on
from bot.errors import NidaError
from bot.language import State, Unreviewed, fingerprint, plain
from bot.language.edited import Changes, Kept, Rendering


async def export_translations(library: Library, locale: str, form: SheetFormat, everything: bool, at: datetime) -> Exported:
    """Raises NidaError when content is not translated into that language."""
    if fault := language_fault(library, locale):
        raise NidaError(f"{fault[0].upper()}{fault[1:]}")
    wanted = sheet(await library.texts(), library.source_locale, locale, everything)
    return Exported(po.write(wanted, at) if form is SheetFormat.po else xliff.write(wanted), len(wanted.units))


async def import_translations(file: Opened, library: Library, *, by: str, dry_run: bool = False) -> Changes:
    """Take a translator's sheet in. What is empty is left out; what is not marked as done becomes a draft.

    Raises Refused, with nothing changed, when anything in it is wrong or its source text is not today's.
    """
    found = _read(file)
    locale = _known(found.locale, library)
    if fault := language_fault(library, locale) or _source_fault(found, library):
        raise Refused([Fault(file.name, 1, "", fault)])
    kept = {text.key: text for text in await library.texts()}
    taking = _Taking(file.name, library.source_locale, locale, kept)
    renderings = {unit.key: rendering for unit in found.units if (rendering := taking.rendering(unit))}
    if taking.faults:
        raise Refused(taking.faults)
    changes = await library.translate(locale, renderings, by=by, dry_run=dry_run)
    return replace(changes, notes=tuple(map(str, taking.notes)))


def _read(file: Opened) -> Sheet:
    if file.fault:
        raise Refused([Fault(file.name, 1, "", file.fault)])
    read = xliff.read if file.text.lstrip().startswith("<") else po.read
    return read(file.text, file.name)


def _known(locale: str, library: Library) -> str:
    """Tools add a country: ur_PK or ur-PK is ur."""
    base = locale.replace("-", "_").partition("_")[0]
    return locale if locale in library.locales else base


def _source_fault(found: Sheet, library: Library) -> str | None:
    if not found.source_locale or _known(found.source_locale, library) == library.source_locale:
        return None
    return f"is translated from {found.source_locale}; content is written in {library.source_locale}."


class _Taking:
    def __init__(self, file: Path, source: str, locale: str, kept: dict[str, Kept]) -> None:
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self._file = file
        self._source = source
        self._locale = locale
        self._kept = kept

    def rendering(self, unit: Unit) -> Rendering | None:
        """What is to be taken in of a unit; None when it is empty or changes nothing."""
        text = unit.text.strip()
        if not text:
            return None
        kept = self._kept.get(unit.key)
        if kept is None:
            self._refuse(unit, "is none of the texts that are kept; export the sheet again.")
            return None
        of = fingerprint(kept.texts.texts[self._source].text)
        if fingerprint(unit.source) != of:
            self._refuse(unit, "is stale: its source text is another by now; export it again and mend the translation.")
            return None
        written = text if unit.reviewed else Unreviewed(text)
        if self._is_as_kept(kept, written):
            return None
        source = kept.texts.texts[self._source].text
        for fault in self._text_faults(kept.field, text, source):
            self._refuse(unit, fault)
        if note := note_on(kept.field, source, text):
            self.notes.append(Fault(self._file, unit.line, unit.key, note))
        return Rendering(of, written)

    def _is_as_kept(self, kept: Kept, written: str | Unreviewed) -> bool:
        held = kept.texts.texts.get(self._locale)
        if held is None or held.text != plain(written):
            return False
        state = kept.texts.state(self._locale, self._source)
        return state is not State.ready if isinstance(written, Unreviewed) else state is State.ready

    def _text_faults(self, field: str, text: str, source: str) -> Iterator[str]:
        for line, said in faults_of(field, self._locale, text, source):
            yield f"in line {line} of the text, {said}" if line > 1 else said

    def _refuse(self, unit: Unit, said: str) -> None:
        self.faults.append(Fault(self._file, unit.line, unit.key, said))
