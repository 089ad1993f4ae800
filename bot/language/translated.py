"""What the organisation writes, in each language it has been written in, with who wrote it and when."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any


class State(StrEnum):
    """How a language stands, from the best to the worst: `stale` when the source changed after it was translated, `draft` when
    it was made by a machine or nobody has reviewed it yet. Only what is ready is shown to readers."""

    ready = "ready"
    stale = "stale"
    draft = "draft"
    missing = "missing"


@dataclass(frozen=True, slots=True)
class Unreviewed:
    """A text as somebody or something hands it in, to be reviewed before any reader sees it."""

    text: str


Written = str | Unreviewed
"""A text on its way in."""


@dataclass(frozen=True, slots=True)
class Translation:
    """`at` is aware, in UTC; `of` is the fingerprint of the source text it translates, None for the source itself.

    `draft` says that nobody has reviewed it."""

    text: str
    by: str
    at: datetime
    of: str | None = None
    draft: bool = False

    @property
    def written(self) -> Written:
        """As it was handed in."""
        return Unreviewed(self.text) if self.draft else self.text


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

    @property
    def written(self) -> dict[str, Written]:
        """Every language as it was handed in."""
        return {locale: held.written for locale, held in self.texts.items()}

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
        if locale == source:
            return State.ready
        if translation.draft:
            return State.draft
        if original is None or translation.of == fingerprint(original.text):
            return State.ready
        return State.stale

    def revised(
        self, texts: Mapping[str, Written | None], *, by: str, at: datetime, source: str, confirm: bool = False
    ) -> "Translated":
        """The value after an edit: only a language whose text changed gets a new `by`, `at` and `of`.

        A language not named keeps its text; None or an empty text removes it. A translation left as it was while the
        source changed becomes stale, unless `confirm` says that the texts given are right as they are. The text of a draft,
        given as a plain text, is thereby reviewed.
        """
        wanted = {**self.written, **texts}
        kept = {locale: written for locale, written in wanted.items() if written and plain(written).strip()}
        of = fingerprint(plain(kept[source])) if source in kept else None
        return Translated(
            {
                locale: self._next(locale, _new(written, by, at, None if locale == source else of), confirm and locale in texts)
                for locale, written in kept.items()
            }
        )

    def _next(self, locale: str, new: Translation, confirmed: bool) -> Translation:
        held = self.texts.get(locale)
        if held is None or held.written != new.written:
            return new
        return new if confirmed and held.of != new.of else held

    def to_json(self) -> dict[str, dict[str, str | bool | None]]:
        return {
            locale: {"text": held.text, "by": held.by, "at": held.at.isoformat(), "of": held.of}
            | ({"draft": True} if held.draft else {})
            for locale, held in self.texts.items()
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Mapping[str, Any]]) -> "Translated":
        return cls({locale: _translation(held) for locale, held in stored.items()})


def plain(written: Written) -> str:
    """The text alone, reviewed or not."""
    return written.text if isinstance(written, Unreviewed) else written


@lru_cache(maxsize=256)
def fingerprint(text: str) -> str:
    """A short name for a text: the same however its white space and accents happen to be encoded."""
    canonical = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _new(written: Written, by: str, at: datetime, of: str | None) -> Translation:
    return Translation(plain(written), by, at, of, isinstance(written, Unreviewed))


def _translation(held: Mapping[str, Any]) -> Translation:
    return Translation(
        text=held["text"] or "",
        by=held["by"] or "",
        at=datetime.fromisoformat(held["at"] or ""),
        of=held.get("of"),
        draft=bool(held.get("draft")),
    )
