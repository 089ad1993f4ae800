"""What is sealed opens in its place with its key, and nowhere else."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Misuse, NidaError
from bot.storage.vault import Cell, Vault, open_vault, write_new_key

VAULT = Vault(b"one secret of thirty-two bytes..")
OTHER = Vault(b"another secret, 32 bytes as well")
CELL = Cell("supporters", "telegram_id", 7)

rows = st.one_of(st.integers(), st.text(), st.binary())


@given(st.binary(max_size=200), rows)
def test_what_was_sealed_opens_in_its_place(value: bytes, row: int | str | bytes) -> None:
    cell = Cell("supporters", "telegram_id", row)
    assert VAULT.open(VAULT.seal(value, cell), cell) == value


@given(st.binary(min_size=1, max_size=40), st.data())
def test_one_changed_bit_is_noticed(value: bytes, data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal(value, CELL))
    # The first four bytes only name the key; everything behind them is authenticated.
    at = data.draw(st.integers(4, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(NidaError, match=r"supporters\.telegram_id does not open"):
        VAULT.open(bytes(sealed), CELL)


@pytest.mark.parametrize(
    "elsewhere", [Cell("supporters", "telegram_id", 8), Cell("supporters", "tag", 7), Cell("followings", "telegram_id", 7)]
)
def test_a_cell_moved_to_another_place_does_not_open(elsewhere: Cell) -> None:
    with pytest.raises(NidaError):
        VAULT.open(VAULT.seal(b"123", CELL), elsewhere)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(NidaError):
        OTHER.open(VAULT.seal(b"123", CELL), CELL)


@pytest.mark.parametrize("length", [0, 3, 15, 20])
def test_a_value_cut_short_is_refused_like_a_changed_one(length: int) -> None:
    with pytest.raises(NidaError):
        VAULT.open(VAULT.seal(b"123", CELL)[:length], CELL)


def test_sealing_twice_gives_two_values() -> None:
    assert VAULT.seal(b"123", CELL) != VAULT.seal(b"123", CELL)


def test_blind_indexes_agree_within_a_purpose_and_a_key_alone() -> None:
    assert VAULT.tag("supporters", b"7") == VAULT.tag("supporters", b"7")
    assert VAULT.tag("supporters", b"7") != VAULT.tag("conversations", b"7")
    assert VAULT.tag("supporters", b"7") != OTHER.tag("supporters", b"7")


def test_a_new_key_file_is_for_its_owner_alone_and_opens(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "nida.key"
    write_new_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    vault = open_vault(path)
    assert open_vault(path).open(vault.seal(b"x", CELL), CELL) == b"x"


def test_a_key_file_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "nida.key"
    write_new_key(path)
    before = path.read_bytes()
    with pytest.raises(Misuse, match="exists already"):
        write_new_key(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", ["", "hello", "nida-key-v1 ###", "nida-key-v1 c2hvcnQ=", "other-v9 " + "A" * 43 + "="])
def test_a_file_that_is_no_key_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "nida.key"
    path.write_text(content)
    with pytest.raises(Misuse, match="is not a key file; restore it"):
        open_vault(path)


def test_bytes_that_are_no_text_are_no_key_either(tmp_path: Path) -> None:
    path = tmp_path / "nida.key"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Misuse, match="is not a key file"):
        open_vault(path)


def test_a_missing_key_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=r"does not exist; .*`nida keys new`"):
        open_vault(tmp_path / "nida.key")


def test_a_key_path_that_is_a_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="cannot be read"):
        open_vault(tmp_path)
