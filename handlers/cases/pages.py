"""What a case, its timeline and lists of cases look like."""

from bot.announcements.labels import CERTAINTIES, KINDS
from bot.cases.models import CaseStatus
from bot.cases.views import CaseSummary, CaseView, Page, UpdateEntry, UpdateView
from bot.language import (
    N_,
    Chosen,
    Text,
    Translated,
    Words,
    day,
    hijri_line,
    lines,
    link,
    markup,
    name,
    paragraphs,
    title,
    untranslated,
)
from bot.language.keyboard import Button, keyboard
from handlers.actions import (
    Follow,
    ListCaseEvents,
    ListCasePetitions,
    ListCases,
    ListFollowing,
    ListNews,
    OpenCase,
    OpenTimeline,
    Share,
    StopFollowing,
)
from handlers.screen import Screen, Turned, button, neighbours, page_turning

STATUSES = {
    # Translators: whether a case is still going on.
    CaseStatus.OPEN: N_("Open"),
    CaseStatus.CLOSED: N_("Closed"),
}


class CasePages:
    """`source_locale` is the language content falls back to."""

    size = 6
    timeline_size = 3

    def __init__(self, source_locale: str) -> None:
        self._source_locale = source_locale

    def chosen(self, words: Words, text: Translated) -> Chosen:
        return text.choose(words.reader.locale, self._source_locale)

    def case(self, words: Words, case: CaseView, source: str | None = None) -> Screen:
        """`source` is the link that led to it."""
        heading, summary = self.chosen(words, case.title), self.chosen(words, case.summary)
        text = paragraphs(
            words.show(title(heading)).bold(),
            lines(self._status(words, case), self._how_many(words, case)),
            untranslated(words, summary if summary.fallback else heading),
            markup(summary),
            words.say("You follow this case.") if case.following else None,
            closed(words, case),
        )
        return text, keyboard(
            words,
            self._follow_button(words, case, source),
            button(words.label("What happened so far"), OpenTimeline(case_id=case.id)) if case.updates else None,
            button(words.label("Hearings and events"), ListCaseEvents(case_id=case.id)) if case.has_events else None,
            self._petitions_button(words, case),
            button(words.label("Share"), Share(kind="case", id=case.id, source=source)),
            button(words.label("All cases"), ListCases()),
        )

    def timeline(self, words: Words, case: CaseView, page: Page[UpdateEntry]) -> Screen:
        heading = words.say("{case}: what happened", case=title(self.chosen(words, case.title))).bold()
        entries = [self.update(words, entry) for entry in page.items]
        turning = neighbours(page, lambda offset: OpenTimeline(case_id=case.id, offset=offset))
        return paragraphs(heading, *entries), keyboard(
            words,
            page_turning(words, *turning),
            button(words.label("Back to the case"), OpenCase(case_id=case.id)),
        )

    def update(self, words: Words, entry: UpdateEntry) -> Text:
        """One entry: when, what kind, how sure, then what happened and where it is from."""
        headline, body = self.chosen(words, entry.headline), self.chosen(words, entry.body)
        return lines(
            words.say(
                # Translators: the line above an update, like "3 November 2026 · Ruling · Confirmed".
                "{day} · {kind} · {certainty}",
                day=day(entry.at, weekday=False),
                kind=words.say(KINDS[entry.kind]),
                certainty=words.say(CERTAINTIES[entry.certainty]),
            ).italic(),
            hijri_line(words, entry.at),
            words.show(title(headline)).bold(),
            untranslated(words, body if body.fallback else headline),
            markup(body),
            words.show(link(entry.source, words.label("Source"))) if entry.source else None,
        )

    def list_all(self, words: Words, page: Page[CaseSummary]) -> Screen:
        if not page.total:
            return words.say("There are no cases yet."), keyboard(words)
        heading = words.count(
            "There is {n} case. Choose one to read and follow it:",
            "There are {n} cases. Choose one to read and follow it:",
            page.total,
        )
        return self._list(words, heading, page, lambda offset: ListCases(offset=offset))

    def choice(self, words: Words, page: Page[CaseSummary]) -> Screen:
        """Right after subscribing: what to follow."""
        if not page.total:
            return self.list_all(words, page)
        return self._list(words, words.say("Which case do you want to follow?"), page, lambda offset: ListCases(offset=offset))

    def which_case(self, words: Words, page: Page[CaseSummary]) -> Screen:
        return self._list(words, words.say("Which case do you mean?"), page, lambda offset: ListCases(offset=offset))

    def list_followed(self, words: Words, page: Page[CaseSummary]) -> Screen:
        if not page.total:
            text = words.say("You do not follow any case yet.")
            return text, keyboard(words, button(words.label("All cases"), ListCases()))
        heading = words.count("You follow {n} case:", "You follow {n} cases:", page.total)
        return self._list(words, heading, page, lambda offset: ListFollowing(offset=offset))

    def news(self, words: Words, page: Page[UpdateView]) -> Screen:
        if not page.total:
            return words.say("Nothing has been published yet."), keyboard(words, button(words.label("All cases"), ListCases()))
        entries = [
            lines(words.show(title(self.chosen(words, entry.case_title))).underlined(), self.update(words, entry))
            for entry in page.items
        ]
        opens = [
            button(words.label("Open: {case}", case=title(self.chosen(words, entry.case_title))), OpenCase(case_id=entry.case_id))
            for entry in {entry.case_id: entry for entry in page.items}.values()
        ]
        turning = page_turning(words, *neighbours(page, lambda offset: ListNews(offset=offset)))
        return paragraphs(words.say("Latest updates").bold(), *entries), keyboard(words, *opens, turning)

    def _status(self, words: Words, case: CaseView) -> Text:
        status = words.say(STATUSES[case.status])
        if case.jurisdiction is None:
            return words.say("Status: {status}", status=status)
        # Translators: {place} is where the case is heard, like "England and Wales".
        return words.say("Status: {status}\nWhere: {place}", status=status, place=name(case.jurisdiction))

    def _how_many(self, words: Words, case: CaseView) -> Text | None:
        return words.count("{n} update so far", "{n} updates so far", case.updates) if case.updates else None

    def _follow_button(self, words: Words, case: CaseView, source: str | None) -> Button | None:
        if case.following:
            return button(words.label("Stop following"), StopFollowing(case_id=case.id))
        return button(words.label("Follow"), Follow(case_id=case.id, source=source)) if case.status is CaseStatus.OPEN else None

    def _petitions_button(self, words: Words, case: CaseView) -> Button | None:
        label = words.label("Sign the petition") if case.can_be_signed_for else words.label("Petitions")
        return button(label, ListCasePetitions(case_id=case.id)) if case.has_petitions else None

    def _list(self, words: Words, heading: Text, page: Page[CaseSummary], turned: Turned) -> Screen:
        opens = [button(words.label_of(title(self.chosen(words, case.title))), OpenCase(case_id=case.id)) for case in page.items]
        return heading, keyboard(words, *opens, page_turning(words, *neighbours(page, turned)))


def closed(words: Words, case: CaseView) -> Text | None:
    if case.status is not CaseStatus.CLOSED:
        return None
    return words.say("This case is closed; there is nothing more to follow.")
