"""What petitions, lists of them and one's own signature look like."""

from bot.cases.views import CaseView
from bot.language import Text, Words, bulleted, command, day, free, lines, name, number, own_name, paragraphs, title
from bot.language.keyboard import Button, Keyboard, keyboard
from bot.petitions.models import CommentState, PetitionStatus, Standing
from bot.petitions.views import Answers, Mine, Page, PetitionCard, PetitionView
from bot.petitions.wording import PetitionWording
from handlers.actions import (
    ChangeSignature,
    CheckCount,
    CountMeIn,
    Follow,
    GetReceipt,
    HearOfPetition,
    ListActions,
    ListCasePetitions,
    ListPetitions,
    ListSignatures,
    OpenCase,
    OpenPetition,
    OpenSignature,
    SetLanguage,
    Share,
    SignPetition,
    StopHearingOfPetition,
    WithdrawSignature,
)
from handlers.petitions.answers import answered, consents
from handlers.screen import Screen, Turned, button, neighbours, page_turning


class PetitionPages:
    """`source_locale` is the language content falls back to, `organisation` the name of who asks, `locales` those offered."""

    size = 5

    def __init__(self, source_locale: str, organisation: str, locales: tuple[str, ...]) -> None:
        self._source = source_locale
        self._organisation = organisation
        self._locales = locales

    def wording(self, words: Words, petition: PetitionView) -> PetitionWording:
        return PetitionWording(words, petition, self._source)

    def card(self, words: Words, card: PetitionCard, source: str | None = None, *, newcomer: bool = False) -> Screen:
        """The page of a petition. A `newcomer`, who came by a link, can read it in another language with one tap."""
        petition = card.petition
        text = paragraphs(
            self.wording(words, petition).page(),
            # Translators: who wants this petition to be signed.
            words.say("Asked by: {organisation}", organisation=name(self._organisation)),
            what_becomes_of_it(words, petition).quote(expandable=True),
            _comments(words, card.comments),
            signed(words, card.mine).italic() if card.mine else None,
        )
        return text, self._buttons(words, card, source, newcomer=newcomer)

    def confirmation(self, words: Words, card: PetitionCard, source: str | None) -> Screen:
        """Of a petition that asks nothing: what signing means, and one button to be counted."""
        petition = card.petition
        text = paragraphs(
            words.say("You are about to sign:").bold(),
            self.wording(words, petition).heading(),
            what_becomes_of_it(words, petition),
        )
        return text, keyboard(
            words,
            # Translators: the button that signs a petition.
            button(words.label("Count me in"), CountMeIn(petition_id=petition.id, source=source)),
            button(words.label("Back"), OpenPetition(petition_id=petition.id, source=source)),
        )

    def thanks(self, words: Words, card: PetitionCard, mine: Mine, case: CaseView | None, source: str | None) -> Screen:
        petition, wording = card.petition, self.wording(words, card.petition)
        others_can = wording.is_open()
        text = paragraphs(
            words.say("Thank you. Your signature is number {n}.", n=number(mine.number)).bold(),
            _set_aside(words, mine),
            lines(wording.title(), wording.status()),
            wording.progress(),
            words.say("What you can do next: pass it on, so that others sign too.") if others_can else None,
        )
        follow = case is not None and not case.following and case.status == "open"
        return text, keyboard(
            words,
            button(words.label("Share"), Share(kind="petition", id=petition.id, source=source)) if others_can else None,
            button(words.label("What I can do"), ListActions()),
            button(words.label("Sign another petition"), ListPetitions()),
            button(words.label("Follow the case"), Follow(case_id=case.id, source=source)) if case and follow else None,
            self._news(words, card),
            self._own(words, petition),
        )

    def signature(self, words: Words, card: PetitionCard, mine: Mine) -> Screen:
        """One's own signature: what was said with it, and all that can still be done."""
        petition, wording = card.petition, self.wording(words, card.petition)
        text = paragraphs(
            lines(wording.title().bold(), wording.target(), wording.status()),
            signed(words, mine),
            answered(words, petition, mine.answers),
            consents(words, mine) if petition.asks else None,
            _comment_state(words, mine.comment),
        )
        changes = petition.asks and (wording.is_open() or mine.answers != Answers())
        return text, keyboard(
            words,
            button(words.label("Change"), ChangeSignature(petition_id=petition.id)) if changes else None,
            button(words.label("Get a receipt"), GetReceipt(petition_id=petition.id)),
            button(words.label("Withdraw"), WithdrawSignature(petition_id=petition.id)),
            self._back(words, petition),
        )

    def whether_to_withdraw(self, words: Words, card: PetitionCard) -> Screen:
        petition, wording = card.petition, self.wording(words, card.petition)
        text = paragraphs(
            words.say("Take your signature back?").bold(),
            wording.title(),
            words.say("It is then no longer counted, and what you answered is erased at once."),
            words.say("You can sign again while the petition is open.") if wording.is_open() else None,
        )
        return text, keyboard(
            words,
            button(words.label("Take it back"), WithdrawSignature(petition_id=petition.id, sure=True)),
            button(words.label("Keep my signature"), OpenSignature(petition_id=petition.id)),
        )

    def withdrawn(self, words: Words, card: PetitionCard) -> Screen:
        wording = self.wording(words, card.petition)
        text = paragraphs(
            words.say("Your signature was taken back. It is no longer counted.").bold(),
            wording.title(),
        )
        return text, keyboard(words, self._back(words, card.petition), button(words.label("My signatures"), ListSignatures()))

    def open_ones(self, words: Words, page: Page[PetitionCard]) -> Screen:
        heading = words.say("Petitions you can sign").bold()
        none = words.say("There is no petition to sign at the moment.")
        own = button(words.label("My signatures"), ListSignatures())
        return self._list(words, heading, none, page, lambda offset: ListPetitions(offset=offset), own)

    def of_case(self, words: Words, case: CaseView, page: Page[PetitionCard]) -> Screen:
        chosen = case.title.choose(words.reader.locale, self._source)
        heading = words.say("{case}: petitions", case=title(chosen)).bold()
        none = words.say("There is no petition of this case.")
        back = button(words.label("Back to the case"), OpenCase(case_id=case.id))
        return self._list(words, heading, none, page, lambda offset: ListCasePetitions(case_id=case.id, offset=offset), back)

    def mine(self, words: Words, page: Page[PetitionCard], *, withdrawing: bool = False) -> Screen:
        """What somebody signed; `withdrawing` asks which of it they take back."""
        if not page.total:
            text = words.say("You have not signed any petition.")
            return text, keyboard(words, button(words.label("Petitions to sign"), ListPetitions()))
        which = words.say("Which signature do you want to take back?") if withdrawing else words.say("My signatures")
        entries = [
            lines(self.wording(words, card.petition).title().bold(), signed(words, card.mine) if card.mine else None)
            for card in page.items
        ]
        opens = [
            button(
                words.label_of(self.wording(words, card.petition).title()),
                WithdrawSignature(petition_id=card.petition.id) if withdrawing else OpenSignature(petition_id=card.petition.id),
            )
            for card in page.items
        ]
        turning = page_turning(words, *neighbours(page, lambda offset: ListSignatures(offset=offset)))
        all_open = button(words.label("Petitions to sign"), ListPetitions())
        return paragraphs(which.bold(), *entries), keyboard(words, *opens, turning, all_open)

    def _list(
        self, words: Words, heading: Text, none: Text, page: Page[PetitionCard], turned: Turned, *others: Button | None
    ) -> Screen:
        entries = [
            lines(
                self.wording(words, card.petition).entry(),
                words.say("You have signed it.").italic() if card.mine else None,
            )
            for card in page.items
        ]
        opens = [
            button(words.label_of(self.wording(words, card.petition).title()), OpenPetition(petition_id=card.petition.id))
            for card in page.items
        ]
        text = paragraphs(heading, *(entries or [none]))
        return text, keyboard(words, *opens, page_turning(words, *neighbours(page, turned)), *others)

    def _buttons(self, words: Words, card: PetitionCard, source: str | None, *, newcomer: bool) -> Keyboard:
        petition, can_sign = card.petition, self.wording(words, card.petition).is_open()
        sign = button(words.label("Sign"), SignPetition(petition_id=petition.id, source=source))
        share = button(words.label("Share"), Share(kind="petition", id=petition.id, source=source)) if can_sign else None
        case = button(words.label("Open the case"), OpenCase(case_id=petition.case_id)) if petition.case_id else None
        others = tuple(
            button(own_name(locale), SetLanguage(locale=locale, source=source, petition_id=petition.id))
            for locale in self._locales
            if newcomer and locale != words.reader.locale
        )
        return keyboard(
            words,
            self._own(words, petition) if card.mine else (sign if can_sign else None),
            others,
            self._news(words, card),
            (share, case),
            button(words.label("How the count can be checked"), CheckCount(petition_id=petition.id)),
            button(words.label("Petitions to sign"), ListPetitions()),
        )

    def _news(self, words: Words, card: PetitionCard) -> Button | None:
        petition = card.petition
        if card.gets_news:
            return button(words.label("No more news of it"), StopHearingOfPetition(petition_id=petition.id))
        if petition.status is PetitionStatus.OUTCOME:
            return None
        return button(words.label("Tell me how it goes"), HearOfPetition(petition_id=petition.id))

    def _own(self, words: Words, petition: PetitionView) -> Button:
        return button(words.label("My signature"), OpenSignature(petition_id=petition.id))

    def _back(self, words: Words, petition: PetitionView) -> Button:
        return button(words.label("Back to the petition"), OpenPetition(petition_id=petition.id))


