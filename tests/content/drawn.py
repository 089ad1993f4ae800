"""Content as editors may have written it, drawn at random: cases, events, petitions, campaigns and actions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.campaigns.models import ActionKind, ActionStatus
from bot.campaigns.views import ActionDraft, CampaignDraft
from bot.cases.models import CaseStatus, Certainty
from bot.cases.views import CaseDraft, UpdateDraft
from bot.content.library import Drafts
from bot.content.texts import MARKED_UP
from bot.daytime import instant
from bot.events.applying import TEXTS
from bot.events.models import EventKind, EventStatus
from bot.events.offsets import OFFSETS
from bot.events.rules import DATED
from bot.events.views import EventDraft
from bot.language import Unreviewed, Written, letters
from bot.language.marks import BIDI_CONTROLS
from bot.petitions.models import Ask, PetitionStatus
from bot.petitions.views import PetitionDraft
from bot.supporters.kinds import Kind

slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
plain = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="<>&" + BIDI_CONTROLS)
    | st.sampled_from("\"'\\#=لدرو۔،؟ن"),
    min_size=1,
    max_size=40,
).map(lambda text: text.strip() or "x")
marked = st.lists(plain | plain.map(lambda text: f"<b>{text}</b>"), min_size=1, max_size=4).map("\n".join)
long = st.lists(plain, min_size=1, max_size=4).map("\n\n".join)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


def texts(values: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Written]]:
    def written(locale: str) -> st.SearchStrategy[Written]:
        right = values.filter(
            lambda text: not [*letters.script_findings(locale, "", text), *letters.letter_findings(locale, text)]
        )
        return right | right.map(Unreviewed)

    return st.fixed_dictionaries({"en": values}, optional={locale: written(locale) for locale in ("ar", "ur")})


@st.composite
def events_of(draw: st.DrawFn, slug: str, cases: list[str], updates: list[str]) -> EventDraft:
    """An event as one may be by now, also where nobody said that it is over."""
    status = draw(st.sampled_from(EventStatus))
    dates = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1))
    starts = draw(dates if status in DATED else st.none() | dates)
    optional = {name: st.none() | texts(marked if name in MARKED_UP else plain) for name in TEXTS if name != "title"}
    return EventDraft(
        slug=slug,
        kind=draw(st.sampled_from(EventKind)),
        case=draw(st.none() | st.sampled_from(cases)),
        status=status,
        starts=starts and starts.replace(microsecond=0),
        ends=starts and draw(st.none() | st.just(starts.replace(microsecond=0) + timedelta(hours=2))),
        timezone=draw(st.sampled_from(("Europe/London", "Asia/Karachi", "Africa/Cairo", "America/New_York"))),
        title=draw(texts(plain)),
        **{name: draw(values) for name, values in optional.items()},
        map=draw(st.none() | st.just("https://example.org/a?b=1&c=%20#d")),
        url=draw(st.none() | st.just("https://example.org/room")),
        source=draw(st.none() | st.just("https://example.org/list")),
        capacity=draw(st.none() | st.integers(1, 1000)),
        remind=draw(st.none() | st.sets(st.sampled_from(OFFSETS)).map(lambda chosen: tuple(sorted(chosen, reverse=True)))),
        uid=draw(st.none() | st.just(f"{slug}@example.org")),
        exported=True,
        outcome=draw(st.sampled_from(updates)) if updates and status is EventStatus.OUTCOME else None,
    )


@st.composite
def petitions_of(draw: st.DrawFn, slug: str, cases: list[str]) -> PetitionDraft:
    """A petition as one may be by now; what people signed is not content."""
    status = draw(st.sampled_from(PetitionStatus))
    asks = tuple(sorted(draw(st.sets(st.sampled_from(Ask)))))
    closes = draw(st.none() | st.dates(date(1990, 1, 1), date(2090, 1, 1)))
    thresholds = draw(st.none() | st.sets(st.integers(1, 10**6), min_size=1, max_size=12).map(sorted).map(tuple))
    return PetitionDraft(
        slug=slug,
        status=status,
        case=draw(st.none() | st.sampled_from(cases)),
        target=draw(texts(plain)),
        title=draw(texts(plain)),
        text=draw(texts(marked)),
        outcome=draw(texts(marked)) if status is PetitionStatus.OUTCOME else None,
        goal=draw(st.integers(1, 10**6)),
        thresholds=thresholds,
        asks=asks,
        needs=asks[: draw(st.integers(0, len(asks)))],
        closes=closes,
        keep_until=(closes or date(2026, 11, 5)) + timedelta(days=draw(st.integers(1, 400))),
        exported=True,
    )


@st.composite
def campaigns_of(draw: st.DrawFn, slug: str, cases: list[str], events: list[str]) -> CampaignDraft:
    starts = draw(st.none() | st.dates(date(1990, 1, 1), date(2080, 1, 1)))
    return CampaignDraft(
        slug=slug,
        title=draw(texts(plain)),
        summary=draw(texts(marked)),
        goal=draw(st.none() | texts(plain)),
        starts=starts,
        ends=starts and draw(st.none() | st.dates(starts, date(2090, 1, 1))),
        cases=tuple(draw(st.sets(st.sampled_from(cases)).map(sorted))),
        events=tuple(draw(st.sets(st.sampled_from(events)).map(sorted))) if events else (),
    )


@st.composite
def actions_of(draw: st.DrawFn, slug: str, cases: list[str], campaigns: list[str]) -> ActionDraft:
    kind = draw(st.sampled_from([ActionKind.EMAIL, ActionKind.CALL, ActionKind.DONATE, ActionKind.VISIT, ActionKind.SHARE]))
    of_kind: dict[ActionKind, dict[str, st.SearchStrategy[Any]]] = {
        ActionKind.EMAIL: {
            "target": texts(plain),
            "email": st.just("office@courts.example"),
            "subject": texts(plain),
            "letter": texts(long),
            "letter_locale": st.none() | st.just("ur"),
        },
        ActionKind.CALL: {
            "target": texts(plain),
            "phone": st.just("+999 20 555 0142"),
            "script": texts(long),
            "hours": st.just("mon-fri 09:00-17:00"),
            "timezone": st.just("Asia/Amman"),
        },
        ActionKind.SHARE: {"case": st.sampled_from(cases)},
    }
    own = of_kind.get(kind, {"url": st.just("https://example.org/give?a=b")})
    return ActionDraft(
        slug=slug,
        kind=kind,
        title=draw(texts(plain)),
        text=draw(texts(marked)),
        status=draw(st.sampled_from(ActionStatus)),
        campaign=draw(st.none() | st.sampled_from(campaigns)) if campaigns else None,
        minutes=draw(st.integers(1, 600)),
        ends=draw(st.none() | st.dates(date(1990, 1, 1), date(2090, 1, 1))),
        **{name: draw(values) for name, values in own.items()},
    )


def _by_date(event: EventDraft) -> tuple[bool, datetime, str]:
    zone = ZoneInfo(event.timezone)
    return (event.starts is None, instant(event.starts, zone) if event.starts else datetime.max.replace(tzinfo=UTC), event.slug)


@st.composite
def contents(draw: st.DrawFn) -> Drafts:
    names = sorted(draw(st.sets(slugs, min_size=1, max_size=3)))
    cases = [
        CaseDraft(
            slug=name,
            status=draw(st.sampled_from(CaseStatus)),
            jurisdiction=draw(st.none() | plain),
            title=draw(texts(plain)),
            summary=draw(texts(marked)),
        )
        for name in names
    ]
    updates = [
        UpdateDraft(
            case=draw(st.sampled_from(names)),
            slug=name,
            kind=draw(st.sampled_from(Kind)),
            at=draw(moments),
            certainty=draw(st.sampled_from(Certainty)),
            source=draw(st.none() | st.just("https://example.org/a?b=1&c=%20#d")),
            headline=draw(texts(plain)),
            body=draw(texts(marked)),
        )
        for name in sorted(draw(st.sets(slugs, max_size=3)))
    ]
    told = [update.slug for update in updates]
    events = [draw(events_of(slug, names, told)) for slug in sorted(draw(st.sets(slugs, max_size=3)))]
    petitions = [draw(petitions_of(slug, names)) for slug in sorted(draw(st.sets(slugs, max_size=2)))]
    on = [event.slug for event in events]
    campaigns = [draw(campaigns_of(slug, names, on)) for slug in sorted(draw(st.sets(slugs, max_size=2)))]
    gathering = [campaign.slug for campaign in campaigns]
    actions = [draw(actions_of(slug, names, gathering)) for slug in sorted(draw(st.sets(slugs, max_size=2)))]
    happened = sorted(updates, key=lambda update: (update.at, update.slug))
    return Drafts(cases, happened, sorted(events, key=_by_date), petitions, campaigns, actions)
