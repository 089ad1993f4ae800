"""The buttons below an event, the same whether the conversation shows it or a message that was sent is put right."""

from typing import Protocol

from bot.events.views import OVER, EventCard, EventView
from bot.events.wording import ANSWERS
from bot.language import Text, Words
from bot.language.keyboard import Button, Keyboard, keyboard
from bot.supporters.answers import Answer


class EventActions(Protocol):
    """What the buttons carry. The conversation, which handles them, says so. `below`: what they lead to is a new message."""

    def open_event(self, event_id: int) -> str: ...

    def open_case(self, case_id: int) -> str: ...

    def answer(self, event_id: int, answer: Answer, *, below: bool = False) -> str: ...

    def reminders(self, event_id: int) -> str: ...

    def way(self, event_id: int, *, below: bool = False) -> str: ...

    def calendar(self, event_id: int) -> str: ...

    def share(self, event_id: int) -> str: ...


class EventButtons:
    """`is_over` says that nobody can come any more."""

    def __init__(self, words: Words, event: EventView, actions: EventActions, *, is_over: bool = False) -> None:
        self._words = words
        self._event = event
        self._actions = actions
        self._is_over = is_over
        self._open = event.is_going_ahead and not is_over

    def card(self, card: EventCard) -> Keyboard:
        said = card.answer
        if not self._open:
            return keyboard(self._words, *self._while_closed(card, said), self._case())
        words, event, actions = self._words, self._event, self._actions
        return keyboard(
            words,
            (self._come(card.free, said), self._online(said)),
            (self._informed(card, said), self._decline(said)),
            Button(words.label("Remind me"), data=actions.reminders(event.id)),
            (Button(words.label("Add to calendar"), data=actions.calendar(event.id)), self._way()),
            Button(words.label("Share"), data=actions.share(event.id)),
            self._case(),
        )

    def told(self, *, about_coming: bool = True) -> Keyboard:
        """Below a message about the event that was sent: what it leads to opens below it."""
        way, decline = (self._way(below=True), self._decline(below=True)) if self._open and about_coming else (None, None)
        opens = Button(self._words.label("Details"), data=self._actions.open_event(self._event.id))
        return keyboard(self._words, (opens, way), decline, self._case())

    def asking(self) -> Keyboard:
        """Below a reminder that comes in time to decide."""
        return keyboard(
            self._words,
            (self._come(None, None, below=True), self._online(None, below=True)),
            self._decline(below=True),
            Button(self._words.label("Details"), data=self._actions.open_event(self._event.id)),
            self._case(),
        )

    def _while_closed(self, card: EventCard, said: Answer | None) -> tuple[Button | None, ...]:
        """Without a date, or cancelled: whoever wants to can still hear of it."""
        if self._event.status in OVER or self._is_over:
            return ()
        return (None if card.is_concerned else self._inform_me(), self._decline(said) if card.is_concerned or said else None)

    def _come(self, free: int | None, said: Answer | None, *, below: bool = False) -> Button | None:
        if self._event.url and not self._event.venue:
            return None
        if said is Answer.WAITING:
            return self._answer(Answer.WAITING, self._words.say(ANSWERS[Answer.WAITING]), said, below=below)
        if free == 0 and said is not Answer.COMING:
            return self._answer(Answer.WAITING, self._words.say("Join the waiting list"), said, below=below)
        return self._answer(Answer.COMING, self._words.say(ANSWERS[Answer.COMING]), said, below=below)

    def _online(self, said: Answer | None, *, below: bool = False) -> Button | None:
        if not self._event.url:
            return None
        return self._answer(Answer.ONLINE, self._words.say(ANSWERS[Answer.ONLINE]), said, below=below)

    def _informed(self, card: EventCard, said: Answer | None) -> Button | None:
        return None if said or card.follows_case else self._inform_me()

    def _inform_me(self) -> Button:
        return self._answer(Answer.FOLLOWING, self._words.say(ANSWERS[Answer.FOLLOWING]), None)

    def _decline(self, said: Answer | None = None, *, below: bool = False) -> Button:
        return self._answer(Answer.DECLINED, self._words.say(ANSWERS[Answer.DECLINED]), said, below=below)

    def _answer(self, answer: Answer, shown: Text, said: Answer | None, *, below: bool = False) -> Button:
        label = self._words.label("✓ {kind}", kind=shown) if said is answer else self._words.label_of(shown)
        return Button(label, data=self._actions.answer(self._event.id, answer, below=below))

    def _way(self, *, below: bool = False) -> Button | None:
        event = self._event
        if not (event.map or event.venue or event.arrive or event.bring or event.access or event.phones):
            return None
        return Button(self._words.label("How to get there"), data=self._actions.way(event.id, below=below))

    def _case(self) -> Button | None:
        case_id = self._event.case_id
        return None if case_id is None else Button(self._words.label("Open the case"), data=self._actions.open_case(case_id))
