"""The words of what is handed over, in one language: as plain text, for files that lay out their own lines."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from babel import Locale

from bot.few import FEWEST
from bot.language import N_, Text, Words, day, name, number, plain_text, without_marks
from bot.language.marks import clean_line
from bot.petitions.handing_over import Handover, Sum
from bot.petitions.models import Ask
from bot.petitions.views import Answers
from bot.petitions.wording import PetitionWording

_ASKED: Final = {
    # Translators: the head of a column in the list of those who sign a petition.
    Ask.NAME: N_("Name"),
    Ask.CITY: N_("City"),
    Ask.COUNTRY: N_("Country"),
    Ask.COMMENT: N_("Comment"),
}


# Translators: the head of a list of those who sign, and of a column that counts them.
_SIGNATURES: Final = N_("Signatures")
_BY_COUNTRY: Final = N_("Signatures by country")
_BY_CITY: Final = N_("Signatures by city")
# Translators: in a table of places: all the others, and those who did not say where they live.
_OTHERS: Final = N_("Elsewhere, or not said")


@dataclass(frozen=True, slots=True)
class Table:
    """`title` is what a sheet or a section is called."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str | int, ...]]


class HandoverWording:
    def __init__(self, words: Words, handover: Handover, source_locale: str) -> None:
        self.words = words
        self.handover = handover
        self._about = PetitionWording(words, handover.petition, source_locale)

    def title(self) -> str:
        return _bare(self._about.title())

    def target(self) -> str:
        return self._about.target().plain

    def text(self) -> str:
        """What is asked."""
        return plain_text(self._about.chosen(self.handover.petition.text)).text

    def facts(self, organisation: str) -> list[str]:
        """Who hands over what, as of when."""
        words, handover = self.words, self.handover
        named = words.count(
            "{n} person lets what they said be passed on to you, and is named here.",
            "{n} people let what they said be passed on to you, and are named here.",
            handover.agreed,
        )
        said = [
            words.count("{n} person has signed.", "{n} people have signed.", handover.counted),
            named if handover.people is not None else None,
            words.say("Handed over by {organisation} as of {day}.", organisation=name(organisation), day=day(handover.at.date())),
        ]
        return [line.plain for line in said if line]

    def tables(self) -> list[Table]:
        """Those who are named, where they are, and the sums."""
        people = self.people()
        return [*([people] if people else []), *self.sums()]

    def people(self) -> Table | None:
        """Each with what they said; None where only sums were asked for, or nothing was asked of anybody."""
        asks = [ask for ask in Ask if ask in self.handover.petition.asks]
        if self.handover.people is None or not asks:
            return None
        rows = [tuple(self._cell(person, ask) for ask in asks) for person in self.handover.people]
        return Table(self._said(_SIGNATURES), tuple(self._said(_ASKED[ask]) for ask in asks), rows)

    def sums(self) -> Iterator[Table]:
        """By country, and by city."""
        handover = self.handover
        if handover.countries:
            yield self._sums(_BY_COUNTRY, Ask.COUNTRY, handover.countries, self._country)
        if handover.cities:
            yield self._sums(_BY_CITY, Ask.CITY, handover.cities, str)

    def note(self) -> str:
        """Under the sums."""
        least = number(FEWEST)
        return self.words.say("Places that fewer than {least} people sign from are put together.", least=least).plain

    def page(self, page: int, pages: int) -> str:
        return self.words.say("Page {page} of {pages}", page=number(page), pages=number(pages)).plain

    def _sums(self, title: str, ask: Ask, sums: Sequence[Sum], shown: Callable[[str], str]) -> Table:
        others = self._said(_OTHERS)
        rows = [(others if each.place is None else clean_line(shown(each.place)), each.people) for each in sums]
        return Table(self._said(title), (self._said(_ASKED[ask]), self._said(_SIGNATURES)), rows)

    def _cell(self, person: Answers, ask: Ask) -> str:
        said: str | None = getattr(person, ask.value)
        return self._country(said) if ask is Ask.COUNTRY and said else clean_line(said or "")

    def _country(self, code: str) -> str:
        return str(Locale.parse(self.words.reader.locale).territories.get(code, code))

    def _said(self, message: str) -> str:
        return _bare(self.words.say(message))


def _bare(text: Text) -> str:
    return without_marks(text.plain)
