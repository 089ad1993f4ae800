"""Control over HTTP: act as a person, look at their chat, order faults. For tests, rehearsals and the chat page."""

import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import wraps
from typing import Final
from urllib.parse import quote

from aiohttp import web
from aiohttp_sse import EventSourceResponse, sse_response

from bot.errors import NidaError
from bot.standin import people
from bot.standin.faults import DONE_FIRST, KINDS, LASTING, Fault
from bot.standin.fields import Fields
from bot.standin.keys import CLOSING, STANDIN
from bot.standin.methods.polling import webhook_info
from bot.standin.state import StandIn
from bot.standin.views import chat_view, person_view
from bot.standin.world import Person

LONGEST_WAIT = 60.0
SHOWN_ON_PAGE = 300
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application) -> None:
    for method, path, handler in ROUTES:
        app.router.add_route(method, f"/control/{path}", _with_sentences(handler))


def _with_sentences(handler: Handler) -> Handler:
    """A NidaError becomes 400 with its sentence."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except NidaError as error:
            return web.json_response({"error": str(error)}, status=400)

    return answer


async def list_people(request: web.Request) -> web.Response:
    standin = request.app[STANDIN]
    limit = int(request.query.get("limit", "1000"))
    shown = list(standin.world.people.values())[:limit]
    return web.json_response([person_view(standin, person) for person in shown])


async def add_people(request: web.Request) -> web.Response:
    """One person, or a list of them."""
    standin = request.app[STANDIN]
    given = await _body(request)
    if isinstance(given, list):
        made = [_put_person(standin, Fields.of(item)) for item in given]
        return web.json_response({"made": len(made)})
    return web.json_response(person_view(standin, _put_person(standin, Fields.of(given))))


def _put_person(standin: StandIn, fields: Fields) -> Person:
    number = fields.number("id")
    person = standin.world.people.get(number)
    if person is None:
        person = standin.world.people[number] = Person(number, fields.text("first_name"))
    for name in ("first_name", "last_name", "username", "language_code"):
        if name in fields:
            setattr(person, name, fields.optional_text(name))
    for name in ("started", "deactivated"):
        if name in fields:
            setattr(person, name, fields.flag(name))
    standin.changed(person)
    return person


async def send(request: web.Request) -> web.Response:
    fields = await _fields(request)
    kind = fields.optional_text("kind") or "text"
    text = fields.text("text") if kind == "text" else fields.optional_text("caption") or ""
    return web.json_response(people.send(request.app[STANDIN], _person(request), text, kind)._asdict())


async def start(request: web.Request) -> web.Response:
    payload = (await _fields(request)).optional_text("payload")
    return web.json_response(people.start(request.app[STANDIN], _person(request), payload)._asdict())


async def press(request: web.Request) -> web.Response:
    fields = await _fields(request)
    pressed = people.press(
        request.app[STANDIN],
        _person(request),
        fields.number("message_id"),
        data=fields.optional_text("data"),
        label=fields.optional_text("text"),
        forge=fields.flag("forge"),
    )
    return web.json_response(pressed._asdict())


async def ask_inline(request: web.Request) -> web.Response:
    fields = await _fields(request)
    words, offset = fields.text("query"), fields.optional_text("offset") or ""
    return web.json_response(people.ask_inline(request.app[STANDIN], _person(request), words, offset)._asdict())


async def choose(request: web.Request) -> web.Response:
    fields = await _fields(request)
    query_id, result_id = fields.text("query_id"), fields.text("result_id")
    return web.json_response(people.choose_result(request.app[STANDIN], _person(request), query_id, result_id)._asdict())


async def edit(request: web.Request) -> web.Response:
    fields = await _fields(request)
    number, text = fields.number("message_id"), fields.text("text")
    return web.json_response(people.edit(request.app[STANDIN], _person(request), number, text)._asdict())


async def block(request: web.Request) -> web.Response:
    return web.json_response({"update_id": people.block(request.app[STANDIN], _person(request))})


async def unblock(request: web.Request) -> web.Response:
    return web.json_response({"update_id": people.unblock(request.app[STANDIN], _person(request))})


async def chat(request: web.Request) -> web.Response:
    """With ?after=<version>, wait until there is something newer, `timeout` seconds at most."""
    standin, person = request.app[STANDIN], _person(request)
    after = int(request.query.get("after", "-1"))
    timeout = min(float(request.query.get("timeout", "0")), LONGEST_WAIT)
    if standin.version(person) <= after and not request.app[CLOSING].is_set():
        await standin.changes.wait(person.id, timeout)
    return web.json_response(chat_view(standin, person), dumps=_dumps)


async def events(request: web.Request) -> web.StreamResponse:
    """Server-sent events: the whole chat at first and whenever it changes."""
    person = _known(request.app[STANDIN], request.query.get("person", ""))
    async with sse_response(request) as stream:
        with contextlib.suppress(ConnectionResetError):
            await _follow(request, stream, person)
    return stream


async def _follow(request: web.Request, stream: EventSourceResponse, person: Person) -> None:
    standin, seen = request.app[STANDIN], -1
    while stream.is_connected() and not request.app[CLOSING].is_set():
        if standin.version(person) == seen:
            await standin.changes.wait(person.id, LONGEST_WAIT)
            continue
        seen = standin.version(person)
        await stream.send(_dumps(chat_view(standin, person, SHOWN_ON_PAGE)), event="chat")


async def file(request: web.Request) -> web.Response:
    stored = request.app[STANDIN].files.known(request.match_info["file_id"])
    if stored is None:
        raise web.HTTPNotFound
    disposition = f"attachment; filename*=UTF-8''{quote(stored.name)}"
    return web.Response(body=stored.content, content_type=stored.mime_type, headers={"Content-Disposition": disposition})


async def queue_update(request: web.Request) -> web.Response:
    update = (await _fields(request)).mapping("update")
    queue = str((await _fields(request)).optional_text("queue") or "raw")
    return web.json_response({"update_id": request.app[STANDIN].updates.put_raw(update, queue)})


async def list_faults(request: web.Request) -> web.Response:
    return web.json_response([fault.as_json() for fault in request.app[STANDIN].faults.listed()])


async def add_fault(request: web.Request) -> web.Response:
    fields = await _fields(request)
    kind = fields.text("kind")
    if kind not in KINDS:
        raise NidaError(f"There is no fault {kind}; there are {', '.join(sorted(KINDS))}.")
    fault = Fault(
        kind,
        fields.optional_text("method"),
        fields.optional_number("person"),
        fields.optional_number("times", None if kind in LASTING else 1),
        fields.seconds("seconds", 3600.0 if kind == "hang" else 1.0),
        fields.optional_number("retry_after", 1) or 1,
        fields.optional_text("description") or "BOT_METHOD_INVALID",
        fields.flag("done", kind in DONE_FIRST),
    )
    request.app[STANDIN].faults.add(fault)
    return web.json_response(fault.as_json())


async def clear_faults(request: web.Request) -> web.Response:
    request.app[STANDIN].faults.clear()
    return web.json_response({})


async def set_limits(request: web.Request) -> web.Response:
    """Names not given keep their value; null is no limit."""
    fields, rates = await _fields(request), request.app[STANDIN].rates
    wanted = replace(rates.limits)
    for name in ("rate", "per_chat", "edits_per_minute"):
        if name in fields:
            setattr(wanted, name, fields.optional_seconds(name))
    wanted.burst = fields.optional_number("burst", wanted.burst) or wanted.burst
    rates.change(wanted)
    return web.json_response({"rate": wanted.rate, "per_chat": wanted.per_chat, "burst": wanted.burst})


async def calls(request: web.Request) -> web.Response:
    return web.json_response(request.app[STANDIN].calls)


async def state(request: web.Request) -> web.Response:
    standin = request.app[STANDIN]
    waiting = [{"update_id": pending.update_id, "kind": pending.kind} for pending in standin.updates.waiting()]
    return web.json_response({"webhook": webhook_info(standin).to_dict(), "pending": waiting})


ROUTES: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", "people", list_people),
    ("POST", "people", add_people),
    ("POST", "people/{id}/send", send),
    ("POST", "people/{id}/start", start),
    ("POST", "people/{id}/press", press),
    ("POST", "people/{id}/inline", ask_inline),
    ("POST", "people/{id}/choose", choose),
    ("POST", "people/{id}/edit", edit),
    ("POST", "people/{id}/block", block),
    ("POST", "people/{id}/unblock", unblock),
    ("GET", "people/{id}/chat", chat),
    ("GET", "events", events),
    ("GET", "files/{file_id}", file),
    ("POST", "updates", queue_update),
    ("GET", "faults", list_faults),
    ("POST", "faults", add_fault),
    ("DELETE", "faults", clear_faults),
    ("POST", "limits", set_limits),
    ("GET", "calls", calls),
    ("GET", "state", state),
)


def _person(request: web.Request) -> Person:
    return _known(request.app[STANDIN], request.match_info["id"])


def _known(standin: StandIn, number: str) -> Person:
    person = standin.world.people.get(int(number)) if number.isdecimal() else None
    if person is None:
        raise NidaError(f"There is no person {number}; make one with POST /control/people.")
    return person


async def _fields(request: web.Request) -> Fields:
    return Fields.of(await _body(request))


async def _body(request: web.Request) -> object:
    try:
        found: object = json.loads(await request.read() or b"{}")
    except ValueError:
        raise NidaError("The body is not JSON.") from None
    return found


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
