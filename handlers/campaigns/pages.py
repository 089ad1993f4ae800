"""What an action, the list of actions, a phone call and a letter look like."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiogram.filters.callback_data import CallbackData

from bot.campaigns.letters import Letter
from bot.campaigns.models import ActionKind, CallOutcome
from bot.campaigns.views import ActionCard, ActionView, Page
from bot.campaigns.wording import OUTCOMES, ActionWording, as_written
from bot.clock import Clock
from bot.language import Chosen, Text, Words, identifier, language_name, lines, own_name, paragraphs, phone, untranslated
from bot.language.keyboard import COPY_LIMIT, Button, keyboard
from bot.language.marks import has_rtl, utf16_length
from bot.language.reader import is_rtl
from handlers.actions import (
    AskLater,
    DoAction,
    GetLetter,
    ListActions,
    MakeCall,
    OpenAction,
    OpenCampaign,
    OpenEvent,
    SetLanguage,
    Share,
    UndoAction,
    WriteLetter,
)
from handlers.screen import Screen, button, neighbours, page_turning


class ActionPages:
    """`source_locale` is the language content falls back to, `locales` are those offered."""

    size = 5

    def __init__(self, source_locale: str, locales: tuple[str, ...], clock: Clock) -> None:
        self.source_locale = source_locale
        self._locales = locales
        self._clock = clock

    def wording(self, words: Words, action: ActionView) -> ActionWording:
        return ActionWording(words, action, self.source_locale)

    def listed(self, words: Words, page: Page[ActionCard]) -> Screen:
        entries = [self.wording(words, card.action).entry(card) for card in page.items]
        opens = [
            button(words.label_of(self.wording(words, card.action).title()), OpenAction(action_id=card.action.id))
            for card in page.items
        ]
        none = words.say("There is nothing to do at the moment. Thank you for asking.")
        turning = page_turning(words, *neighbours(page, lambda offset: ListActions(offset=offset)))
        return paragraphs(words.say("What you can do").bold(), *(entries or [none])), keyboard(words, *opens, turning)

    def card(self, words: Words, card: ActionCard, source: str | None, *, is_open: bool, newcomer: bool = False) -> Screen:
        """The page of an action. A `newcomer`, who came by a link, can read it in another language with one tap."""
        action = card.action
        others = tuple(
            button(own_name(locale), SetLanguage(locale=locale, source=source, action_id=action.id))
            for locale in self._locales
            if newcomer and locale != words.reader.locale
        )
        later = button(words.label("Later"), AskLater(action_id=action.id, source=source))
        return self.wording(words, action).card(card, is_open=is_open), keyboard(
            words,
            self._way(words, action, source) if is_open else None,
            self._done(words, card, source, is_open=is_open),
            others,
            later if is_open and not card.done and not card.later else None,
            self._campaign(words, action),
            button(words.label("All actions"), ListActions()),
        )

    def thanks(self, words: Words, card: ActionCard, following: ActionView | None, source: str | None) -> Screen:
        """After an action, the next step of the ladder."""
        text = paragraphs(
            words.say("Thank you!").bold() if card.done else words.say("Thank you for trying.").bold(),
            words.count("{n} person has done this.", "{n} people have done this.", card.people) if card.people else None,
            self._offer(words, following),
        )
        undo = button(words.label("I did not do it after all"), UndoAction(action_id=card.action.id, source=source))
        return text, keyboard(
            words,
            button(words.label("I will do it"), OpenAction(action_id=following.id)) if following else None,
            button(words.label("Later"), AskLater(action_id=following.id)) if following else None,
            undo if card.done else button(words.label("Back"), OpenAction(action_id=card.action.id, source=source)),
            button(words.label("All actions"), ListActions()),
        )

    def call(self, words: Words, action: ActionView, source: str | None) -> Screen:
        """The number, when somebody answers, what to say; and then how it went."""
        wording = self.wording(words, action)
        script = wording.chosen(action.script) if action.script else None
        text = paragraphs(
            wording.title().bold(),
            lines(wording.to(), words.say("Number: {phone}", phone=phone(action.phone or ""))),
            wording.office_hours(self._clock.now()),
            untranslated(words, script) if script else None,
            words.say("What you could say:"),
            as_written(script).quote() if script else None,
            words.say("How did it go?"),
        )
        outcomes = [
            button(words.label(OUTCOMES[outcome]), DoAction(action_id=action.id, source=source, outcome=outcome))
            for outcome in CallOutcome
        ]
        return text, keyboard(words, *outcomes, button(words.label("Back"), OpenAction(action_id=action.id, source=source)))

    def own_lines(self, words: Words, action: ActionView, source: str | None) -> Screen:
        text = paragraphs(
            self.wording(words, action).title().bold(),
            words.say(
                "Letters with a line in one’s own words are read more closely. Send me one or two sentences: why does it matter "
                "to you? They go into the letter and are not kept here."
            ),
        )
        return text, keyboard(
            words,
            button(words.label("Without a line of my own"), GetLetter(action_id=action.id, source=source)),
            button(words.label("Back"), OpenAction(action_id=action.id, source=source)),
        )

    def letter(self, words: Words, action: ActionView, letter: Letter, address: str | None, source: str | None) -> Screen:
        """`address` is the page of ours that takes it to a mail app, where there is one."""
        written_in = words.say("The letter is in {language}.", language=language_name(words, letter.locale))
        text = paragraphs(
            lines(
                words.say("To: {target}", target=identifier(letter.to)),
                words.say("Subject: {subject}", subject=identifier(letter.subject)),
            ),
            written_in.italic() if letter.locale != words.reader.locale else None,
            _as_sent(letter).quote(),
            self._how_to_send(words, letter, address),
        )
        return text, keyboard(
            words,
            Button(words.label("Open in my mail app"), url=address) if address else None,
            Button(words.label("Copy the address"), copy=letter.to),
            Button(words.label("Copy the subject"), copy=letter.subject),
            Button(words.label("Copy the letter"), copy=letter.body) if can_be_copied(letter.body) else None,
            # Translators: a button: somebody says that they did what was asked for.
            button(words.label("I did it"), DoAction(action_id=action.id, source=source)),
            button(words.label("Back"), OpenAction(action_id=action.id, source=source)),
        )

    def _how_to_send(self, words: Words, letter: Letter, address: str | None) -> Text | None:
        if address is None:
            return words.say("Copy it into your mail app and send it; then tap “I did it”.")
        if letter.mailto is None:
            return words.say(
                "This letter is longer than a mail app takes from a button: the button fills in the address and the subject, and "
                "you paste the letter yourself."
            )
        return words.say("The button fills it into your mail app. Send it from there; then tap “I did it”.")

    def _offer(self, words: Words, following: ActionView | None) -> Text | None:
        if following is None:
            return words.say("There is nothing else to do at the moment.")
        # Translators: above the title of another action.
        return lines(words.say("What you could do next:"), self.wording(words, following).title().bold())

    def _way(self, words: Words, action: ActionView, source: str | None) -> Button | None:
        """What leads to doing it."""
        match action.kind:
            case ActionKind.EMAIL:
                return button(words.label("Write the letter"), WriteLetter(action_id=action.id, source=source))
            case ActionKind.CALL:
                return button(words.label("To the call"), MakeCall(action_id=action.id, source=source))
            case ActionKind.SHARE:
                return button(words.label("Share"), _sharing(action, source))
            case ActionKind.ATTEND if action.event_id is not None:
                return button(words.label("Open the event"), OpenEvent(event_id=action.event_id, below=True))
            case ActionKind.DONATE | ActionKind.VISIT if action.url is not None:
                donates = action.kind is ActionKind.DONATE
                label = words.label("Donate on the web site") if donates else words.label("Open the page")
                return Button(label, url=with_source(action, source))
        return None

    def _campaign(self, words: Words, action: ActionView) -> Button | None:
        label = self.wording(words, action).campaign()
        return button(label, OpenCampaign(campaign_id=action.campaign_id)) if label and action.campaign_id else None

    def _done(self, words: Words, card: ActionCard, source: str | None, *, is_open: bool) -> Button | None:
        if card.done:
            return button(words.label("I did not do it after all"), UndoAction(action_id=card.action.id, source=source))
        if not is_open or card.action.kind is ActionKind.CALL:
            return None
        return button(words.label("I did it"), DoAction(action_id=card.action.id, source=source))


def _sharing(action: ActionView, source: str | None) -> CallbackData:
    """What the action is about, else the action itself."""
    about = (("petition", action.petition_id), ("event", action.event_id), ("case", action.case_id))
    kind, id_ = next(((kind, id_) for kind, id_ in about if id_ is not None), ("action", action.id))
    return Share(kind=kind, id=id_, source=source)


def _as_sent(letter: Letter) -> Text:
    """Each paragraph as it begins: somebody's own may be in another language than the letter around it."""
    return paragraphs(*(as_written(Chosen(part, _direction_of(part, letter.locale))) for part in letter.body.split("\n\n")))


def _direction_of(paragraph: str, locale: str) -> str:
    """A language that is written in its direction."""
    first = next(filter(str.isalpha, paragraph), "")
    if not first or has_rtl(first) == is_rtl(locale):
        return locale
    return "ar" if has_rtl(first) else "en"


def can_be_copied(text: str) -> bool:
    return utf16_length(text) <= COPY_LIMIT


def with_source(action: ActionView, source: str | None) -> str:
    """The address says where people come from, as web sites' statistics know it; nothing about who they are."""
    parts = urlsplit(action.url or "")
    present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    told = {"utm_source": "telegram", "utm_campaign": action.slug, **({"utm_content": source} if source else {})}
    added = urlencode({name: said for name, said in told.items() if name not in present})
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added)))))
