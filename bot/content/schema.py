"""What a content file may hold."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, StringConstraints
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.campaigns.models import ActionKind, ActionStatus
from bot.cases.models import CaseStatus, Certainty
from bot.config import SUPPORTED_LOCALES, Locale
from bot.events.models import EventKind, EventStatus
from bot.events.offsets import parse
from bot.language import Unreviewed, Written
from bot.petitions.models import Ask, PetitionStatus
from bot.supporters.kinds import Kind

DRAFT: Final = "draft"
"""What a text hangs on that nobody has reviewed: title.ur.draft."""
EXPORTED: Final = "exported"
"""Stands at the top of a file that was written by an export."""
FIRST_YEAR, LAST_YEAR = 1900, 2200


def _with_zone(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("has no time zone; write it like 2026-11-03T10:30:00Z or 2026-11-03T15:30:00+05:00")
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise ValueError(f"is not a time of our days; the year is {value.year}")
        return value
    if isinstance(value, date):
        raise ValueError("has no time of day; write it like 2026-11-03T10:30:00Z")  # noqa: TRY004  (what pydantic collects)
    raise ValueError("is not a time; write it without quotes, like 2026-11-03T10:30:00Z")


def _wall(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise ValueError("has a time zone; write the time at the place, like 2026-12-03T10:00:00, and its zone as timezone")
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise ValueError(f"is not a time of our days; the year is {value.year}")
        return value.replace(microsecond=0)
    if isinstance(value, date):
        raise ValueError("has no time of day; write it like 2026-12-03T10:00:00")  # noqa: TRY004  (what pydantic collects)
    raise ValueError("is not a time; write it without quotes, like 2026-12-03T10:00:00")


def _offsets(value: object) -> object:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError('must be a list of how long before, like ["7d", "1d", "2h"]; [] is for no reminder')
    return tuple(parse(each) for each in value)


def _places(value: object) -> object:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("must be a number of places, without quotes, like 40")  # noqa: TRY004
    return value


def _signatures(value: object) -> object:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("must be a number of signatures, without quotes, like 10000")  # noqa: TRY004
    return value


def _minutes(value: object) -> object:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("must be a number of minutes, without quotes, like 5")  # noqa: TRY004
    return value


def _slugs(value: object) -> object:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError('must be a list of slugs, like ["north-gate-five"]')
    return tuple(dict.fromkeys(value))


def _thresholds(value: object) -> object:
    if not isinstance(value, list):
        raise ValueError("must be a list of numbers of signatures, like [1000, 5000]")  # noqa: TRY004
    return tuple(_signatures(each) for each in value)


def _asks(value: object) -> object:
    if not isinstance(value, list) or any(each not in list(Ask) for each in value):
        raise ValueError(f"must be a list of what is asked, of {', '.join(Ask)}; [] asks nothing")
    return tuple(map(Ask, value))


def _day(value: object) -> object:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a day, without quotes and without a time, like 2027-01-31")  # noqa: TRY004
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"is not a day of our times; the year is {value.year}")
    return value


def web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"https", "http"} or not parts.netloc or any(letter.isspace() for letter in value):
        raise ValueError("is not an address; write one like https://example.org/page")
    return value


def written(value: object) -> Written:
    """A text as it stands in a file, reviewed or a draft."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise PydanticCustomError("string_type", "must be a text")
    if value.keys() != {DRAFT} or not isinstance(value[DRAFT], str):
        raise ValueError(f'must be a text in quotes, or one text in quotes as its {DRAFT}: {{ {DRAFT} = "…" }}')
    return Unreviewed(value[DRAFT])


def _one_line(value: str) -> str:
    if "\n" in value:
        raise ValueError("must be one line")
    return value.strip()


SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CaseSlug = Annotated[str, StringConstraints(pattern=SLUG, max_length=40)]
UpdateSlug = Annotated[str, StringConstraints(pattern=SLUG, max_length=60)]
Moment = Annotated[datetime, BeforeValidator(_with_zone)]
EventSlug = Annotated[str, StringConstraints(pattern=SLUG, max_length=50)]
"""Short enough for a link that also says where it was found."""
PetitionSlug = Annotated[str, StringConstraints(pattern=SLUG, max_length=40)]
Wall = Annotated[datetime, BeforeValidator(_wall)]
Source = Annotated[str, AfterValidator(web_address), Field(max_length=500)]
Texts = dict[Locale, Annotated[Written, PlainValidator(written)]]


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CaseTable(Table):
    slug: CaseSlug
    status: Annotated[CaseStatus, Field(strict=False)]
    jurisdiction: Annotated[str, AfterValidator(_one_line), Field(min_length=1, max_length=120)] | None = None
    title: Texts
    summary: Texts


class UpdateTable(Table):
    case: CaseSlug
    slug: UpdateSlug
    kind: Annotated[Kind, Field(strict=False)]
    at: Moment
    certainty: Annotated[Certainty, Field(strict=False)]
    source: Source | None = None
    headline: Texts
    body: Texts


