"""Content in several languages: what each reader gets, and when a translation is out of date."""

import json
from datetime import UTC, datetime

import pytest

from bot.language import Chosen, State, Translated, Translation, Unreviewed, fingerprint

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
FIRST = Translated().revised({"en": "Bail hearing", "ar": "جلسة كفالة"}, by="noor", at=MONDAY, source="en")


def test_a_reader_gets_their_language_when_it_is_ready() -> None:
    assert FIRST.choose("ar", "en") == Chosen("جلسة كفالة", "ar")
    assert FIRST.choose("en", "en") == Chosen("Bail hearing", "en")


def test_a_missing_language_falls_back_to_the_source_and_never_to_a_third() -> None:
    assert FIRST.choose("ur", "en") == Chosen("Bail hearing", "en", fallback=True)
    only_arabic = Translated().revised({"ar": "جلسة"}, by="noor", at=MONDAY, source="en")
    assert only_arabic.choose("ar", "en") == Chosen("جلسة", "ar")
    with pytest.raises(LookupError, match="no text in en"):
        only_arabic.choose("ur", "en")


def test_a_translation_older_than_its_source_is_stale_and_not_shown() -> None:
    second = FIRST.revised({"en": "Bail hearing, moved"}, by="sam", at=TUESDAY, source="en")
    assert second.state("ar", "en") is State.stale
    assert second.state("ur", "en") is State.missing
    assert second.choose("ar", "en") == Chosen("Bail hearing, moved", "en", fallback=True)


def test_applying_the_same_texts_again_changes_nothing() -> None:
    again = FIRST.revised({"en": "Bail hearing", "ar": "جلسة كفالة"}, by="sam", at=TUESDAY, source="en")
    assert again == FIRST


def test_only_a_changed_language_gets_a_new_author_and_time() -> None:
    second = FIRST.revised({"en": "Bail hearing", "ar": "جلسة الكفالة"}, by="sam", at=TUESDAY, source="en")
    assert second.texts["en"] == FIRST.texts["en"]
    assert second.texts["ar"] == Translation("جلسة الكفالة", "sam", TUESDAY, fingerprint("Bail hearing"))


def test_a_translation_changed_together_with_its_source_is_ready() -> None:
    second = FIRST.revised({"en": "Moved", "ar": "تأجلت"}, by="sam", at=TUESDAY, source="en")
    assert second.state("ar", "en") is State.ready


def test_confirming_makes_a_stale_translation_ready_again() -> None:
    stale = FIRST.revised({"en": "A bail hearing"}, by="sam", at=TUESDAY, source="en")
    confirmed = stale.revised({"ar": "جلسة كفالة"}, by="noor", at=TUESDAY, source="en", confirm=True)
    assert confirmed.state("ar", "en") is State.ready
    assert confirmed.texts["ar"].at == TUESDAY
    assert confirmed.texts["en"] == stale.texts["en"]


DRAFT = FIRST.revised({"ur": Unreviewed("ضمانت کی سماعت")}, by="machine", at=TUESDAY, source="en")


def test_a_draft_is_never_shown() -> None:
    assert DRAFT.state("ur", "en") is State.draft
    assert DRAFT.choose("ur", "en") == Chosen("Bail hearing", "en", fallback=True)


def test_a_draft_whose_source_changed_is_still_a_draft() -> None:
    later = DRAFT.revised({"en": "Moved"}, by="sam", at=TUESDAY, source="en")
    assert later.state("ur", "en") is State.draft
    confirmed = later.revised({"ur": Unreviewed("ضمانت کی سماعت")}, by="sam", at=TUESDAY, source="en", confirm=True)
    assert confirmed.state("ur", "en") is State.draft


def test_reviewing_a_draft_is_writing_it_as_a_text() -> None:
    reviewed = DRAFT.revised({"ur": "ضمانت کی سماعت"}, by="noor", at=TUESDAY, source="en")
    assert reviewed.choose("ur", "en") == Chosen("ضمانت کی سماعت", "ur")
    assert reviewed.texts["ur"].by == "noor"


def test_a_text_may_become_a_draft_again() -> None:
    doubted = FIRST.revised({"ar": Unreviewed("جلسة كفالة")}, by="sam", at=TUESDAY, source="en")
    assert doubted.state("ar", "en") is State.draft


def test_a_draft_applied_again_changes_nothing() -> None:
    assert DRAFT.revised({"ur": Unreviewed("ضمانت کی سماعت")}, by="sam", at=TUESDAY, source="en") == DRAFT
    assert DRAFT.revised({}, by="sam", at=TUESDAY, source="en") == DRAFT


def test_an_empty_draft_removes_a_language() -> None:
    assert DRAFT.revised({"ur": Unreviewed(" ")}, by="sam", at=TUESDAY, source="en").state("ur", "en") is State.missing


def test_an_empty_text_removes_a_language_and_an_absent_one_is_kept() -> None:
    assert set(FIRST.revised({"ar": None}, by="sam", at=TUESDAY, source="en").texts) == {"en"}
    assert set(FIRST.revised({"ar": " "}, by="sam", at=TUESDAY, source="en").texts) == {"en"}
    assert set(FIRST.revised({}, by="sam", at=TUESDAY, source="en").texts) == {"en", "ar"}


@pytest.mark.parametrize("value", [FIRST, DRAFT])
def test_it_survives_the_database(value: Translated) -> None:
    stored = json.loads(json.dumps(value.to_json(), ensure_ascii=False))
    assert Translated.from_json(stored) == value
    assert hash(Translated.from_json(stored)) == hash(value)


def test_a_change_of_spaces_or_of_encoding_makes_nothing_stale() -> None:
    assert fingerprint("café  in\nCairo") == fingerprint("cafe\u0301 in Cairo")
    assert fingerprint("bail") != fingerprint("bail.")
