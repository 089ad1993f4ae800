"""nida petitions export --log and verify: from a database to a stranger's machine, where nothing of the bot is."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from bot.operations.services import Services
from bot.petitions.published import SIGNED_AS
from bot.petitions.views import Answers, Signer
from bot.storage.vault import Vault
from tests.cli.conftest import Nida
from tests.cli.listening import through_the_socket
from tests.petitions.logs import COUNTED_AFTER, STORY, receipt_of, written_log
from tests.petitions.world import SLUG, add_petition

VAULT = Vault(b"a secret of the tests, 32 bytes.")
KEY = VAULT.public_key(SIGNED_AS).hex()


@pytest.fixture
def log(folder: Path) -> Path:
    file = folder / "log.jsonl"
    file.write_bytes(b"".join(written_log(VAULT, STORY, COUNTED_AFTER[-1])))
    return file


@pytest.fixture
def receipt(folder: Path) -> Path:
    file = folder / "receipt.json"
    file.write_text(json.dumps(receipt_of(VAULT, 3).to_json()))
    return file


async def _sign(services: Services, *people: int) -> int:
    petition_id = await add_petition(services.database, services.clock)
    for person in people:
        signer = Signer(person, "en")
        await services.petitions.sign(signer, petition_id, Answers(), show_name=False, pass_on=False)
    await services.petitions.withdraw(Signer(people[0], "en"), petition_id)
    return petition_id


def test_what_an_installation_exports_is_checked_elsewhere(installation: Path, nida: Nida) -> None:
    async def prepare() -> tuple[str, str]:
        async with through_the_socket(installation / "s") as (services, operations):
            petition_id = await _sign(services, 11, 12, 13)
            found = await services.receipts.of(12, petition_id)
            assert found is not None
            (installation / "mine.json").write_bytes(found.body)
            return await operations.petition_head(SLUG, None), await operations.petition_entries(SLUG, 0, 3)

    head, entries = asyncio.run(prepare())
    exported = nida("petitions", "export", SLUG, "--log", "log.jsonl")
    assert (exported.status, exported.out) == (
        0,
        "4 entries are in log.jsonl; `nida petitions verify log.jsonl` checks them, anywhere.\n",
    )
    assert (installation / "log.jsonl").read_text().startswith(head + entries)
    checked = json.loads(nida("petitions", "verify", "log.jsonl", "--receipt", "mine.json", "--json").out)
    counts = {name: checked["log"][name] for name in ("signed", "withdrawn", "set_aside", "counted")}
    assert counts == {"signed": 3, "withdrawn": 1, "set_aside": 0, "counted": 2}
    assert checked["receipt"]["entry"] == 1
    recorded = json.loads(nida("audit", "list", "--json").out)
    assert [(each["what"], each["object"]) for each in recorded] == [("petition.log", f"petition:{SLUG}")]
    by_slug = nida("petitions", "verify", SLUG, "--key", checked["log"]["head"]["key"])
    assert (by_slug.status, "counted: 2." in by_slug.out) == (0, True)


def test_a_petition_that_is_not_there_leaves_no_file(installation: Path, nida: Nida) -> None:
    before = sorted(installation.iterdir())
    done = nida("petitions", "export", "no-such-petition", "--log", "log.jsonl")
    assert (done.status, done.err) == (1, "There is no petition no-such-petition; `nida petitions list` shows those there are.\n")
    done = nida("petitions", "export", "no-such-petition", "--log", "no/log.jsonl")
    assert (done.status, done.err) == (1, "no/log.jsonl cannot be written: No such file or directory.\n")
    assert sorted(installation.iterdir()) == before


def test_a_stranger_needs_nothing_but_the_files(log: Path, receipt: Path, nida: Nida) -> None:
    done = nida("petitions", "verify", log, "--receipt", receipt)
    assert (done.status, done.out.splitlines()) == (
        0,
        [
            "The receipt is right: it is entry 3 of the 17 that open-justice had (2026-11-03T10Z).",
            "open-justice: everything fits. Entries: 17; signed heads: 1, the last of 2026-11-03T10Z.",
            "Signed: 11; withdrawn or erased: 3; set aside: 0; counted: 8.",
            f"The key is {KEY}: is it the one that the organisation publishes?",
        ],
    )
    trusted = nida("petitions", "verify", "--receipt", receipt, "--key", KEY)
    assert (trusted.status, len(trusted.out.splitlines())) == (0, 1)


def test_heads_kept_from_before_are_checked_too(log: Path, folder: Path, nida: Nida) -> None:
    def head_of(size: int, name: str) -> None:
        (folder / name).write_bytes(written_log(VAULT, STORY[:size], COUNTED_AFTER[size - 1])[0])

    head_of(5, "head.json")
    several = [json.loads(written_log(VAULT, STORY[:size], COUNTED_AFTER[size - 1])[0]) for size in (7, 9)]
    (folder / "heads.json").write_text(json.dumps({"heads": several}))
    done = nida("petitions", "verify", log, "--heads", "head.json", "--heads", "heads.json", "--json")
    assert (done.status, json.loads(done.out)["log"]["heads"]) == (0, 4)
    (folder / "head.json").write_bytes(written_log(VAULT, STORY[1:6], 5)[0])
    done = nida("petitions", "verify", log, "--heads", "head.json")
    assert (done.status, done.err.startswith("The head over 5 entries (2026-11-03T10Z)")) == (1, True)


def test_the_first_line_that_does_not_fit_is_named(log: Path, nida: Nida) -> None:
    lines = log.read_text().splitlines(keepends=True)
    lines[5] = lines[5].replace('"entry":4', '"entry":5')
    log.write_text("".join(lines))
    done = nida("petitions", "verify", log)
    assert (done.status, done.out, done.err) == (1, "", "Line 6 is entry 5, where there should be entry 4.\n")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((), 2, "Name the file of a log, or a receipt with --receipt FILE."),
        (("No log",), 1, "No log cannot be read: No such file or directory."),
        (("--receipt", "none.json"), 1, "none.json cannot be read: No such file or directory."),
        (("--receipt", "log.jsonl"), 1, "log.jsonl is not JSON; is it the file that was downloaded?"),
        (("log.jsonl", "--heads", "log.jsonl"), 1, "log.jsonl is not JSON; is it the file that was downloaded?"),
        (("receipt.json",), 1, "The head has no petition that can be one."),
        (("log.jsonl", "--key", "zz"), 2, "--key is not a key: 64 hexadecimal digits, as in head.json."),
        (("log.jsonl", "--key", "00" * 32), 1, f"The head over 17 entries is signed with another key: {KEY}."),
        (("--receipt", "receipt.json", "--key", "00" * 32), 1, f"The head over 17 entries is signed with another key: {KEY}."),
    ],
)
@pytest.mark.usefixtures("log", "receipt")
def test_what_cannot_be_checked_is_said_in_one_sentence(nida: Nida, arguments: tuple[str, ...], status: int, said: str) -> None:
    done = nida("petitions", "verify", *arguments)
    assert (done.status, done.err) == (status, f"{said}\n")


def test_checking_loads_nothing_of_the_bots_services(log: Path, receipt: Path) -> None:
    import subprocess

    program = (
        "import sys\nfrom bot.cli.entry import run\n"
        f"status = run(['petitions', 'verify', {str(log)!r}, '--receipt', {str(receipt)!r}])\n"
        "heavy = {'sqlalchemy', 'aiogram', 'aiohttp', 'bot.petitions.service', 'bot.petitions.models', 'bot.app'}\n"
        "print(sorted(heavy & set(sys.modules)), status)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.splitlines()[-1] == "[] 0"
