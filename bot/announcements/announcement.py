"""What is announced: an update of a case as it stood at the launch, in every language it was written in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.language import State, Translated
from bot.supporters.kinds import Kind


@dataclass(frozen=True, slots=True)
class Announcement:
    """`at` is aware, in UTC; `certainty` is confirmed or reported; `source_locale` is what the others fall back to."""

    subject: str
    case_id: int
    case_slug: str
    case_title: Translated
    kind: Kind
    certainty: str
    at: datetime
    source: str | None
    headline: Translated
    body: Translated
    source_locale: str
    petition_id: int | None = None
    """One of its case that can be signed."""

    def state(self, locale: str) -> State:
        """How ready a language is: as ready as the least ready of what its readers are shown."""
        states = [text.state(locale, self.source_locale) for text in (self.case_title, self.headline, self.body)]
        return max(states, key=list(State).index)

    def reads_like(self, other: "Announcement") -> bool:
        """Whether every reader would get the same message."""
        return self._as_read() == other._as_read()

    def _as_read(self) -> tuple[object, ...]:
        texts = (self.case_title, self.headline, self.body)
        locales = {locale for text in texts for locale in text.texts}
        chosen = {locale: [text.choose(locale, self.source_locale) for text in texts] for locale in locales}
        read = {locale: texts for locale, texts in chosen.items() if not all(text.fallback for text in texts)}
        return self.case_id, self.kind, self.certainty, self.at, self.source, read

    def to_json(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "case_id": self.case_id,
            "case_slug": self.case_slug,
            "case_title": self.case_title.to_json(),
            "kind": self.kind.value,
            "certainty": self.certainty,
            "at": self.at.isoformat(),
            "source": self.source,
            "headline": self.headline.to_json(),
            "body": self.body.to_json(),
            "source_locale": self.source_locale,
        } | ({"petition_id": self.petition_id} if self.petition_id else {})

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Announcement":
        return cls(
            subject=stored["subject"],
            case_id=stored["case_id"],
            case_slug=stored["case_slug"],
            case_title=Translated.from_json(stored["case_title"]),
            kind=Kind(stored["kind"]),
            certainty=stored["certainty"],
            at=datetime.fromisoformat(stored["at"]),
            source=stored["source"],
            headline=Translated.from_json(stored["headline"]),
            body=Translated.from_json(stored["body"]),
            source_locale=stored["source_locale"],
            petition_id=stored.get("petition_id"),
        )