class EventTable(Table):
    slug: EventSlug
    kind: Annotated[EventKind, Field(strict=False)]
    case: CaseSlug | None = None
    status: Annotated[EventStatus, Field(strict=False)]
    starts: Wall | None = None
    ends: Wall | None = None
    timezone: str
    title: Texts
    expected: Texts | None = None
    about: Texts | None = None
    venue: Texts | None = None
    map: Source | None = None
    url: Source | None = None
    asked: Texts | None = None
    bring: Texts | None = None
    arrive: Texts | None = None
    access: Texts | None = None
    phones: Texts | None = None
    source: Source | None = None
    capacity: Annotated[int, BeforeValidator(_places)] | None = None
    remind: Annotated[tuple[int, ...], BeforeValidator(_offsets)] | None = None
    uid: Annotated[str, AfterValidator(_one_line), Field(min_length=1, max_length=255)] | None = None
    outcome: UpdateSlug | None = None


class PetitionTable(Table):
    slug: PetitionSlug
    status: Annotated[PetitionStatus, Field(strict=False)] | None = None
    case: CaseSlug | None = None
    campaign: PetitionSlug | None = None
    target: Texts
    title: Texts
    text: Texts
    outcome: Texts | None = None
    goal: Annotated[int, BeforeValidator(_signatures)]
    thresholds: Annotated[tuple[int, ...], BeforeValidator(_thresholds)] | None = None
    asks: Annotated[tuple[Ask, ...], BeforeValidator(_asks)] = ()
    needs: Annotated[tuple[Ask, ...], BeforeValidator(_asks)] = ()
    closes: Annotated[date, BeforeValidator(_day)] | None = None
    keep_until: Annotated[date, BeforeValidator(_day)] | None = None


class CampaignTable(Table):
    slug: PetitionSlug
    title: Texts
    summary: Texts
    goal: Texts | None = None
    starts: Annotated[date, BeforeValidator(_day)] | None = None
    ends: Annotated[date, BeforeValidator(_day)] | None = None
    cases: Annotated[tuple[str, ...], BeforeValidator(_slugs)] = ()
    events: Annotated[tuple[str, ...], BeforeValidator(_slugs)] = ()


class ActionTable(Table):
    slug: PetitionSlug
    kind: Annotated[ActionKind, Field(strict=False)]
    status: Annotated[ActionStatus, Field(strict=False)] = ActionStatus.OPEN
    campaign: PetitionSlug | None = None
    title: Texts
    text: Texts
    minutes: Annotated[int, BeforeValidator(_minutes)] | None = None
    ends: Annotated[date, BeforeValidator(_day)] | None = None
    target: Texts | None = None
    to: Annotated[str, AfterValidator(_one_line), Field(max_length=254)] | None = None
    subject: Texts | None = None
    body: Texts | None = None
    language: Locale | None = None
    phone: Annotated[str, AfterValidator(_one_line), Field(max_length=40)] | None = None
    script: Texts | None = None
    hours: Annotated[str, AfterValidator(_one_line), Field(max_length=120)] | None = None
    timezone: str | None = None
    url: Source | None = None
    event: EventSlug | None = None
    petition: PetitionSlug | None = None
    case: CaseSlug | None = None


TABLES: Final[dict[str, type[Table]]] = {
    "case": CaseTable,
    "update": UpdateTable,
    "event": EventTable,
    "campaign": CampaignTable,
    "petition": PetitionTable,
    "action": ActionTable,
}
REFERENCES: Final = {"case": "case", "campaign": "campaign", "event": "event", "petition": "petition", "outcome": "update"}
LISTS: Final = {"cases": "case", "events": "event"}
"""The fields that name other tables by their slugs, one or several."""


def sentence(fault: ErrorDetails, table: type[Table]) -> str:
    """What pydantic found, as an editor would be told."""
    said = _SENTENCES.get(fault["type"])
    if said is None:
        return f"{fault['msg'][0].lower()}{fault['msg'][1:]}."
    context: dict[str, Any] = fault.get("ctx", {})
    return said.format(
        given=repr(fault["input"]),
        length=len(str(fault["input"])),
        field=fault["loc"][-1],
        fields=", ".join(table.model_fields),
        languages=", ".join(SUPPORTED_LOCALES),
        expected=str(context.get("expected", "")).replace("'", ""),
        limit=context.get("max_length"),
        error=context.get("error"),
    )


_SENTENCES: Final = {
    "extra_forbidden": "is not a field; the fields are {fields}.",
    "missing": "is missing; add it.",
    "value_error": "{error}.",
    "literal_error": "{given} is not a language known here; the languages are {languages}.",
    "enum": "{given} is not one of {expected}.",
    "string_pattern_mismatch": "{given} may hold only a-z, 0-9 and single hyphens between them, like north-gate-five.",
    "string_too_long": "is too long: {length} letters of at most {limit}.",
    "string_too_short": "is empty; fill it in or leave the line out.",
    "dict_type": 'must name its language; write {field} = {{ en = "…" }}.',
    "string_type": "must be a text in quotes.",
}
