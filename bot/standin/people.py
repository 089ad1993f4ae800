"""What people do: send, tap, edit, block. Each becomes an update for the bot, in its own ordered queue."""

from typing import TYPE_CHECKING, NamedTuple

from bot.errors import NidaError
from bot.standin import shapes
from bot.standin.markup import Markup, read_person, within
from bot.standin.refusals import Refusal
from bot.standin.world import KINDS, InlineQuery, InlineResult, Message, Person, Tap

if TYPE_CHECKING:
    from telegram import InlineKeyboardButton

    from bot.standin.state import StandIn


LONGEST_QUERY = 256


class Sent(NamedTuple):
    message_id: int
    update_id: int | None


class Pressed(NamedTuple):
    callback_id: str
    update_id: int | None


class Asked(NamedTuple):
    query_id: str
    update_id: int | None


def send(standin: "StandIn", person: Person, text: str, kind: str = "text") -> Sent:
    """Raises NidaError when the person could not send that with the app."""
    if person.blocked:
        raise NidaError("This person has blocked the bot: unblock it first.")
    if kind not in KINDS:
        raise NidaError(f"A person can send {', '.join(KINDS)}, not {kind}.")
    markup = _read(text, 4096 if kind == "text" else 1024)
    if kind == "text" and not markup.text:
        raise NidaError("A message needs a text.")
    person.started = True
    message = Message(standin.world.next_message(), False, standin.now(), markup, kind)
    standin.add(person, message)
    return Sent(message.message_id, _tell(standin, "message", person, message))


def start(standin: "StandIn", person: Person, payload: str | None = None) -> Sent:
    """The START button: unblocks if need be, then sends the command."""
    unblock(standin, person)
    return send(standin, person, f"/start {payload}" if payload else "/start")


def edit(standin: "StandIn", person: Person, message_id: int, text: str) -> Sent:
    message = person.messages.get(message_id)
    if message is None or message.from_bot:
        raise NidaError(f"Message {message_id} is not one that this person sent.")
    message.markup = _read(text, 4096)
    message.edit_date = standin.now()
    standin.changed(person)
    return Sent(message_id, _tell(standin, "edited_message", person, message))


def press(
    standin: "StandIn", person: Person, message_id: int, *, data: str | None, label: str | None, forge: bool = False
) -> Pressed:
    """Press the button with that data, or with that label. A forged press has data that no button has."""
    message = person.messages.get(message_id)
    if message is None:
        raise NidaError(f"This person sees no message {message_id}.")
    chosen = data if forge and data is not None else _button_data(message, data, label)
    tap = Tap(standin.world.next_tap(), person.id, standin.clock.monotonic())
    standin.world.taps[tap.callback_id] = tap
    shown = shapes.message(message, person, standin.profile)
    query = shapes.wire(shapes.callback_query(tap.callback_id, person, shown, chosen))
    return Pressed(tap.callback_id, standin.updates.put("callback_query", f"user {person.id}", query))


def ask_inline(standin: "StandIn", person: Person, words: str, offset: str = "") -> Asked:
    """Type words behind the bot's name, in the chat with the bot itself; it may be that the bot was never started."""
    if len(words) > LONGEST_QUERY:
        raise NidaError(f"The app sends no more than {LONGEST_QUERY} characters to a bot inline.")
    asked = InlineQuery(standin.world.next_tap(), person.id, words, offset, standin.clock.monotonic())
    standin.world.queries[asked.query_id] = person.asks = asked
    query = shapes.wire(shapes.inline_query(asked, person))
    return Asked(asked.query_id, standin.updates.put("inline_query", f"inline {person.id}", query))


def choose_result(standin: "StandIn", person: Person, query_id: str, result_id: str) -> Sent:
    """Send one of the results the bot gave: the bot is told which, and sees the message."""
    asked = standin.world.queries.get(query_id)
    result = next((each for each in asked.results if each.id == result_id), None) if asked else None
    if asked is None or result is None or asked.person != person.id:
        raise NidaError(f"The bot has not offered this person {result_id} for the query {query_id}.")
    person.asks = None
    message = _offered(standin, result)
    standin.add(person, message)
    chosen = shapes.wire(shapes.chosen_result(result.id, asked, person))
    standin.updates.put("chosen_inline_result", f"inline {person.id}", chosen)
    return Sent(message.message_id, _tell(standin, "message", person, message))


def _offered(standin: "StandIn", result: InlineResult) -> Message:
    return Message(
        standin.world.next_message(),
        False,
        standin.now(),
        result.markup,
        keyboard=result.keyboard,
        preview=result.preview,
        via_bot=True,
    )


def block(standin: "StandIn", person: Person) -> int | None:
    return _membership(standin, person, blocked=True)


def unblock(standin: "StandIn", person: Person) -> int | None:
    return _membership(standin, person, blocked=False)


def _membership(standin: "StandIn", person: Person, *, blocked: bool) -> int | None:
    if person.blocked == blocked:
        return None
    person.blocked = blocked
    standin.changed(person)
    update = shapes.wire(shapes.membership(person, standin.profile, standin.clock.now(), blocked=blocked))
    return standin.updates.put("my_chat_member", f"member {person.id}", update)


def _tell(standin: "StandIn", kind: str, person: Person, message: Message) -> int | None:
    json = shapes.wire(shapes.message(message, person, standin.profile))
    return standin.updates.put(kind, f"chat {person.id}", json)


def _read(text: str, most: int) -> Markup:
    try:
        return within(read_person(text), most, "message is too long")
    except Refusal:
        raise NidaError(f"The app lets nobody send more than {most} characters.") from None


def _button_data(message: Message, data: str | None, label: str | None) -> str:
    button = _button(message, data, label)
    if button is None:
        shown = [button.text for row in message.keyboard.buttons for button in row]
        raise NidaError(f"Message {message.message_id} has no such button; it has {shown}.")
    if not isinstance(button.callback_data, str):
        raise NidaError(f"The button “{button.text}” sends nothing to the bot.")
    return button.callback_data


def _button(message: Message, data: str | None, label: str | None) -> "InlineKeyboardButton | None":
    for row in message.keyboard.buttons:
        for button in row:
            if button.callback_data == data if data is not None else button.text == label:
                return button
    return None
