"""What is exported can be applied again, changes nothing, and makes another database the same."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cases.models import CaseStatus, Certainty
from bot.cases.service import CaseDraft, Cases, UpdateDraft
from bot.content.export import as_toml, export
from bot.content.files import apply, read
from bot.content.opening import opened
from bot.language import Unreviewed, Written, letters
from bot.language.marks import BIDI_CONTROLS
from bot.storage.database import Database
from bot.supporters.kinds import Kind
from tests.clocks import FrozenClock
from tests.databases import SqliteTemplate

slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
plain = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="<>&" + BIDI_CONTROLS)
    | st.sampled_from("\"'\\#=لدرو۔،؟ن"),
    min_size=1,
    max_size=40,
).map(lambda text: text.strip() or "x")
marked = st.lists(plain | plain.map(lambda text: f"<b>{text}</b>"), min_size=1, max_size=4).map("\n".join)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def texts(values: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Written]]:
    def written(locale: str) -> st.SearchStrategy[Written]:
        right = values.filter(
            lambda text: not [*letters.script_findings(locale, "", text), *letters.letter_findings(locale, text)]
        )
        return right | right.map(Unreviewed)

    return st.fixed_dictionaries({"en": values}, optional={locale: written(locale) for locale in ("ar", "ur")})


@st.composite
def contents(draw: st.DrawFn) -> tuple[list[CaseDraft], list[UpdateDraft]]:
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
    return cases, sorted(updates, key=lambda update: (update.at, update.slug))


@given(contents())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_reads_the_same(tmp_path: Path, content: tuple[list[CaseDraft], list[UpdateDraft]]) -> None:
    file = tmp_path / "content.toml"
    file.write_text(as_toml(*content), encoding="utf-8", newline="")
    found = read(opened([file]), "en")
    assert found.faults == []
    assert (found.cases, found.updates) == content


@given(contents())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_apply_and_export_meet(
    tmp_path: Path, sqlite_template: SqliteTemplate, content: tuple[list[CaseDraft], list[UpdateDraft]]
) -> None:
    async def there_and_back() -> None:
        with sqlite_template.clone(tmp_path) as url:
            database = Database(url)
            cases = Cases(database, FrozenClock(), "en")
            file = tmp_path / "content.toml"
            file.write_text(as_toml(*content), encoding="utf-8", newline="")
            await apply(opened([file]), cases, by="editor")
            assert await cases.all() == content
            file.write_text(await export(cases), encoding="utf-8", newline="")
            assert (await apply(opened([file]), cases, by="another")).made == ()
            await database.close()

    asyncio.run(there_and_back())


async def test_another_database_becomes_the_same(cases: Cases, tmp_path: Path) -> None:
    karachi = timezone(timedelta(hours=5))
    update = UpdateDraft(
        case="a",
        slug="b",
        kind=Kind.NEWS,
        at=datetime(2026, 11, 3, 15, 30, tzinfo=karachi),
        certainty=Certainty.REPORTED,
        source=None,
        headline={"en": "One", "ur": "ایک"},
        body={"en": 'A "quoted" line\n\n<blockquote>and one more</blockquote>', "ur": "\u2067پہلی\u2069 سطر"},
    )
    case = CaseDraft("a", CaseStatus.OPEN, None, {"en": "A"}, {"en": "B\\n"})
    await cases.apply([case], [update], by="editor")
    written = await export(cases)
    assert "\u2067" not in written
    assert "at = 2026-11-03T10:30:00Z" in written
    file = tmp_path / "export.toml"
    file.write_text(written, encoding="utf-8")
    assert (await apply(opened([file]), cases, by="another")).made == ()
    assert await cases.all() == ([case], [update])
