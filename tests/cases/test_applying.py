"""Cases as editors wrote them, made what is kept: what changed, and which translations no longer hold."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.cases.models import CaseRow, CaseStatus
from bot.cases.service import Cases
from bot.errors import NidaError
from bot.language import State, Translated, Unreviewed
from bot.language.edited import Waiting
from bot.storage.database import Database
from tests.cases.drafts import CASE, UPDATE, case, update
from tests.clocks import FrozenClock


async def summary_of(cases: Cases) -> Translated:
    found = await cases.get_case(CASE.slug, None)
    assert found is not None
    return found.summary


async def test_new_content_is_told_field_by_field(cases: Cases) -> None:
    changes = await cases.apply([CASE], [UPDATE], by="editor")
    first, second = changes.items
    assert (first.what, first.slug, first.new) == ("case", CASE.slug, True)
    assert first.fields == ("status", "jurisdiction", "title.en", "title.ar", "title.ur", "summary.en", "summary.ur")
    assert (second.what, second.slug, second.new) == ("update", UPDATE.slug, True)
    assert {"kind", "case", "headline.en", "body.en"} <= set(second.fields)


async def test_applied_again_nothing_changes(cases: Cases, clock: FrozenClock) -> None:
    await cases.apply([CASE], [UPDATE], by="editor")
    before = await cases.get_case(CASE.slug, None)
    await clock.advance(days=3)
    changes = await cases.apply([CASE], [UPDATE], by="somebody else", confirm=True)
    assert changes.made == ()
    assert await cases.get_case(CASE.slug, None) == before


async def test_what_is_missing_is_reported(cases: Cases) -> None:
    waiting = (await cases.apply([CASE], [UPDATE], by="editor")).waiting
    assert [(text.slug, text.field, text.locale, text.state) for text in waiting] == [
        (CASE.slug, "summary", "ar", State.missing),
        (UPDATE.slug, "headline", "ar", State.missing),
        (UPDATE.slug, "body", "ar", State.missing),
        (UPDATE.slug, "body", "ur", State.missing),
    ]


async def test_only_the_language_that_changed_gets_a_new_author_and_time(cases: Cases, clock: FrozenClock) -> None:
    await cases.apply([CASE], [], by="editor")
    await clock.advance(days=1)
    changed = replace(CASE, summary={**CASE.summary, "ur": "پانچ لوگ سماعت کا انتظار کر رہے ہیں۔"})
    changes = await cases.apply([changed], [], by="translator")
    assert changes.made[0].fields == ("summary.ur",)
    texts = (await summary_of(cases)).texts
    assert (texts["en"].by, texts["ur"].by) == ("editor", "translator")
    assert texts["en"].at < texts["ur"].at


async def test_a_translation_whose_source_changed_is_stale_unless_confirmed(cases: Cases) -> None:
    await cases.apply([CASE], [], by="editor")
    corrected = replace(CASE, summary={**CASE.summary, "en": "Five people await their first hearing."})
    changes = await cases.apply([corrected], [], by="editor")
    assert changes.made[0].fields == ("summary.en",)
    assert (CASE.slug, "summary", "ur", State.stale) in [
        (text.slug, text.field, text.locale, text.state) for text in changes.waiting
    ]
    chosen = (await summary_of(cases)).choose("ur", "en")
    assert (chosen.locale, chosen.fallback) == ("en", True)
    confirmed = await cases.apply([corrected], [], by="editor", confirm=True)
    assert confirmed.made[0].fields == ("summary.ur",)
    assert (await summary_of(cases)).choose("ur", "en").locale == "ur"


async def test_a_draft_waits_until_it_is_reviewed(cases: Cases) -> None:
    drafted = replace(CASE, title={**CASE.title, "ur": Unreviewed("نارتھ گیٹ")})
    changes = await cases.apply([drafted], [], by="machine")
    assert Waiting("case", CASE.slug, "title", "ur", State.draft) in changes.waiting
    assert (await cases.all())[0] == [drafted]
    reviewed = replace(CASE, title={"ur": "نارتھ گیٹ"})
    changes = await cases.apply([reviewed], [], by="noor")
    assert [change.fields for change in changes.made] == [("title.ur",)]
    assert "title" not in {text.field for text in changes.waiting}


async def test_a_language_not_named_stays_and_an_empty_one_goes(cases: Cases) -> None:
    await cases.apply([CASE], [], by="editor")
    english = {"en": CASE.summary["en"]}
    assert (await cases.apply([replace(CASE, summary=english)], [], by="editor")).made == ()
    changes = await cases.apply([replace(CASE, summary={**english, "ur": ""})], [], by="editor")
    assert changes.made[0].fields == ("summary.ur",)
    assert set((await summary_of(cases)).texts) == {"en"}


async def test_plain_fields_change_too(cases: Cases) -> None:
    await cases.apply([CASE, case("other")], [UPDATE], by="editor")
    changes = await cases.apply(
        [replace(CASE, status=CaseStatus.CLOSED, jurisdiction=None)], [replace(UPDATE, case="other", source=None)], by="editor"
    )
    assert [change.fields for change in changes.made] == [("status", "jurisdiction"), ("case", "source")]
    found = await cases.find_update(UPDATE.slug)
    assert found is not None
    assert (found.case_slug, found.source) == ("other", None)


async def test_a_dry_run_tells_the_same_and_writes_nothing(cases: Cases, database: Database) -> None:
    told = await cases.apply([CASE], [UPDATE], by="editor", dry_run=True)
    async with database.read() as session:
        assert (await session.execute(select(func.count()).select_from(CaseRow))).scalar_one() == 0
    assert await cases.apply([CASE], [UPDATE], by="editor") == told


async def test_an_update_of_no_case_is_refused_and_nothing_is_half_done(cases: Cases) -> None:
    with pytest.raises(NidaError, match="belongs to the case nowhere, which does not exist"):
        await cases.apply([CASE], [update("lost", "nowhere")], by="editor")
    assert await cases.get_case(CASE.slug, None) is None


async def test_an_update_may_belong_to_a_case_applied_before(cases: Cases) -> None:
    await cases.apply([CASE], [], by="editor")
    assert (await cases.apply([], [UPDATE], by="editor")).made[0].new


async def test_everything_comes_back_as_drafts(cases: Cases) -> None:
    await cases.apply([CASE], [UPDATE], by="editor")
    assert await cases.all() == ([CASE], [UPDATE])
