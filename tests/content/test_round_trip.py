"""What is exported can be applied again, changes nothing, and makes another database the same."""

import asyncio
from datetime import datetime, timedelta, timezone
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from bot.cases.models import CaseStatus, Certainty
from bot.cases.views import CaseDraft, UpdateDraft
from bot.content.export import as_toml, export
from bot.content.files import apply, read
from bot.content.library import Drafts, Library
from bot.content.opening import opened
from bot.storage.database import Database
from bot.supporters.kinds import Kind
from tests.clocks import FrozenClock
from tests.content.drawn import contents
from tests.databases import SqliteTemplate


@given(contents())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_reads_the_same(tmp_path: Path, content: Drafts) -> None:
    file = tmp_path / "content.toml"
    file.write_text(as_toml(content), encoding="utf-8", newline="")
    found = read(opened([file]), "en")
    assert found.faults == []
    assert found.drafts == content


@given(contents())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_apply_and_export_meet(tmp_path: Path, sqlite_template: SqliteTemplate, content: Drafts) -> None:
    async def there_and_back() -> None:
        with sqlite_template.clone(tmp_path) as url:
            database = Database(url)
            library = Library(database, FrozenClock(), "en")
            file = tmp_path / "content.toml"
            file.write_text(as_toml(content), encoding="utf-8", newline="")
            await apply(opened([file]), library, by="editor")
            assert await library.all() == content
            file.write_text(await export(library), encoding="utf-8", newline="")
            assert (await apply(opened([file]), library, by="another")).made == ()
            await database.close()

    asyncio.run(there_and_back())


async def test_another_database_becomes_the_same(library: Library, tmp_path: Path) -> None:
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
    await library.apply(Drafts([case], [update]), by="editor")
    written = await export(library)
    assert "\u2067" not in written
    assert "at = 2026-11-03T10:30:00Z" in written
    file = tmp_path / "export.toml"
    file.write_text(written, encoding="utf-8")
    assert (await apply(opened([file]), library, by="another")).made == ()
    assert await library.all() == Drafts([case], [update])
