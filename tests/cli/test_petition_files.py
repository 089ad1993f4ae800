"""nida petitions export and card: what is written where, for whose eyes, and what is recorded."""

import asyncio
import json
import re
import stat
from pathlib import Path

import pytest
from PIL import Image, ImageColor

from bot.fonts import SETTING
from bot.petitions.models import PetitionStatus
from bot.petitions.views import Answers
from bot.pictures.cards import TRACK
from bot.storage.database import Database
from bot.storage.vault import open_vault
from tests.cli.conftest import Nida, bind, ensure_refused
from tests.clocks import FrozenClock
from tests.petitions.making import AMAL, BILAL, EVERYTHING, SAID, add_petition, petitions_of
from tests.telegram_world import TelegramWorld

EXPORT = ("petitions", "export", "open-justice")


@pytest.fixture
def signed(installation: Path) -> Path:
    """An installation with a petition that two have signed, one of whom lets it be passed on."""
    url = f"sqlite:///{installation / 'nida.db'}"
    bind(url, installation / "nida.key")

    async def sign() -> None:
        database = Database(url)
        petition = await add_petition(database, asks=EVERYTHING)
        petitions = petitions_of(database, open_vault(installation / "nida.key"), FrozenClock())
        await petitions.sign(AMAL, petition, SAID, show_name=False, pass_on=True)
        await petitions.sign(BILAL, petition, Answers(name="Bilal"), show_name=True, pass_on=False)
        await database.close()

    asyncio.run(sign())
    return installation


def recorded(nida: Nida) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = json.loads(nida("audit", "list", "--json").out)
    return entries


def test_each_form_is_written_for_its_owner_alone_and_recorded(nida: Nida, signed: Path) -> None:
    for form, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        done = nida(*EXPORT, "--format", form, "--by", "amal")
        assert done.status == 0, done.err
        file = signed / f"open-justice.{form}"
        assert file.read_bytes().startswith(begins)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert done.out.startswith(f"Wrote open-justice.{form}: 1 person of 2 who sign.")
        newest = recorded(nida)[0]
        assert (newest["who"], newest["what"], newest["object"]) == ("amal", "petition.export", "petition:open-justice")
        assert newest["details"] == {"format": form, "people": 1, "counted": 2, "sums": False}
    ensure_csv_names_who_agreed_and_nobody_else(nida, signed)
    ensure_sums_alone_name_nobody(nida, signed)


def ensure_csv_names_who_agreed_and_nobody_else(nida: Nida, signed: Path) -> None:
    assert nida(*EXPORT, "--format", "csv", "--locale", "ur", "-o", "out.csv").status == 0
    text = (signed / "out.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines() == ["نام,شہر,ملک,تبصرہ", f"{SAID.name},Bradford,سلطنت متحدہ,"]


def ensure_sums_alone_name_nobody(nida: Nida, signed: Path) -> None:
    done = nida(*EXPORT, "--format", "csv", "--sums", "--json", "-o", "sums.csv")
    assert json.loads(done.out) == {"file": "sums.csv", "counted": 2, "agreed": 1, "people": None}
    text = (signed / "sums.csv").read_text(encoding="utf-8-sig")
    assert "Bilal" not in text
    assert str(SAID.name) not in text
    assert '"Elsewhere, or not said",2' in text


REFUSED = [
    (EXPORT, 2, "Say what to write: --format csv, xlsx or pdf"),
    ((*EXPORT, "--format", "csv", "--log", "x"), 2, "Say what to write"),
    ((*EXPORT, "--format", "doc"), 2, "--format doc is none of csv, xlsx, pdf."),
    ((*EXPORT, "--format", "csv", "--locale", "fr"), 2, "--locale fr is none of en, ar, ur."),
    ((*EXPORT, "--format", "csv", "-o", "config.toml"), 2, "config.toml exists already"),
    (("petitions", "export", "unknown", "--format", "csv"), 1, "There is no petition unknown"),
    (("petitions", "card", "open-justice", "--size", "round"), 2, "--size round is none of square, wide."),
    (("petitions", "card", "open-justice", "--source", "a b"), 2, "--source takes Latin letters"),
    (("petitions", "card", "unknown"), 1, "There is no petition unknown"),
]


def test_what_cannot_be_is_one_sentence_and_gives_nothing_out(nida: Nida, signed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(signed.iterdir())
    for arguments, status, sentence in REFUSED:
        ensure_refused(nida(*arguments), status, sentence)
    monkeypatch.setenv("NIDA_TELEGRAM__API_URL", "http://127.0.0.1:1")
    ensure_refused(nida("petitions", "card", "open-justice"), 1, "Telegram does not say what the bot is called")
    monkeypatch.setenv(SETTING, str(signed))
    ensure_refused(nida(*EXPORT, "--format", "pdf"), 1, "apt-get install fonts-noto-core")
    assert not [file for file in set(signed.iterdir()) - before if "nida.db" not in file.name]
    assert recorded(nida) == []


async def test_a_card_leads_to_the_bot(world: TelegramWorld, nida: Nida, signed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIDA_TELEGRAM__TOKEN", world.token)
    monkeypatch.setenv("NIDA_TELEGRAM__API_URL", world.url)
    made = await asyncio.to_thread(nida, "petitions", "card", "open-justice", "--locale", "ur", "--size", "wide", "--json")
    assert made.status == 0, made.err
    link = json.loads(made.out)["link"]
    assert re.fullmatch(r"https://t\.me/\w+\?start=petition-open-justice__card", link)
    with Image.open(signed / "open-justice-ur-wide.png") as picture:
        assert picture.size == (1200, 630)


async def test_a_card_of_what_was_over_when_it_was_taken_in_tells_no_count(
    world: TelegramWorld, nida: Nida, signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIDA_TELEGRAM__TOKEN", world.token)
    monkeypatch.setenv("NIDA_TELEGRAM__API_URL", world.url)
    database = Database(f"sqlite:///{signed / 'nida.db'}")
    await add_petition(database, "taken-in", status=PetitionStatus.CLOSED)
    await database.close()
    said = "It tells no count: it was over when it was taken in, and how many signed it elsewhere is not known here."
    for slug, telling in (("open-justice", False), ("taken-in", True)):
        made = await asyncio.to_thread(nida, "petitions", "card", slug, "--locale", "en")
        assert made.status == 0, made.err
        assert (said in made.out) is telling
    with Image.open(signed / "open-justice-en-square.png") as counted, Image.open(signed / "taken-in-en-square.png") as taken_in:
        drawn = [{colour for _, colour in image.convert("RGB").getcolors(2**24) or []} for image in (counted, taken_in)]
    assert [ImageColor.getrgb(TRACK) in colours for colours in drawn] == [True, False], "nor is a bar drawn"
