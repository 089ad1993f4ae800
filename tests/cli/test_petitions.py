"""nida petitions: opening, ending, previews, comments and bursts from the command line."""

import asyncio
import json
from pathlib import Path

import pytest

from bot import config
from bot.clock import SystemClock
from bot.errors import NidaError
from bot.language import without_marks
from bot.operations.operations import LocalOperations
from bot.operations.services import open_services
from bot.petitions.changing import Action, ChangeRequest
from bot.petitions.views import Answers, Signer
from tests.cli.conftest import Nida, Result
from tests.cli.listening import through_the_socket

PETITIONS = """\
[[petition]]
slug = "open-the-well"
goal = 4
asks = ["name", "comment"]
target.en = "The village council"
target.ur = "گاؤں کی کونسل"
title.en = "Open the well"
title.ur = "کنواں کھولیے"
text.en = "Let <b>everybody</b> drink."
text.ur = "<b>سب</b> کو پانی پینے دیں۔"
"""
WELL = "open-the-well"


@pytest.fixture
def petitions(nida: Nida, installation: Path) -> Path:
    file = installation / "petitions.toml"
    file.write_text(PETITIONS, encoding="utf-8")
    assert nida("content", "apply", file).status == 0
    return file


@pytest.fixture
def signed(nida: Nida, petitions: Path) -> None:
    """Open, and signed by three."""
    assert nida("petitions", "open", WELL, "--yes").status == 0
    asyncio.run(_sign(Answers(name="آمال", comment="Water is life."), Answers(comment="<b>Now</b>"), Answers()))


async def _sign(*answers: Answers) -> None:
    async with open_services(config.load(None), SystemClock()) as services:
        card = await services.petitions.get_card(WELL, None)
        assert card is not None
        for number, said in enumerate(answers):
            signer = Signer(5000 + number, "en", "leaflet")
            await services.petitions.sign(signer, card.petition.id, said, show_name=True, pass_on=False)


def lines_of(result: Result) -> list[str]:
    assert result.status == 0, result.err
    return [" ".join(line.split()) for line in result.out.splitlines()]


def test_there_may_be_none(nida: Nida, installation: Path) -> None:
    assert nida("petitions", "list").out == "There are no petitions. `nida content apply` brings in those of your files.\n"
    assert nida("petitions", "bursts").out == "No burst of signatures waits for a decision.\n"


def test_a_petition_goes_its_way_and_the_file_has_to_follow(nida: Nida, petitions: Path) -> None:
    assert f"{WELL} draft 0 4 0" in lines_of(nida("petitions", "list"))
    foretold = lines_of(nida("petitions", "open", WELL, "--dry-run"))
    assert "status draft open" in foretold
    asked = nida("petitions", "open", WELL)
    said = "Make open-the-well open? Nobody is told. There is nobody here to ask: say so with --yes.\n"
    assert (asked.status, asked.err) == (2, said)
    opened = nida("petitions", "open", WELL, "--yes")
    assert 'Write it into your content file too: status = "open".\nNothing is sent.\n' in opened.out
    early = nida("petitions", "deliver", WELL, "--yes")
    assert (early.status, early.err.count("\n")) == (1, 1)
    assert "is open: what is handed over is closed first, with `nida petitions close open-the-well`." in early.err
    assert json.loads(nida("petitions", "close", WELL, "--yes", "--json").out)["petition"]["status"] == "closed"
    assert nida("content", "apply", petitions).status == 0, "a file that does not say how it stands may stay as it is"
    petitions.write_text(PETITIONS + 'status = "open"\n', encoding="utf-8")
    refused = nida("content", "apply", petitions)
    assert (refused.status, refused.err.count("\n")) == (2, 1)
    assert "petitions.toml:11: status: is closed, not open; `nida petitions open open-the-well`" in refused.err


def test_what_came_of_it_is_checked_like_a_text_and_said_in_languages(nida: Nida, signed: None) -> None:
    outcome = ("petitions", "outcome", WELL, "--outcome", "It is <b>open</b>.")
    wrong = nida(*outcome, "--outcome-in", "ur=<table>", "--yes")
    assert (wrong.status, wrong.err.count("\n")) == (2, 1)
    assert wrong.err.startswith("--outcome-in ur: ")
    foretold = lines_of(nida(*outcome, "--outcome-in", "ur=کنواں کھل گیا۔", "--dry-run"))
    assert "Nobody wants to hear of it." in foretold
    assert any(line.startswith("Not all of it is in Arabic: these readers get the source text") for line in foretold)


def test_it_is_shown_as_it_will_look_in_each_language(nida: Nida, petitions: Path) -> None:
    shown = json.loads(nida("petitions", "preview", WELL, "--json").out)
    assert list(shown) == ["en", "ar", "ur"]
    assert "Open the well" in shown["en"]
    assert "closed" not in shown["en"], "a draft is shown as if it were open"
    assert "کنواں کھولیے" in without_marks(shown["ur"])
    assert "Let everybody drink." in shown["ar"], "and what is not translated yet in the source's"
    called = nida("petitions", "preview", WELL, "--of", "call", "--locale", "en").out
    assert "Will you sign? " in without_marks(called)
    for option, value in (("--of", "leaflet"), ("--locale", "fr")):
        wrong = nida("petitions", "preview", WELL, option, value)
        assert (wrong.status, wrong.err.count("\n")) == (2, 1)


