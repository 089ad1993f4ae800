"""Reading the parameters of a call: query string, JSON, form or multipart, as the Bot API takes them."""

import json
from urllib.parse import unquote

from aiohttp import BodyPartReader, MultipartReader, web

from bot.standin.files import LARGEST_UPLOAD, Upload
from bot.standin.refusals import Refusal, bad_request

Parameters = dict[str, object]


async def read_parameters(request: web.Request) -> Parameters:
    """Raises Refusal when the body is not what its type says."""
    given: Parameters = dict(request.query) if request.query_string else {}
    if not request.can_read_body:
        return given
    match request.content_type:
        case "application/json":
            given.update(_json(await request.read()))
        case "application/x-www-form-urlencoded":
            given.update({name: value for name, value in (await request.post()).items() if isinstance(value, str)})
        case "multipart/form-data":
            given.update(await _multipart(request))
        case _:
            raise bad_request(f"unsupported Content-Type {request.content_type}")
    return given


def _json(body: bytes) -> Parameters:
    try:
        found: object = json.loads(body) if body else {}
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(found, dict):
        raise bad_request("can't parse JSON object")
    return found


async def _multipart(request: web.Request) -> Parameters:
    """A value "attach://name" stands for the file in the part of that name."""
    values: dict[str, str] = {}
    uploads: dict[str, Upload] = {}
    async for part in await _parts(request):
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        content = bytes(await part.read(decode=True))
        if part.filename is not None:
            uploads[part.name] = Upload(unquote(part.filename), part.headers.get("Content-Type", _OCTETS), content)
        else:
            values[part.name] = content.decode("utf-8", "replace")
    attached = {name.removeprefix("attach://") for name in values.values() if name.startswith("attach://")}
    read: Parameters = {name: _attached(value, uploads) for name, value in values.items()}
    read.update({name: upload for name, upload in uploads.items() if name not in attached})
    return read


async def _parts(request: web.Request) -> MultipartReader:
    if (request.content_length or 0) > LARGEST_UPLOAD + 1024 * 1024:
        raise Refusal(413, "Request Entity Too Large")
    return await request.multipart()


def _attached(value: str, uploads: dict[str, Upload]) -> object:
    return uploads.get(value.removeprefix("attach://"), value) if value.startswith("attach://") else value


_OCTETS = "application/octet-stream"
