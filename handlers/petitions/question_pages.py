"""What the questions before signing look like, and the page on which all is looked over."""

from bot.language import N_, Label, N_label, Text, Words, command, lines, number, paragraphs
from bot.language.keyboard import Button, keyboard
from bot.petitions.cleaning import NotAnAnswer, Why
from bot.petitions.models import Ask
from bot.petitions.views import PetitionCard
from bot.petitions.wording import PetitionWording
from handlers.actions import InSigning, SigningWish
from handlers.petitions.answers import ASKED, answer_shown, answered
from handlers.petitions.draft import Draft
from handlers.petitions.pages import what_becomes_of_it
from handlers.screen import Screen, button

_QUESTIONS = {
    Ask.NAME: (N_("What is your name?"), N_("Write it as it should appear among the signatures.")),
    Ask.CITY: (N_("In which city or town do you live?"), N_("Write it in any script.")),
    Ask.COUNTRY: (N_("In which country do you live?"), N_("Write it in any of our languages.")),
    Ask.COMMENT: (
        N_("Why do you sign?"),
        N_("A sentence or two. Others may read them once somebody here has; your name stands beside them only if you agree."),
    ),
}
_CHANGE = {
    # Translators: buttons below what a signer answered, to write it anew.
    Ask.NAME: N_label("Change the name"),
    Ask.CITY: N_label("Change the city"),
    Ask.COUNTRY: N_label("Change the country"),
    Ask.COMMENT: N_label("Change the comment"),
}
_TAKE_OUT = {
    # Translators: buttons below what a signer answered, of a petition that is closed: then it can only be erased.
    Ask.NAME: N_label("Take the name out"),
    Ask.CITY: N_label("Take the city out"),
    Ask.COUNTRY: N_label("Take the country out"),
    Ask.COMMENT: N_label("Take the comment out"),
}


class Questions:
    """The pages of one draft, for one reader."""

    def __init__(self, words: Words, card: PetitionCard, draft: Draft, wording: PetitionWording) -> None:
        self._words = words
        self._petition = card.petition
        self._mine = card.mine
        self._draft = draft
        self._wording = wording

    def now(self) -> Screen:
        return self.question(self._draft.asked) if self._draft.asked else self.review()

    def question(self, ask: Ask) -> Screen:
        words, said, needed = self._words, self._draft.said(ask), ask in self._petition.needs
        question, hint = _QUESTIONS[ask]
        may = words.say("This petition cannot do without it.") if needed else words.say("You may leave it out.")
        text = paragraphs(
            lines(self._wording.title(), self._where(ask)),
            lines(words.say(question).bold(), words.say(hint), may),
            words.say(ASKED[ask], answer=answer_shown(words, ask, said)) if said else None,
            words.say("Nothing is signed before you confirm it at the end. To leave: {cancel}", cancel=command("cancel"))
            if not self._draft.changes
            else None,
        )
        reviewing = ask in self._draft.seen
        return text, keyboard(
            words,
            None if needed else self._button(words.label("Leave it out"), SigningWish.SKIP, ask),
            self._button(words.label("Back"), SigningWish.REVIEW)
            if reviewing
            else self._button(words.label("Do not sign"), SigningWish.LEAVE),
        )

    def review(self) -> Screen:
        words, draft, petition = self._words, self._draft, self._petition
        heading = words.say("Your signature, as it will be") if draft.changes else words.say("Look it over, then sign")
        text = paragraphs(
            heading.bold(),
            lines(self._wording.title(), self._wording.target()),
            answered(words, petition, draft.answers),
            self._about_consents(),
            None if draft.changes else what_becomes_of_it(words, petition).quote(expandable=True),
        )
        sign = (
            self._button(words.label("Save"), SigningWish.SAVE)
            if draft.changes
            else self._button(words.label("Sign: count me in"), SigningWish.CONFIRM)
        )
        leave = words.label("Leave it as it was") if draft.changes else words.label("Do not sign")
        return text, keyboard(
            words,
            *_in_pairs(self._changes()),
            self._show_name(),
            self._pass_on(),
            sign,
            self._button(leave, SigningWish.LEAVE),
        )

    def _changes(self) -> list[Button]:
        """Once it is closed, what was said can only be taken out."""
        words, asks = self._words, self._petition.asks
        if self._wording.is_open():
            return [self._button(words.label(_CHANGE[ask]), SigningWish.EDIT, ask) for ask in asks]
        return [self._button(words.label(_TAKE_OUT[ask]), SigningWish.SKIP, ask) for ask in asks if self._draft.said(ask)]

    def _where(self, ask: Ask) -> Text | None:
        asks = self._petition.asks
        if ask in self._draft.seen or len(asks) < 2:
            return None
        return self._words.say("Question {n} of {of}", n=number(asks.index(ask) + 1), of=number(len(asks))).italic()

    def _about_consents(self) -> Text | None:
        if not self._has_anything() or not self._wording.is_open():
            return None
        return self._words.say("You can also agree to what stands below. Only what is ticked applies.")

    def _show_name(self) -> Button | None:
        may_show = self._draft.can_show_name() or self._draft.show_name
        if not may_show or not (self._wording.is_open() or (self._mine and self._mine.show_name)):
            return None
        shown = self._words.say("Show my name")
        return self._toggle(shown, SigningWish.SHOW_NAME, on=self._draft.show_name)

    def _pass_on(self) -> Button | None:
        if not self._has_anything() or not (self._wording.is_open() or (self._mine and self._mine.pass_on)):
            return None
        # Translators: a consent: what was answered is handed to those whom the petition is addressed to.
        shown = self._words.say("Pass my details on to: {target}", target=self._wording.line(self._petition.target))
        return self._toggle(shown, SigningWish.HAND_ON, on=self._draft.pass_on)

    def _toggle(self, shown: Text, wish: SigningWish, *, on: bool) -> Button:
        label = self._words.label("☑ {kind}", kind=shown) if on else self._words.label("☐ {kind}", kind=shown)
        return button(label, InSigning(petition_id=self._petition.id, wish=wish, wanted=not on))

    def _button(self, label: Label, wish: SigningWish, ask: Ask | None = None) -> Button:
        return button(label, InSigning(petition_id=self._petition.id, wish=wish, ask=ask))

    def _has_anything(self) -> bool:
        return any(self._draft.said(ask) for ask in self._petition.asks)


def _in_pairs(buttons: list[Button]) -> list[tuple[Button, ...]]:
    return [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]


def why_not(words: Words, error: NotAnAnswer) -> Text:
    """One sentence on what is wrong with an answer."""
    if error.why is Why.TOO_LONG:
        return words.count(
            "That is too long. Please write at most {n} letter.",
            "That is too long. Please write at most {n} letters.",
            error.limit,
        )
    if error.why is Why.NO_COUNTRY:
        return words.say(
            "No country is known here by that name. Please write it as maps do, in English, Arabic or Urdu, or send its flag."
        )
    return words.say("There is nothing to read in that. Please write your answer in letters.")


def not_a_text(words: Words) -> Text:
    return words.say("That cannot be an answer: please write it as a text.")