def test_a_petition_is_shown_with_what_waits_and_never_who_signed(nida: Nida, signed: None) -> None:
    shown = nida("petitions", "show", WELL)
    assert {"signed 3", "goal 4", "asks name, comment"} <= set(lines_of(shown))
    assert "Comments that nobody has looked at: 2; see `nida petitions comments open-the-well`." in shown.out
    assert "آمال" not in shown.out + nida("petitions", "show", WELL, "--json").out


def test_what_was_over_when_it_was_taken_in_is_not_said_to_have_been_signed_by_nobody(nida: Nida, installation: Path) -> None:
    file = installation / "exported.toml"
    file.write_text(f'exported = true\n{PETITIONS}status = "closed"\n', encoding="utf-8")
    assert nida("content", "apply", file).status == 0
    assert f"{WELL} closed not known here 4 0" in lines_of(nida("petitions", "list"))
    assert "signed not known here" in lines_of(nida("petitions", "show", WELL))
    assert json.loads(nida("petitions", "list", "--json").out)[0]["counted"] is None
    assert json.loads(nida("petitions", "show", WELL, "--json").out)["petition"]["counted"] is None
    assert lines_of(nida("petitions", "deliver", WELL, "--dry-run"))[0] == WELL, "and none with it"


def test_a_call_to_sign_says_whom_it_goes_to(nida: Nida, petitions: Path) -> None:
    draft = nida("announce", f"petition:{WELL}", "--dry-run")
    assert (draft.status, draft.err.count("\n")) == (1, 1)
    assert "The petition open-the-well cannot be signed now" in draft.err
    assert nida("petitions", "open", WELL, "--yes").status == 0
    forecast = json.loads(nida("announce", f"petition:{WELL}", "--dry-run", "--json").out)
    assert (forecast["subject"], forecast["total"]) == (f"petition:{WELL}:call", 0)


def test_comments_are_listed_and_shown_by_their_marks(nida: Nida, signed: None) -> None:
    first, second = json.loads(nida("petitions", "comments", WELL, "--json").out)
    assert (first["name"], first["comment"], second["comment"]) == ("آمال", "Water is life.", "<b>Now</b>")
    decided = nida("petitions", "comments", WELL, "--show", first["mark"], "--hide", second["mark"])
    assert decided.out == "Shown from now on: 1. Hidden: 1.\nNo comment of open-the-well waits.\n"
    wrong = nida("petitions", "comments", WELL, "--show", "1-0")
    assert (wrong.status, wrong.err.count("\n")) == (1, 1)
    states = [each["state"] for each in json.loads(nida("petitions", "comments", WELL, "--all", "--json").out)]
    assert states == ["hidden", "shown"]


def test_bursts_are_decided_one_at_a_time(nida: Nida, signed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIDA_PETITIONS__BURST", "1")
    asyncio.run(_sign(*[Answers()] * 6))
    (burst,) = json.loads(nida("petitions", "bursts", "--json").out)
    assert (burst["source"], burst["signatures"], burst["set_aside"]) == ("leaflet", 3, 3)
    both = nida("petitions", "bursts", "--release", burst["id"], "--exclude", burst["id"])
    assert (both.status, both.err) == (2, "Decide on one burst at a time: --release or --exclude.\n")
    released = nida("petitions", "bursts", "--release", burst["id"])
    assert released.out == "Burst 1 of open-the-well is released: 0 of its 3 set aside.\n"
    assert {"signed 6", "set aside 0"} <= set(lines_of(nida("petitions", "show", WELL)))
    none = nida("petitions", "bursts", "--release", "77")
    assert (none.status, none.err) == (1, "There is no burst 77; `nida petitions bursts` lists them.\n")


@pytest.mark.parametrize("verb", ["show", "preview", "comments", "open", "close", "deliver"])
def test_a_petition_that_is_none_is_one_sentence(nida: Nida, petitions: Path, verb: str) -> None:
    result = nida("petitions", verb, "nowhere")
    assert (result.status, result.err) == (1, "There is no petition nowhere; `nida petitions list` shows those there are.\n")


def test_through_a_running_bot_it_is_the_same_and_of_two_at_once_the_second_is_refused(nida: Nida, signed: None) -> None:
    async def ask() -> None:
        async with through_the_socket(Path("socket")) as (services, operations):
            here = LocalOperations(services, lambda: None)
            assert await operations.petitions() == await here.petitions()
            assert await operations.petition(WELL) == await here.petition(WELL)
            assert await operations.comments(WELL, "amina", False) == await here.comments(WELL, "amina", False)
            assert await operations.bursts(None, True) == []
            request = ChangeRequest(Action.OUTCOME, {"en": "It is open.", "ur": "کھل گیا۔"})
            seen = await operations.forecast_petition(WELL, request)
            told = await operations.change_petition(WELL, request, "amina", seen.before.changed_at)
            assert told is not None
            assert told.subject == "petition:open-the-well:outcome"
            with pytest.raises(NidaError, match="was changed by somebody else meanwhile"):
                await operations.change_petition(WELL, request, "noor", seen.before.changed_at)

    asyncio.run(ask())
