"""What a chat shows to its person, as JSON for tests and for the chat page."""

from typing import TYPE_CHECKING

from bot.standin.profile import shown
from bot.standin.world import Message, Person

if TYPE_CHECKING:
    from bot.standin.state import StandIn

Json = dict[str, object]


def person_view(standin: "StandIn", person: Person) -> Json:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "username": person.username,
        "language_code": person.language_code,
        "started": person.started,
        "blocked": person.blocked,
        "deactivated": person.deactivated,
        "version": standin.version(person),
    }


def chat_view(standin: "StandIn", person: Person, last: int = 0) -> Json:
    """`last` messages only, if that is not 0: a page need not show a whole rehearsal."""
    profile, language = standin.profile, person.language_code
    return {
        "version": standin.version(person),
        "person": person_view(standin, person),
        "messages": [message_view(message) for message in list(person.messages.values())[-last:]],
        "answers": [
            {"callback_id": answer.callback_id, "text": answer.text, "show_alert": answer.show_alert} for answer in person.answers
        ],
        "menu_button": profile.menu_button(person.id),
        "commands": [command.to_dict() for command in profile.shown_commands(person.id, language)],
        "bot_name": profile.shown_name(language),
        "bot_username": profile.username,
        "description": shown(profile.descriptions, language),
        "short_description": shown(profile.short_descriptions, language),
    }


def message_view(message: Message) -> Json:
    return {
        "message_id": message.message_id,
        "from": "bot" if message.from_bot else "person",
        "kind": message.kind,
        "text": message.markup.text,
        "html": message.markup.html,
        "entities": message.markup.json,
        "buttons": [[button.to_dict() for button in row] for row in message.keyboard.buttons],
        "keyboard": message.keyboard.kind,
        "date": message.date,
        "edit_date": message.edit_date,
        "silent": message.silent,
        "reply_to": message.reply_to,
        "file": message.file and {"file_id": message.file.file_id, "name": message.file.name, "size": len(message.file.content)},
    }
