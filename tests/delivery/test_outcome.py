"""The table of outcomes: what was seen of one send, and what it means."""

import pytest

from bot.delivery.outcome import (
    DEFAULT_RETRY_AFTER,
    REFUSED,
    Answered,
    NotSent,
    Outcome,
    Seen,
    Unclear,
    Verdict,
    judge,
    judge_edit,
)

OK = {"ok": True, "result": {"message_id": 77}}


def error(code: int, description: str = "", **parameters: object) -> Answered:
    return Answered(code, {"ok": False, "error_code": code, "description": description, "parameters": parameters})


TABLE: list[tuple[str, Seen, Verdict]] = [
    ("accepted", Answered(200, OK), Verdict.SENT),
    ("connection refused", NotSent("refused"), Verdict.NOT_SENT),
    ("read time-out", Unclear("time-out"), Verdict.UNCERTAIN),
    ("half a body", Answered(200, None), Verdict.UNCERTAIN),
    ("a body that is no answer", Answered(200, {}), Verdict.UNCERTAIN),
    ("a proxy's 502", Answered(502, None), Verdict.UNCERTAIN),
    ("gateway time-out", Answered(504, None), Verdict.UNCERTAIN),
    ("500 as JSON", error(500, "Internal Server Error"), Verdict.UNCERTAIN),
    ("a redirect, which no Bot API sends", Answered(302, None), Verdict.UNCERTAIN),
    ("too many", error(429, "Too Many Requests: retry after 35", retry_after=35), Verdict.TOO_MANY),
    ("a proxy's 429", Answered(429, None), Verdict.TOO_MANY),
    ("blocked", error(403, "Forbidden: bot was blocked by the user"), Verdict.UNREACHABLE),
    ("bad HTML", error(400, "Bad Request: can't parse entities"), Verdict.REJECTED),
    ("too large", error(413), Verdict.REJECTED),
    ("a group that became a supergroup", error(400, migrate_to_chat_id=-1001234), Verdict.MOVED),
    ("token revoked", error(401, "Unauthorized"), Verdict.REVOKED),
    ("token unknown", error(404, "Not Found"), Verdict.REVOKED),
    ("an error under the wrong status", Answered(200, {"ok": False, "error_code": 403}), Verdict.UNREACHABLE),
]


@pytest.mark.parametrize(("seen", "verdict"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_thing_seen_has_one_meaning(seen: Seen, verdict: Verdict) -> None:
    assert judge(seen).verdict is verdict


def test_an_accepted_message_keeps_its_number() -> None:
    assert judge(Answered(200, OK)) == Outcome(Verdict.SENT, message_id=77)


def test_a_message_accepted_without_a_number_is_still_sent() -> None:
    assert judge(Answered(200, {"ok": True, "result": True})) == Outcome(Verdict.SENT)


def test_the_wait_is_the_one_asked_for() -> None:
    assert judge(error(429, retry_after=35)).retry_after == 35


@pytest.mark.parametrize("given", [None, 0, -3, "soon"])
def test_a_429_that_does_not_say_how_long_still_holds(given: object) -> None:
    assert judge(error(429, retry_after=given)).retry_after == DEFAULT_RETRY_AFTER


def test_a_moved_chat_has_its_new_id() -> None:
    assert judge(error(400, migrate_to_chat_id=-1001234)).moved_to == -1001234


def test_a_long_reason_fits_its_column() -> None:
    assert len(judge(error(400, "x" * 500)).reason or "") == 80
    assert len(judge(Unclear("x" * 500)).reason or "") == 80


@pytest.mark.parametrize("already", [True, False])
def test_a_refused_edit_is_done_where_the_message_may_say_so_already(already: bool) -> None:
    outcome = judge_edit(error(400, "Bad Request: message is not modified"), may_be_so_already=already)
    assert outcome.verdict is (Verdict.SENT if already else Verdict.REJECTED)
    assert outcome.reason == "400 Bad Request: message is not modified"


@pytest.mark.parametrize("already", [True, False])
def test_an_edit_in_a_chat_that_moved_is_done_where_the_message_may_say_so_already(already: bool) -> None:
    outcome = judge_edit(error(400, migrate_to_chat_id=-1001234), may_be_so_already=already)
    assert outcome.verdict is (Verdict.SENT if already else Verdict.MOVED)


@pytest.mark.parametrize("already", [True, False])
@pytest.mark.parametrize(("seen", "verdict"), [row[1:] for row in TABLE if row[2] not in REFUSED])
def test_everything_else_means_the_same_for_an_edit(seen: Seen, verdict: Verdict, already: bool) -> None:
    assert judge_edit(seen, may_be_so_already=already).verdict is verdict


def test_a_deletion_is_answered_with_true() -> None:
    assert judge_edit(Answered(200, {"ok": True, "result": True}), may_be_so_already=False) == Outcome(Verdict.SENT)
