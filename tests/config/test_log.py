"""What is logged, by the bot and by the libraries it uses."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import log


@pytest.fixture
def as_it_was() -> Iterator[None]:
    """Logging is the process's: put back what other tests rely on."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    before = structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


@pytest.mark.usefixtures("as_it_was")
def test_json_is_one_object_a_line_whoever_says_it(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", "json")
    structlog.get_logger().info("bot.ready", mode="polling")
    library = logging.getLogger("psycopg.pool")
    library.warning("error connecting in %r: %s", "pool-1", "refused\n\tIs it running?")
    try:
        raise RuntimeError("POST /bot123456:ABCDEFGH/sendMessage")
    except RuntimeError:
        library.exception("failed at 123456:ABCDEFGH")
    ours, warning, failure = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["mode"], ours["level"]) == ("bot.ready", "polling", "info")
    assert warning["event"] == "error connecting in 'pool-1': refused\n\tIs it running?"
    assert (warning["logger"], warning["level"]) == ("psycopg.pool", "warning")
    assert failure["event"] == "failed at [token]"
    assert "POST /bot[token]/sendMessage" in failure["exception"]
    assert all("timestamp" in line for line in (ours, warning, failure))


@pytest.mark.usefixtures("as_it_was")
@pytest.mark.parametrize("style", ["console", "json"])
def test_of_the_libraries_only_what_is_wrong_and_never_a_token(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info", style)
    logging.getLogger("aiohttp").info("chatter")
    logging.getLogger("aiohttp").warning("no answer from /bot123456:ABCDEFGH/getMe")
    said = capsys.readouterr().err
    assert "no answer from /bot[token]/getMe" in said
    assert "ABCDEFGH" not in said
    assert "chatter" not in said
