"""Log events: stable names and fields, never an id, a name or a text of a person, and never the token."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

_TOKEN = re.compile(r"(?<!\d)\d{3,12}:[A-Za-z0-9_-]{5,}")  # in an address it stands right behind "bot"
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def redact(text: str) -> str:
    """Blot out anything that looks like a bot token: libraries put it into addresses, and those into messages."""
    return _TOKEN.sub("[token]", text)


def _redact_fields(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def configure(level: str, style: str) -> None:
    """Set up logging for the process; `style` is console or json. Everything goes to standard error."""
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    stamped: list[Processor] = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    shown: list[Processor] = [structlog.processors.format_exc_info, _redact_fields, renderer]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *stamped, *shown],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *stamped],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
        )
    )
    # The libraries' own lines name update ids and addresses: only what is wrong is of use, and none of their chatter.
    logging.basicConfig(level=max(_LEVELS[level], logging.WARNING), handlers=[handler], force=True)
