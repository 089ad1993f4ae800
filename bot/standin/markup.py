"""From the text a method was given to the text a chat shows: tags read, marks stripped, entities found, sizes kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache

from telegram import Chat, Message, MessageEntity

from bot.standin.detect import detect
from bot.standin.refusals import bad_request
from bot.standin.tags import Span, parse
from bot.standin.text import Cleaned, clean, is_empty, units

LONGEST_RAW = 32_768
_EPOCH = datetime.fromtimestamp(0, UTC)
_NO_CHAT = Chat(0, "private")
_UNBROKEN = frozenset({"code", "pre"})
_YIELDING = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})


@dataclass(frozen=True, eq=False)
class Markup:
    """A text with its entities. The entities are python-telegram-bot's; their JSON is made once and shared.

    Compare with `same_as`: those types hold two links at one place for equal, wherever they lead.
    """

    text: str
    entities: tuple[MessageEntity, ...]

    @cached_property
    def json(self) -> list[dict[str, object]]:
        return [entity.to_dict() for entity in self.entities]

    @cached_property
    def html(self) -> str:
        """The text with Telegram's tags, as python-telegram-bot writes it."""
        return Message(0, _EPOCH, _NO_CHAT, text=self.text, entities=self.entities).text_html if self.text else ""

    def same_as(self, other: "Markup") -> bool:
        return self is other or (self.text == other.text and self.json == other.json)

    @cached_property
    def dates(self) -> tuple[datetime, ...]:
        return tuple(entity.unix_time for entity in self.entities if entity.unix_time)


NOTHING = Markup("", ())


def read(source: str, parse_mode: str = "", given: tuple[MessageEntity, ...] = ()) -> Markup:
    """Raises Refusal for an unknown parse mode or tags that do not balance. An empty result is the caller's to refuse."""
    return _read(source, parse_mode, given) if given else _read_again(source, parse_mode)


@lru_cache(maxsize=2048)
def _read_again(source: str, parse_mode: str) -> Markup:
    """A broadcast sends one text many times, and reading it is what a send costs most."""
    return _read(source, parse_mode, ())


def _read(source: str, parse_mode: str, given: tuple[MessageEntity, ...]) -> Markup:
    if len(source.encode("utf-8", "surrogatepass")) > LONGEST_RAW:
        raise bad_request("message is too long")
    text, spans = _tags(source, parse_mode, given)
    cleaned = clean(text)
    if is_empty(cleaned.text):
        return NOTHING
    kept = _around_code(_moved(cleaned, spans))
    found = [*kept, *detect(cleaned.text, kept)]
    return Markup(cleaned.text, tuple(_entity(span) for span in sorted(found, key=_order)))


def read_person(source: str) -> Markup:
    """What a person typed: no tags, but the entities Telegram detects."""
    return read(source)


def within(markup: Markup, most: int, complaint: str) -> Markup:
    if units(markup.text) > most:
        raise bad_request(complaint)
    return markup


def _tags(source: str, parse_mode: str, given: tuple[MessageEntity, ...]) -> tuple[str, list[Span]]:
    match parse_mode.lower():
        case "":
            return source, [_span(entity) for entity in given]
        case "html":
            return parse(source)
        case _:
            raise bad_request("unsupported parse_mode")


def _moved(cleaned: Cleaned, spans: Iterable[Span]) -> list[Span]:
    moved = []
    for span in spans:
        start, end = cleaned.moved(span.offset), cleaned.moved(span.offset + span.length)
        if end > start:
            moved.append(Span(span.kind, start, end - start, span.argument, span.extra))
    return moved


def _around_code(spans: list[Span]) -> list[Span]:
    """Code and preformatted text hold no other entity: bold around them is broken up, anything inside them is lost."""
    walls = [span for span in spans if span.kind in _UNBROKEN]
    kept: list[Span] = []
    for span in spans:
        if span.kind in _YIELDING:
            kept.extend(_gaps(span, walls))
        elif span.kind in _UNBROKEN or not any(_inside(span, wall) for wall in walls):
            kept.append(span)
    return kept


def _gaps(span: Span, walls: list[Span]) -> Iterable[Span]:
    place, end = span.offset, span.offset + span.length
    for wall in sorted(walls, key=lambda wall: wall.offset):
        if wall.offset < end and wall.offset + wall.length > place:
            if wall.offset > place:
                yield Span(span.kind, place, wall.offset - place)
            place = wall.offset + wall.length
    if place < end:
        yield Span(span.kind, place, end - place)


def _inside(span: Span, wall: Span) -> bool:
    return wall.offset <= span.offset and span.offset + span.length <= wall.offset + wall.length


def _order(span: Span) -> tuple[int, int, bool]:
    return span.offset, -span.length, span.kind in _UNBROKEN


def _entity(span: Span) -> MessageEntity:
    match span.kind:
        case "text_link":
            return MessageEntity("text_link", span.offset, span.length, url=span.argument)
        case "pre":
            return MessageEntity("pre", span.offset, span.length, language=span.argument or None)
        case "custom_emoji":
            return MessageEntity("custom_emoji", span.offset, span.length, custom_emoji_id=span.argument)
        case "date_time":
            moment = datetime.fromtimestamp(int(span.argument), UTC)
            form = span.extra or None
            return MessageEntity("date_time", span.offset, span.length, unix_time=moment, date_time_format=form)
        case "blockquote" if span.argument:
            return MessageEntity("expandable_blockquote", span.offset, span.length)
        case kind:
            return MessageEntity(kind, span.offset, span.length)


def _span(entity: MessageEntity) -> Span:
    argument = entity.url or entity.language or entity.custom_emoji_id or ""
    kind: str = entity.type
    if entity.unix_time:
        argument = str(int(entity.unix_time.timestamp()))
    if kind == "expandable_blockquote":
        kind, argument = "blockquote", "expandable"
    return Span(str(kind), entity.offset, entity.length, argument, entity.date_time_format or "")
