"""Sending a file, by upload or by the file_id of one sent before, and fetching it."""

from dataclasses import dataclass
from typing import Annotated

from bot.standin import markup
from bot.standin.files import LARGEST_DOWNLOAD, StoredFile, Upload
from bot.standin.methods.base import Methods
from bot.standin.methods.messages import LONGEST_CAPTION, Sending, editable, edited, ensure_dates
from bot.standin.parameters import ChatId, Entities, Ignored, Markup, Reads, Required, Unmodelled, read_upload
from bot.standin.refusals import bad_request
from bot.standin.state import StandIn

NO_DOCUMENT = "there is no document in the request"
WRONG_FILE = "wrong file identifier/HTTP URL specified"


@dataclass(slots=True, kw_only=True)
class SendDocument(Sending):
    document: Annotated[Upload | str, Reads(read_upload), Required(NO_DOCUMENT)]
    thumbnail: Ignored = None
    caption: str = ""
    caption_entities: Entities = ()
    disable_content_type_detection: bool = False

    async def answer(self, standin: StandIn) -> object:
        caption = read_caption(standin, self.caption, self.parse_mode, self.caption_entities)
        person = standin.reachable(self.chat_id)
        file = stored(standin, self.document)
        message = self.sent(standin, person, caption)
        message.kind, message.file = "document", file
        return standin.json_of(standin.add(person, message), person)


@dataclass(slots=True)
class EditMessageCaption:
    business_connection_id: Unmodelled = None
    chat_id: ChatId = 0
    message_id: int = 0
    inline_message_id: Unmodelled = None
    caption: str = ""
    parse_mode: str = ""
    caption_entities: Entities = ()
    show_caption_above_media: bool = False
    reply_markup: Markup = None

    async def answer(self, standin: StandIn) -> object:
        person, message = editable(standin, self.chat_id, self.message_id)
        if message.kind == "text":
            raise bad_request("there is no caption in the message to edit")
        caption = read_caption(standin, self.caption, self.parse_mode, self.caption_entities)
        return edited(standin, person, message, caption, self.reply_markup, None)


@dataclass(slots=True)
class GetFile:
    file_id: Annotated[str, Required("file_id not specified")]

    async def answer(self, standin: StandIn) -> object:
        file = standin.files.known(self.file_id)
        if file is None:
            raise bad_request("invalid file_id")
        if len(file.content) > LARGEST_DOWNLOAD:
            raise bad_request("file is too big")
        return {
            "file_id": file.file_id,
            "file_unique_id": file.unique_id,
            "file_size": len(file.content),
            "file_path": file.path,
        }


def read_caption(standin: StandIn, source: str, parse_mode: str, entities: Entities) -> markup.Markup:
    caption = markup.within(markup.read(source, parse_mode, entities), LONGEST_CAPTION, "message caption is too long")
    ensure_dates(standin, caption)
    return caption


def stored(standin: StandIn, document: Upload | str) -> StoredFile:
    if isinstance(document, Upload):
        return standin.files.keep(not_empty(document))
    file = sent_before(standin, document)
    if file.size:
        raise bad_request("can't use file of type Photo as Document")
    return file


def not_empty(upload: Upload) -> Upload:
    if not upload.content:
        raise bad_request("file must be non-empty")
    return upload


def sent_before(standin: StandIn, file_id: str) -> StoredFile:
    file = standin.files.known(file_id)
    if file is None:
        raise bad_request(WRONG_FILE)
    return file


METHODS: Methods = {"sendDocument": SendDocument, "editMessageCaption": EditMessageCaption, "getFile": GetFile}
