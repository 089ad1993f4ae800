"""How far translation has come."""

from dataclasses import replace

import pytest

from bot.content.library import Drafts, Library
from bot.content.status import readiness
from bot.errors import NidaError
from bot.language import State, Unreviewed
from tests.cases.drafts import CASE, UPDATE


@pytest.fixture
async def kept(library: Library) -> Library:
    """Into Urdu a title is ready, a summary stale, a headline a draft, and a body missing; into Arabic nothing is there."""
    update = replace(UPDATE, headline={"en": "Bail granted", "ur": Unreviewed("ضمانت منظور")}, body={"en": "The court did."})
    case = replace(CASE, title={"en": "The North Gate Five", "ur": "نارتھ گیٹ کے پانچ"})
    await library.apply(Drafts([replace(case, summary={"en": "Five people.", "ur": "پانچ افراد۔"})], [update]), by="editor")
    await library.apply(Drafts([replace(case, summary={"en": "Five people have a hearing."})]), by="editor")
    return library


async def test_every_text_is_told_with_its_state_and_what_readers_see(kept: Library) -> None:
    found = await readiness(kept, "ur")
    assert [(item.what, item.slug) for item in found.items] == [("case", CASE.slug), ("update", UPDATE.slug)]
    assert {text.field: (text.state, text.shown) for item in found.items for text in item.texts} == {
        "title": (State.ready, "ur"),
        "summary": (State.stale, "en"),
        "headline": (State.draft, "en"),
        "body": (State.missing, "en"),
    }
    assert found.languages == {"ur": dict.fromkeys(State, 1)}


async def test_every_language_but_the_source_is_counted(kept: Library) -> None:
    found = await readiness(kept, None)
    assert found.source_locale == "en"
    assert found.languages == {"ar": {**dict.fromkeys(State, 0), State.missing: 4}, "ur": dict.fromkeys(State, 1)}
    assert {len(item.texts) for item in found.items} == {4}


@pytest.mark.parametrize(("locale", "said"), [("en", "Content is written in en"), ("fa", "There is no language 'fa'")])
async def test_only_of_languages_content_is_translated_into(kept: Library, locale: str, said: str) -> None:
    with pytest.raises(NidaError, match=said):
        await readiness(kept, locale)
