"""Compiled catalogues, loaded once at start and refused when a reader would meet a gap in them."""

import gettext
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from bot.errors import Misuse
from bot.language.builder import Words
from bot.language.catalogue_files import DOMAIN, compiled_bytes, locales_folder
from bot.language.plurals import header, rule_fault
from bot.language.reader import Reader


class _Unknown(gettext.NullTranslations):
    """Asked when a catalogue lacks a message: a gap the gate should have stopped."""

    def gettext(self, message: str) -> str:
        raise LookupError(f"The catalogues lack {message!r}; run `nida locales extract`, `update` and `compile`.")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)


class Catalogue(gettext.GNUTranslations):
    """One language's messages."""

    _catalog: dict[str | tuple[str, int], str]

    def messages(self) -> set[str]:
        """Every message it has, plurals by their singular, without the header."""
        return {key if isinstance(key, str) else key[0] for key in self._catalog} - {""}

    def empty(self) -> list[str]:
        return [str(key) for key, text in self._catalog.items() if key != "" and not text]


class Catalogues:
    """All languages offered. `now` tells the time to texts that depend on it, such as "3 days ago"."""

    def __init__(self, by_locale: Mapping[str, Catalogue], now: Callable[[], datetime]) -> None:
        self._by_locale = dict(by_locale)
        self._now = now

    @property
    def locales(self) -> tuple[str, ...]:
        return tuple(self._by_locale)

    def words(self, reader: Reader) -> Words:
        """What speaks to this reader. Raises LookupError for a language not loaded."""
        return Words(reader, self._by_locale[reader.locale], self._now)

    def translate(self, locale: str, message: str, context: str | None = None) -> str:
        """The bare text of a message, for tables such as words of command; never to be sent as it is."""
        catalogue = self._by_locale[locale]
        return catalogue.pgettext(context, message) if context else catalogue.gettext(message)

    @classmethod
    def load(
        cls,
        locales: Iterable[str],
        folder: Path | None = None,
        *,
        strict: bool = True,
        now: Callable[[], datetime] | None = None,
    ) -> "Catalogues":
        """Read the compiled catalogues of `locales` from `folder`, by default where they were installed.

        Raises Misuse, with a sentence on what to do, when one is missing, lacks a message another one has, has an
        empty message or a wrong plural rule. `strict=False` reads the catalogues as translators have them and shows a
        message without a translation in English instead of raising LookupError: for code whose messages are still
        being written.
        """
        where = folder or locales_folder()
        read = _read if strict else _read_unfinished
        by_locale = {locale: read(locale, where) for locale in dict.fromkeys(locales)}
        if strict:
            _ensure_complete(by_locale)
            for catalogue in by_locale.values():
                catalogue.add_fallback(_Unknown())
        return cls(by_locale, now or _utc_now)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _read(locale: str, folder: Path) -> Catalogue:
    file = folder / locale / "LC_MESSAGES" / f"{DOMAIN}.mo"
    try:
        with file.open("rb") as compiled:
            catalogue = Catalogue(compiled)
    except FileNotFoundError:
        raise Misuse(f"{file} is missing; run `nida locales compile`.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Misuse(f"{file} cannot be read ({error}); run `nida locales compile`.") from None
    if fault := rule_fault(locale, catalogue.info().get("plural-forms", "")):
        raise Misuse(f"{file}: {fault}; write `Plural-Forms: {header(locale)}` and run `nida locales compile`.")
    return catalogue


def _read_unfinished(locale: str, folder: Path) -> Catalogue:
    return Catalogue(BytesIO(compiled_bytes(folder / locale / "LC_MESSAGES" / f"{DOMAIN}.po")))


def _ensure_complete(by_locale: Mapping[str, Catalogue]) -> None:
    every = {message for catalogue in by_locale.values() for message in catalogue.messages()}
    for locale, catalogue in by_locale.items():
        lacking = sorted(every - catalogue.messages()) + catalogue.empty()
        if lacking:
            shown = lacking[0].rpartition("\x04")[2]
            raise Misuse(
                f"The {locale} catalogue lacks {len(lacking)} messages, the first is {shown!r}; "
                f"translate them in locales/{locale}/LC_MESSAGES/{DOMAIN}.po and run `nida locales compile`."
            )
