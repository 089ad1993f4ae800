"""How the messages read that are sent about a petition: milestones, handing over, what came of it, a call to sign."""

from bot.language import N_, Text, Words, lines, number, paragraphs, title
from bot.petitions.telling import Notice
from bot.petitions.views import PetitionView
from bot.petitions.wording import PetitionWording


class Message:
    """Of one thing sent, for one reader; the petition is as it was then."""

    def __init__(self, words: Words, petition: PetitionView, notice: Notice, source_locale: str) -> None:
        self._words = words
        self._petition = petition
        self._notice = notice
        self._wording = PetitionWording(words, petition, source_locale)

    def text(self) -> Text:
        tell = {
            Notice.MILESTONE: self._milestone,
            Notice.DELIVERED: self._delivered,
            Notice.OUTCOME: self._outcome,
            Notice.CALL: self._call,
        }
        return tell[self._notice]()

    def _milestone(self) -> Text:
        wording, petition, words = self._wording, self._petition, self._words
        reached = petition.counted >= petition.goal
        heading = N_("The goal is reached: {petition}") if reached else N_("Getting closer: {petition}")
        thanks = N_("Thank you to everybody who signed and passed it on.")
        return paragraphs(
            self._named(heading),
            lines(wording.target(), wording.progress(), wording.left()),
            wording.note(petition.title, petition.target),
            words.say(thanks) if reached else words.say("Do you know somebody who would sign too? Pass it on."),
            self._why(),
        )

    def _delivered(self) -> Text:
        words, petition, wording = self._words, self._petition, self._wording
        return paragraphs(
            self._named(N_("Handed over: {petition}")),
            lines(
                wording.target(),
                words.count("{n} signature was handed over.", "{n} signatures were handed over.", petition.counted)
                if petition.is_counted_here()
                else None,
            ),
            wording.note(petition.title, petition.target),
            words.say("As soon as there is an answer, we tell you."),
            self._why(),
        )

    def _outcome(self) -> Text:
        petition, wording = self._petition, self._wording
        return paragraphs(
            self._named(N_("There is an answer: {petition}")),
            lines(wording.target(), wording.count() if petition.is_counted_here() else None),
            wording.note(petition.outcome, petition.title, petition.target),
            wording.outcome(),
            self._why(),
        )

    def _call(self) -> Text:
        words, petition, wording = self._words, self._petition, self._wording
        return paragraphs(
            self._named(N_("Will you sign? {petition}")),
            wording.target(),
            wording.note(petition.text, petition.title, petition.target),
            wording.text(),
            lines(wording.count(), words.say("Goal: {goal}", goal=number(petition.goal)), wording.left()),
            self._why_called(),
        )

    def _named(self, message: str) -> Text:
        return self._words.say(message, petition=title(self._wording.chosen(self._petition.title))).bold()

    def _why(self) -> Text:
        # Translators: the last line of a message about a petition.
        return self._words.say("You get this because you wanted to hear how this petition goes.").italic()

    def _why_called(self) -> Text:
        if self._petition.case_id is None:
            return self._words.say("You get this because you hear of what you can do.").italic()
        return self._words.say("You get this because you follow its case and hear of what you can do.").italic()
