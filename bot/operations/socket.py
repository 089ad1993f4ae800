"""Asking the running bot: a unix socket beside the SQLite file, which only the owner of the files can use.

SQLite serves one process. While the bot runs, `nida announce` therefore asks it to do the work instead of opening the file.
"""

import hashlib
import inspect
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast, get_type_hints

import aiohttp
import structlog
from aiohttp import web
from pydantic import TypeAdapter, create_model

from bot.errors import NidaError
from bot.operations.operations import LocalOperations, Operations
from bot.storage.database import sqlite_path

log = structlog.get_logger()

LONGEST_NAME = 100
"""Bytes of a unix socket's name that every system takes."""
VERBS = tuple(name for name, _ in inspect.getmembers(Operations, inspect.iscoroutinefunction))


class _Verb:
    """How one verb's arguments and result travel as JSON: read off its annotations."""

    def __init__(self, name: str) -> None:
        method = getattr(LocalOperations, name)
        hints = get_type_hints(method)
        self.result: TypeAdapter[Any] = TypeAdapter(hints.pop("return"))
        parameters = [parameter for parameter in inspect.signature(method).parameters.values() if parameter.name != "self"]
        self.names = [parameter.name for parameter in parameters]
        fields: dict[str, Any] = {
            each.name: (hints[each.name], ... if each.default is each.empty else each.default) for each in parameters
        }
        self.arguments = create_model(name, **fields)

    def packed(self, values: tuple[Any, ...]) -> bytes:
        given = dict(zip(self.names, values, strict=False))  # what is left out has its default
        packed: str = self.arguments.model_validate(given).model_dump_json()
        return packed.encode()

    def unpacked(self, body: bytes) -> dict[str, Any]:
        arguments = self.arguments.model_validate_json(body)
        return {name: getattr(arguments, name) for name in self.names}


def socket_path(database_url: str) -> Path:
    """Beside the database; where that name would be too long, among the temporary files under a name made of it."""
    database = sqlite_path(database_url)
    beside = database.with_name(database.name + ".socket")
    if len(str(beside).encode()) <= LONGEST_NAME:
        return beside
    short = hashlib.sha256(str(database).encode()).hexdigest()[:24]
    return Path(tempfile.gettempdir()) / f"nida-{short}.socket"


@asynccontextmanager
async def listening(operations: LocalOperations, path: Path) -> AsyncIterator[None]:
    """Answer on the socket while the block runs."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/{verb}", _answering(operations))
    runner = web.AppRunner(app, shutdown_timeout=2)
    await runner.setup()
    path.unlink(missing_ok=True)
    await web.UnixSite(runner, str(path)).start()
    path.chmod(0o600)
    try:
        yield
    finally:
        await runner.cleanup()
        path.unlink(missing_ok=True)


def _answering(operations: LocalOperations) -> Any:
    verbs = {name: _Verb(name) for name in VERBS}

    async def answer(request: web.Request) -> web.Response:
        name = request.match_info["verb"]
        verb = verbs.get(name)
        if verb is None:
            return web.Response(status=404, text="The running bot does not know this verb; is it an older version?")
        try:
            result = await getattr(operations, name)(**verb.unpacked(await request.read()))
        except NidaError as error:
            return web.Response(status=409, text=str(error))
        except Exception as error:  # noqa: BLE001 - its text may hold what is kept about people
            log.error("operations.failed", verb=name, error=type(error).__name__)
            return web.Response(status=500, text=f"The running bot could not do it ({type(error).__name__}); look into its log.")
        return web.Response(body=verb.result.dump_json(result), content_type="application/json")

    return answer


@asynccontextmanager
async def asking(path: Path) -> AsyncIterator[Operations]:
    """The verbs, done by the bot that listens on the socket."""
    async with aiohttp.ClientSession("http://nida", connector=aiohttp.UnixConnector(str(path))) as session:
        yield cast(Operations, _Remote(session))


class _Remote:
    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        if name not in VERBS:
            raise AttributeError(name)
        verb = _Verb(name)

        async def ask(*values: Any) -> Any:
            async with self._session.post(f"/{name}", data=verb.packed(values)) as response:
                body = await response.read()
                if response.status != 200:
                    raise NidaError(body.decode())
                return verb.result.validate_json(body)

        return ask
