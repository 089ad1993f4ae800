"""python -m bot.standin: the stand-in alone."""

import argparse
import asyncio
import contextlib
import sys
from typing import NamedTuple

from bot.errors import NidaError
from bot.standin import Limits, StandIn, running


class Options(NamedTuple):
    host: str
    port: int
    token: str
    username: str
    name: str
    unlimited: bool


def main() -> int:
    options = _options()
    limits = Limits(None, None, edits_per_minute=None) if options.unlimited else None
    try:
        standin = StandIn(options.token, options.username, name=options.name, limits=limits)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(standin, options))
    except NidaError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command's output
        return error.exit_status
    return 0


async def _serve(standin: StandIn, options: Options) -> None:
    async with running(standin, options.host, options.port) as url:
        print(f"Chat page: {url}/\nBot API:   {url}/bot{options.token}/", flush=True)  # noqa: T201 - likewise
        await asyncio.Event().wait()


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m bot.standin", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default="123456:standin")
    parser.add_argument("--username", default="NidaDemoBot")
    parser.add_argument("--name", default="Nida")
    parser.add_argument("--unlimited", action="store_true", help="no 429 for sending fast, as a benchmark needs")
    return Options(**vars(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
