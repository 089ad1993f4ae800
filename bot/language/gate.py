"""The gate: what would reach a reader wrong stops here, before anything is compiled."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from bot.language import gate_text
from bot.language.catalogue_files import DOMAIN, SOURCE_LOCALE
from bot.language.extraction import template
from bot.language.gate_text import Said
from bot.language.letters import Finding
from bot.language.plurals import RULES, categories, header, rule_fault

EXTRACT = "run `nida locales extract`, then `update`"
_MESSAGE_BEGINS = re.compile(r"^msgid ", re.MULTILINE)
_SINGLE_NUMBER = frozenset({"zero", "one", "two"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: where (`line` of the file), in which message, what is wrong, and how to mend it."""

    catalogue: Path
    line: int
    message: str
    fault: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.catalogue}:{self.line}: "
        return where + (f"“{self.message}”: " if self.message else "") + f"{self.fault}; {self.mend}."


def check(locales: Path, sources: Path | None = None) -> list[Fault]:
    """Every fault of the catalogues in the folder `locales`, empty when they may be compiled.

    With `sources`, the folder that holds the code, the template is compared with what the code says today.
    """
    catalogues = sorted(locales.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    if not catalogues:
        return [Fault(locales, 0, "", "there are no catalogues", "run this where the folder locales is")]
    faults = [*_template_faults(locales, sources)]
    wanted = _known_messages(locales / f"{DOMAIN}.pot")
    for po in catalogues:
        faults += _catalogue_faults(po, wanted)
    return faults


def _template_faults(locales: Path, sources: Path | None) -> Iterator[Fault]:
    pot = locales / f"{DOMAIN}.pot"
    if not pot.exists():
        yield Fault(pot, 0, "", "the template is missing", "run `nida locales extract`")
    elif sources is not None:
        written, spoken = _entries(_read(pot)), _entries(template(sources))
        for context, message in sorted(written ^ spoken, key=str):
            stale = (context, message) in written
            fault = "the template has it, the code no longer says it" if stale else "the code says it, the template"
            yield Fault(pot, 0, _shown(message), fault if stale else f"{fault} lacks it", EXTRACT)


def _known_messages(pot: Path) -> set[tuple[str | None, object]] | None:
    return _entries(_read(pot)) if pot.exists() else None


def _entries(catalog: Catalog) -> set[tuple[str | None, object]]:
    return {(message.context, _key(message)) for message in catalog if message.id}


def _key(message: Message) -> object:
    return tuple(message.id) if isinstance(message.id, list | tuple) else message.id


def _shown(key: object) -> str:
    return str(key[0] if isinstance(key, tuple) else key)


def _read(file: Path, locale: str | None = None) -> Catalog:
    with file.open("rb") as source:
        return read_po(source, locale=locale, abort_invalid=True)


def _catalogue_faults(po: Path, wanted: set[tuple[str | None, object]] | None) -> Iterator[Fault]:
    locale = po.parent.parent.name
    if locale not in RULES:
        yield Fault(po, 0, "", f"there is no plural rule for {locale}", "add it to bot/language/plurals.py")
        return
    try:
        catalog = _read(po, locale)
    except PoFileError as error:
        yield Fault(po, error.lineno + 1, "", f"it cannot be read: {error}", "mend the line, or ask whoever sent the file")
        return
    yield from _header_faults(po, locale, catalog)
    if wanted is not None:
        yield from _coverage_faults(po, catalog, wanted)
    for message in catalog:
        if message.id:
            yield from _message_faults(po, locale, message)


def _header_faults(po: Path, locale: str, catalog: Catalog) -> Iterator[Fault]:
    text = po.read_text(encoding="utf-8")
    if fault := rule_fault(locale, catalog.plural_forms if "Plural-Forms:" in text else ""):
        yield Fault(po, 1, "", fault, f"write Plural-Forms: {header(locale)}")
    if f'"Language: {locale}\\n"' not in text:
        yield Fault(po, 1, "", "the header names another language", f"write Language: {locale}")
    if len(_MESSAGE_BEGINS.findall(text)) > len(catalog) + 1:
        yield Fault(po, 1, "", "a message stands in it twice", "keep the better translation and delete the other")


def _coverage_faults(po: Path, catalog: Catalog, wanted: set[tuple[str | None, object]]) -> Iterator[Fault]:
    for _, key in sorted(wanted - _entries(catalog), key=str):
        yield Fault(po, 0, _shown(key), "the catalogue lacks it", "run `nida locales update` and translate it")
    for message in catalog:
        if message.id and (message.context, _key(message)) not in wanted:
            yield Fault(
                po, message.lineno or 0, _shown(_key(message)), "the template has no such message", "run `nida locales update`"
            )


def _message_faults(po: Path, locale: str, message: Message) -> Iterator[Fault]:
    for finding in _findings(locale, message):
        yield Fault(po, message.lineno or 0, _shown(_key(message)), finding.fault, finding.mend)


def _findings(locale: str, message: Message) -> Iterator[Finding]:
    if message.fuzzy:
        yield Finding("it is marked fuzzy", "read the translation, mend it, and remove the mark `fuzzy`")
    if isinstance(message.id, list | tuple):
        yield from _plural_findings(locale, message)
    else:
        said = _said(locale, message, str(message.id), str(message.string or ""))
        yield from gate_text.findings(said)


def _plural_findings(locale: str, message: Message) -> Iterator[Finding]:
    one, many = message.id[0], message.id[1]
    forms = message.string if isinstance(message.string, list | tuple) else (message.string or "",)
    names = categories(locale)
    if len(forms) != len(names):
        yield Finding(f"it has {len(forms)} plural forms of {len(names)}", f"write one for each of {', '.join(names)}")
    for name, form in zip(names, forms, strict=False):
        # "A case", "two cases": a form for one number only need not show it.
        source = one if name == "one" and locale == SOURCE_LOCALE else many
        said = _said(locale, message, source, form, optional=("n",) if name in _SINGLE_NUMBER else ())
        for finding in gate_text.findings(said):
            yield Finding(f"form “{name}”: {finding.fault}", finding.mend)


def _said(locale: str, message: Message, source: str, text: str, optional: tuple[str, ...] = ()) -> Said:
    place, limit = gate_text.place_of(message.auto_comments)
    return Said(locale, locale == SOURCE_LOCALE, source, text, place, limit, frozenset(optional))
