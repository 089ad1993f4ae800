"""Answering a tap, and showing that the bot is busy."""

from dataclasses import dataclass
from typing import Annotated

from bot.standin.methods.base import Methods
from bot.standin.parameters import ChatId, Required, Unmodelled
from bot.standin.refusals import bad_request
from bot.standin.state import StandIn
from bot.standin.text import units
from bot.standin.world import Answer

LONGEST_ANSWER = 200
ANSWERABLE_SECONDS = 150.0
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ACTIONS = frozenset(
    {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document"}
    | {"choose_sticker", "find_location", "record_video_note", "upload_video_note"}
)


@dataclass(slots=True)
class AnswerCallbackQuery:
    callback_query_id: Annotated[str, Required(TOO_OLD)]
    text: str = ""
    show_alert: bool = False
    url: str = ""
    cache_time: int = 0

    async def answer(self, standin: StandIn) -> object:
        tap = standin.world.taps.get(self.callback_query_id)
        if tap is None or tap.answered or standin.clock.monotonic() - tap.at > ANSWERABLE_SECONDS:
            raise bad_request(TOO_OLD)
        if units(self.text) > LONGEST_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        if self.url:
            raise bad_request("URL_INVALID")
        tap.answered = True
        person = standin.world.people[tap.person]
        person.answers.append(Answer(tap.callback_id, self.text, self.show_alert))
        standin.changed(person)
        return True


@dataclass(slots=True)
class SendChatAction:
    chat_id: ChatId
    action: Annotated[str, Required("wrong parameter action in request")]
    business_connection_id: Unmodelled = None
    message_thread_id: Unmodelled = None

    async def answer(self, standin: StandIn) -> object:
        standin.reachable(self.chat_id)
        if self.action not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        return True


METHODS: Methods = {"answerCallbackQuery": AnswerCallbackQuery, "sendChatAction": SendChatAction}