def what_becomes_of_it(words: Words, petition: PetitionView) -> Text:
    """What signing means, and what happens with the data."""
    until = day(petition.keep_until, weekday=False)
    kept = (
        (
            words.say(
                "What you answer, your language and the link you came by are kept encrypted, and erased after {day}.", day=until
            ),
            words.say("Your name is shown, and what you answer is passed on, only if you agree to that, too."),
        )
        if petition.asks
        else (words.say("Your language and the link you came by are kept encrypted, and erased after {day}.", day=until),)
    )
    return lines(
        words.say("What signing means").bold(),
        bulleted(
            words.say("You are counted once, as one account of Telegram."),
            words.say("Your signature is kept apart from everything else, under a mark that only your account finds again."),
            *kept,
            words.say("You can take it back at any time: {withdraw}", withdraw=command("withdraw")),
        ),
    )


def signed(words: Words, mine: Mine) -> Text:
    return lines(
        words.say("You signed on {day}, as number {n}.", day=day(mine.signed_at, weekday=False), n=number(mine.number)),
        _set_aside(words, mine),
    )


def _set_aside(words: Words, mine: Mine) -> Text | None:
    if mine.standing is not Standing.SET_ASIDE:
        return None
    return words.say("Very many signatures came in at once. Yours is kept, and counted as soon as somebody has looked at them.")


def _comment_state(words: Words, state: CommentState) -> Text | None:
    if state is CommentState.WAITING:
        return words.say("Your comment is shown once somebody here has read it.")
    return words.say("Your comment is shown below the petition.") if state is CommentState.SHOWN else None


def _comments(words: Words, comments: tuple[Answers, ...]) -> Text | None:
    if not comments:
        return None
    return paragraphs(words.say("Why people sign").bold(), *[_comment(words, each) for each in comments])


def _comment(words: Words, comment: Answers) -> Text:
    who = words.show(name(comment.name)) if comment.name else words.say("Somebody who signed")
    return lines(words.show(free(comment.comment or "")), who.italic()).quote()
