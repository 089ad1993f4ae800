"""What the organisation writes, in each language it has been written in, with who wrote it and when."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """How a language stands: `stale` when the source changed after it was translated."""

    ready = "ready"
    stale = "stale"
    missing = "missing"


@dataclass(frozen=True, slots=True)
class Translation:
    """`at` is aware, in UTC; `of` is the fingerprint of the source text it translates, None for the source itself."""

    text: str
    by: str
    at: datetime
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The text one reader gets. `fallback` says that it is not in the language they asked for."""

    text: str
    locale: str
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Translated:
    """The same text in several languages. Languages may be missing; the source language is what others fall back to."""

    texts: Mapping[str, Translation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", dict(self.texts))

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.texts.items())))

    def choose(self, locale: str, source: str) -> Chosen:
        """The text in `locale` if it is ready, else in `source`, never in a third language.

        Raises LookupError when there is neither; content is only accepted with its source text.
        """
        if self.state(locale, source) is State.ready:
            return Chosen(self.texts[locale].text, locale)
        if source not in self.texts:
            raise LookupError(f"There is no text in {source}, the language the others fall back to.")
        return Chosen(self.texts[source].text, source, fallback=True)

    def state(self, locale: str, source: str) -> State:
        translation = self.texts.get(locale)
        if translation is None:
            return State.missing
        original = self.texts.get(source)
        if locale == source or original is None or translation.of == fingerprint(original.text):
            return State.ready
        return State.stale

    def revised(
        self, texts: Mapping[str, str | None], *, by: str, at: datetime, source: str, confirm: bool = False
    ) -> "Translated":
        """The value after an edit: only a language whose text changed gets a new `by`, `at` and `of`.

        A language not named keeps its text; None or an empty text removes it. A translation left as it was while the
        source changed becomes stale, unless `confirm` says that the texts given are right as they are.
        """
        wanted = {**{locale: held.text for locale, held in self.texts.items()}, **texts}
        kept = {locale: text for locale, text in wanted.items() if text and text.strip()}
        of = fingerprint(kept[source]) if source in kept else None
        return Translated(
            {
                locale: self._next(
                    locale, Translation(text, by, at, None if locale == source else of), confirm and locale in texts
                )
                for locale, text in kept.items()
            }
        )

    def _next(self, locale: str, new: Translation, confirmed: bool) -> Translation:
        held = self.texts.get(locale)
        if held is None or held.text != new.text:
            return new
        return new if confirmed and held.of != new.of else held

    def to_json(self) -> dict[str, dict[str, str | None]]:
        return {
            locale: {"text": held.text, "by": held.by, "at": held.at.isoformat(), "of": held.of}
            for locale, held in self.texts.items()
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Mapping[str, str | None]]) -> "Translated":
        return cls({locale: _translation(held) for locale, held in stored.items()})


def fingerprint(text: str) -> str:
    """A short name for a text: the same however its white space and accents happen to be encoded."""
    canonical = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _translation(held: Mapping[str, str | None]) -> Translation:
    return Translation(
        text=held["text"] or "", by=held["by"] or "", at=datetime.fromisoformat(held["at"] or ""), of=held.get("of")
    )
