"""A receipt, asked for by who signed, and checked by three programs: ours, pymerkle, and a script in another language."""

import json
import subprocess
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pymerkle
import pytest
from playwright._impl._driver import compute_driver_executable

from bot.petitions.checking import check_receipt
from bot.petitions.heads import Heads
from bot.petitions.published import Receipt
from bot.petitions.receipts import ReceiptFile, Receipts
from bot.petitions.service import Petitions
from bot.petitions.views import Answers, Signer
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.clocks import FrozenClock
from tests.petitions.logs import receipt_of
from tests.petitions.world import SLUG, add_petition

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verify-receipt.mjs"
PEOPLE = range(1001, 1008)


@pytest.fixture
def petitions(database: Database, vault: Vault, clock: FrozenClock) -> Petitions:
    return Petitions(database, vault, clock, "en", ZoneInfo("Europe/London"), 60)


@pytest.fixture
def receipts(database: Database, vault: Vault, clock: FrozenClock) -> Receipts:
    return Receipts(database, vault, Heads(database, vault, clock))


async def sign(petitions: Petitions, petition_id: int, *people: int) -> None:
    for person in people:
        await petitions.sign(Signer(person, "en"), petition_id, Answers(), show_name=False, pass_on=False)


async def asked_for(receipts: Receipts, person: int, petition_id: int) -> ReceiptFile:
    file = await receipts.of(person, petition_id)
    assert file is not None
    return file


def by_the_script(file: Path, *key: str) -> subprocess.CompletedProcess[str]:
    node, _ = compute_driver_executable()
    return subprocess.run([node, str(SCRIPT), str(file), *key], capture_output=True, text=True, check=False)


async def test_each_signer_has_one_that_three_programs_agree_on(
    database: Database, clock: FrozenClock, petitions: Petitions, receipts: Receipts, tmp_path: Path
) -> None:
    petition_id = await add_petition(database, clock)
    await sign(petitions, petition_id, *PEOPLE)
    for number, person in enumerate(PEOPLE):
        file = await asked_for(receipts, person, petition_id)
        written = json.loads(file.body)
        receipt = Receipt.from_json(written)
        check_receipt(receipt)
        assert (file.name, receipt.entry, receipt.head.size) == (f"receipt-{SLUG}.json", number, len(PEOPLE))
        check_with_pymerkle(written)
    (tmp_path / file.name).write_bytes(file.body)
    done = by_the_script(tmp_path / file.name, written["head"]["key"])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Entry 6 of 7 of open-justice, 7 counted, signed by ")


def check_with_pymerkle(receipt: dict[str, object]) -> None:
    """Everything made anew from what the receipt says, none of it with code of ours."""
    head = receipt["head"]
    assert isinstance(head, dict)
    salt, tag = bytes.fromhex(str(receipt["salt"])), bytes.fromhex(str(receipt["tag"]))
    commitment = sha256(salt + head["petition"].encode() + tag + str(receipt["hour"]).encode()).digest()
    leaf = sha256(b"\x00" + b"\x00" + commitment).digest()
    assert isinstance(receipt["entry"], int)
    assert isinstance(receipt["path"], list)
    size, index = head["size"], receipt["entry"] + 1
    like_it = pymerkle.InmemoryTree()
    for _ in range(size):
        like_it.append_entry(b"")
    shape = like_it.prove_inclusion(index, size)
    path = [leaf, *map(bytes.fromhex, receipt["path"])]
    proof = pymerkle.InclusionProof("sha256", security=True, size=size, index=index, rule=shape.rule, path=path)
    pymerkle.verify_inclusion(leaf, bytes.fromhex(head["root"]), proof, index=index, size=size)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("salt", "0" * 64, "does not lead to the root"),
        ("hour", "2026-11-03T11Z", "does not lead to the root"),
        ("entry", 2, "does not lead to the root"),
        ("entry", 17, "not under this head"),
        ("path", [], "does not lead to the root"),
        ("path", ["0" * 64] * 9, "too long"),
    ],
)
def test_the_script_refuses_what_was_changed(vault: Vault, tmp_path: Path, name: str, value: object, said: str) -> None:
    (tmp_path / "receipt.json").write_text(json.dumps(receipt_of(vault, 3).to_json() | {name: value}))
    done = by_the_script(tmp_path / "receipt.json")
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr


def test_the_script_refuses_a_head_nobody_signed_and_a_key_nobody_trusts(vault: Vault, tmp_path: Path) -> None:
    file, written = tmp_path / "receipt.json", receipt_of(vault, 3).to_json()
    file.write_text(json.dumps(written))
    assert "another key" in by_the_script(file, "0" * 64).stderr
    written["head"]["counted"] = 9
    file.write_text(json.dumps(written))
    assert "signature is not right" in by_the_script(file).stderr


async def test_only_who_signed_has_one_and_none_after_withdrawing(
    database: Database, clock: FrozenClock, petitions: Petitions, receipts: Receipts
) -> None:
    petition_id = await add_petition(database, clock)
    await sign(petitions, petition_id, *PEOPLE)
    assert await receipts.of(999, petition_id) is None
    for nothing in (petition_id + 1, 0, -1, 2**40):
        assert await receipts.of(PEOPLE[0], nothing) is None
    kept = Receipt.from_json(json.loads((await asked_for(receipts, PEOPLE[0], petition_id)).body))
    await petitions.withdraw(Signer(PEOPLE[0], "en"), petition_id)
    assert await receipts.of(PEOPLE[0], petition_id) is None
    check_receipt(kept)  # what was published cannot be taken back: it says that the entry is there, not that it counts
    later = Receipt.from_json(json.loads((await asked_for(receipts, PEOPLE[1], petition_id)).body))
    assert (later.head.size, later.head.counted) == (8, 6)


async def test_a_receipt_says_who_signed_to_nobody(
    database: Database, clock: FrozenClock, petitions: Petitions, receipts: Receipts
) -> None:
    petition_id = await add_petition(database, clock)
    await sign(petitions, petition_id, *PEOPLE)
    file = await asked_for(receipts, PEOPLE[2], petition_id)
    assert str(PEOPLE[2]) not in file.body.decode()
    assert set(json.loads(file.body)) == {"receipt", "entry", "hour", "salt", "tag", "path", "head"}
