"""Writing what is kept as a content file again: applied, it changes nothing."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime

from bot.campaigns.applying import ACTION_TEXTS, CAMPAIGN_TEXTS
from bot.campaigns.views import ActionDraft, CampaignDraft
from bot.cases.views import CaseDraft, UpdateDraft
from bot.content.campaigns import ACTION_FIELDS, CAMPAIGN_FIELDS, as_written
from bot.content.library import Drafts, Library
from bot.content.schema import DRAFT, EXPORTED
from bot.events import offsets
from bot.events.applying import TEXTS
from bot.events.views import EventDraft
from bot.language import Unreviewed, Written
from bot.petitions import applying as of_petitions
from bot.petitions.views import PetitionDraft

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
_NEEDS_ESCAPE = frozenset([*range(0x20), 0x7F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])

_RECORD = f"{EXPORTED} = true\n"
"""At the top: what stands below was so already, and may be taken in where nothing is known of it."""


async def export(library: Library) -> str:
    """Everything that is kept, as TOML."""
    return as_toml(await library.all())


def as_toml(drafts: Drafts) -> str:
    cases, updates, events = map(_case, drafts.cases), map(_update, drafts.updates), map(_event, drafts.events)
    campaigns, actions = map(_campaign, drafts.campaigns), map(_action, drafts.actions)
    tables = [*cases, *updates, *events, *campaigns, *map(_petition, drafts.petitions), *actions]
    return "\n".join([_RECORD, *tables]) if tables else ""


def _case(case: CaseDraft) -> str:
    fields: list[tuple[str, str | None]] = [
        ("slug", _text(case.slug)),
        ("status", _text(case.status)),
        ("jurisdiction", case.jurisdiction and _text(case.jurisdiction)),
    ]
    return _table("case", fields, {"title": case.title, "summary": case.summary})


def _update(update: UpdateDraft) -> str:
    fields: list[tuple[str, str | None]] = [
        ("case", _text(update.case)),
        ("slug", _text(update.slug)),
        ("kind", _text(update.kind)),
        ("at", _moment(update.at)),
        ("certainty", _text(update.certainty)),
        ("source", update.source and _text(update.source)),
    ]
    return _table("update", fields, {"headline": update.headline, "body": update.body})


def _event(event: EventDraft) -> str:
    fields: list[tuple[str, str | None]] = [
        ("slug", _text(event.slug)),
        ("kind", _text(event.kind)),
        ("case", event.case and _text(event.case)),
        ("status", _text(event.status)),
        ("starts", event.starts.isoformat() if event.starts else None),
        ("ends", event.ends.isoformat() if event.ends else None),
        ("timezone", _text(event.timezone)),
        *((name, value and _text(value)) for name in ("map", "url", "source") for value in [getattr(event, name)]),
        ("capacity", str(event.capacity) if event.capacity else None),
        ("remind", None if event.remind is None else _list(map(offsets.written, event.remind))),
        ("uid", event.uid and _text(event.uid)),
        ("outcome", event.outcome and _text(event.outcome)),
    ]
    return _table("event", fields, {name: texts for name in TEXTS if (texts := getattr(event, name)) is not None})


def _petition(petition: PetitionDraft) -> str:
    fields: list[tuple[str, str | None]] = [
        ("slug", _text(petition.slug)),
        ("status", petition.status and _text(petition.status)),
        ("case", petition.case and _text(petition.case)),
        ("campaign", petition.campaign and _text(petition.campaign)),
        ("goal", str(petition.goal)),
        ("thresholds", None if petition.thresholds is None else f"[{', '.join(map(str, petition.thresholds))}]"),
        ("asks", _list(petition.asks)),
        ("needs", _list(petition.needs) if petition.needs else None),
        *((name, day and day.isoformat()) for name in ("closes", "keep_until") for day in [getattr(petition, name)]),
    ]
    texts = {name: texts for name in of_petitions.TEXTS if (texts := getattr(petition, name)) is not None}
    return _table("petition", fields, texts)


def _campaign(campaign: CampaignDraft) -> str:
    return _gathered("campaign", campaign, CAMPAIGN_FIELDS, CAMPAIGN_TEXTS)


def _action(action: ActionDraft) -> str:
    return _gathered("action", action, ACTION_FIELDS, ACTION_TEXTS)


def _gathered(table: str, draft: CampaignDraft | ActionDraft, names: tuple[str, ...], texts: tuple[str, ...]) -> str:
    return _table(table, [(key, _value(value)) for key, value in as_written(draft, names)], dict(as_written(draft, texts)))


def _value(value: object) -> str:
    match value:
        case str():
            return _text(value)
        case tuple():
            return _list(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _table(name: str, fields: Iterable[tuple[str, str | None]], texts: Mapping[str, Mapping[str, Written]]) -> str:
    lines = [f"{key} = {value}" for key, value in fields if value]
    return "\n".join([f"[[{name}]]", *lines, *_translated(texts)]) + "\n"


def _translated(texts: Mapping[str, Mapping[str, Written]]) -> Iterator[str]:
    """A language a line, as a translator reads it."""
    for field, languages in texts.items():
        for locale, written in languages.items():
            if isinstance(written, Unreviewed):
                yield f"{field}.{locale}.{DRAFT} = {_text(written.text)}"
            else:
                yield f"{field}.{locale} = {_text(written)}"


def _text(text: str) -> str:
    if "\n" not in text:
        return f'"{"".join(_letter(letter) for letter in text)}"'
    return '"""\n' + "".join(letter if letter == "\n" else _letter(letter) for letter in text) + '"""'


def _letter(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    return f"\\u{ord(letter):04X}" if ord(letter) in _NEEDS_ESCAPE else letter


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
