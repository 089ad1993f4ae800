"""Sending a photo, by upload or by the file_id of one sent before."""

import io
from dataclasses import dataclass
from typing import Annotated

from PIL import Image

from bot.standin.files import StoredFile, Upload
from bot.standin.methods.base import Methods
from bot.standin.methods.documents import not_empty, read_caption, sent_before
from bot.standin.methods.messages import Sending
from bot.standin.parameters import Entities, Reads, Required, Unmodelled, read_upload
from bot.standin.refusals import bad_request
from bot.standin.state import StandIn

LARGEST = 10 * 1024 * 1024
LONGEST_SIDES = 10_000
"""Width and height together."""
LONGEST_RATIO = 20


@dataclass(slots=True, kw_only=True)
class SendPhoto(Sending):
    photo: Annotated[Upload | str, Reads(read_upload), Required("there is no photo in the request")]
    caption: str = ""
    caption_entities: Entities = ()
    show_caption_above_media: bool = False
    has_spoiler: Unmodelled = None

    async def answer(self, standin: StandIn) -> object:
        caption = read_caption(standin, self.caption, self.parse_mode, self.caption_entities)
        person = standin.reachable(self.chat_id)
        file = stored(standin, self.photo)
        message = self.sent(standin, person, caption)
        message.kind, message.file = "photo", file
        return standin.json_of(standin.add(person, message), person)


def stored(standin: StandIn, photo: Upload | str) -> StoredFile:
    if isinstance(photo, Upload):
        return standin.files.keep(photo, size_of(not_empty(photo)))
    file = sent_before(standin, photo)
    if file.size is None:
        raise bad_request("can't use file of type Document as Photo")
    return file


def size_of(upload: Upload) -> tuple[int, int]:
    """Its width and height. Raises Refusal for what Telegram takes for no photo."""
    if len(upload.content) > LARGEST:
        raise bad_request("file is too big")
    try:
        with Image.open(io.BytesIO(upload.content)) as image:
            image.load()
            width, height = image.size
    except (OSError, SyntaxError, Image.DecompressionBombError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if width + height > LONGEST_SIDES or max(width, height) > LONGEST_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


METHODS: Methods = {"sendPhoto": SendPhoto}
