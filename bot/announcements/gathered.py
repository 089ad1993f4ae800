"""How several updates read that come to one person in one message: case by case, as much as fits, the rest counted."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.announcements.announcement import Announcement
from bot.announcements.labels import CERTAINTIES, KINDS
from bot.language import Text, Words, command, day, lines, paragraphs, title, untranslated

LONGEST: Final = 4096
"""UTF-16 units that one message of Telegram's holds."""
MOST_CASES: Final = 8
"""Each has a button: more than these are a wall."""


class Gathered:
    """`cases` are those that are shown, for their buttons; `text` is the message."""

    def __init__(self, words: Words, announcements: Sequence[Announcement]) -> None:
        self.cases: list[Announcement] = []
        self._words = words
        self._total = len(announcements)
        headlines = [each.headline.choose(words.reader.locale, each.source_locale) for each in announcements]
        self._note = untranslated(words, next((each for each in headlines if each.fallback), headlines[0]))
        self.text = self._with([], 0)
        shown: list[Text] = []
        for count, (first, entry) in enumerate(self._entries(announcements), start=1):
            if first is not None and len(self.cases) == MOST_CASES:
                break
            longer = self._with([*shown, entry], count)
            if longer.length > LONGEST:
                break
            shown.append(entry)
            self.text = longer
            if first is not None:
                self.cases.append(first)

    def _entries(self, announcements: Sequence[Announcement]) -> Iterator[tuple[Announcement | None, Text]]:
        """One for each update; the first of a case begins with its title, and comes with it."""
        by_case: dict[int, list[Announcement]] = {}
        for announcement in sorted(announcements, key=lambda each: each.at):
            by_case.setdefault(announcement.case_id, []).append(announcement)
        for updates in by_case.values():
            for at, update in enumerate(updates):
                first = update if at == 0 else None
                yield first, self._entry(update, with_title=at == 0)

    def _entry(self, update: Announcement, *, with_title: bool) -> Text:
        words, source = self._words, update.source_locale
        locale = words.reader.locale
        headline = update.headline.choose(locale, source)
        return lines(
            words.show(title(update.case_title.choose(locale, source))).underlined() if with_title else None,
            words.show(title(headline)).bold(),
            words.say(
                # Translators: one update among several: its day, what kind it is and how sure it is.
                "{day} · {kind} · {certainty}",
                day=day(update.at),
                kind=words.say(KINDS[update.kind]),
                certainty=words.say(CERTAINTIES[update.certainty]),
            ),
        )

    def _with(self, shown: Sequence[Text], count: int) -> Text:
        words, left = self._words, self._total - count
        return paragraphs(
            words.count("{n} update in the cases you follow", "{n} updates in the cases you follow", self._total).bold(),
            self._note,
            *shown,
            words.count("and {n} more, under {news}", "and {n} more, under {news}", left, news=command("news")) if left else None,
            words.say("How often you hear from us is yours to choose: {settings}", settings=command("settings")).italic(),
        )
