"""What a chat shows to its person, as JSON for tests and for the chat page."""

from typing import TYPE_CHECKING

from bot.standin.files import StoredFile
from bot.standin.profile import shown
from bot.standin.world import InlineQuery, Message, Person

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
        "inline": inline_view(person.asks) if person.asks and person.asks.answered else None,
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
        "via_bot": message.via_bot,
        "file": message.file and file_view(message.file),
    }


def file_view(file: StoredFile) -> Json:
    width, height = file.size or (None, None)
    return {"file_id": file.file_id, "name": file.name, "size": len(file.content), "width": width, "height": height}


def inline_view(asked: InlineQuery) -> Json:
    return {
        "query_id": asked.query_id,
        "query": asked.words,
        "results": [{"id": result.id, "title": result.title, "description": result.description} for result in asked.results],
        "next_offset": asked.next_offset,
        "button": asked.button,
    }
