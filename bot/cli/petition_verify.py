"""nida petitions verify: whether what a petition published fits together. It needs no configuration, database or network."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from bot.cli.call import call, verb
from bot.cli.screen import give, is_interactive, say

if TYPE_CHECKING:
    from bot.petitions.checking import Checked
    from bot.petitions.published import Head, Receipt


def register(app: typer.Typer) -> None:
    verb(app, "verify")(verify)


def verify(
    log: Annotated[
        Path | None,
        typer.Argument(metavar="LOG|SLUG", help="A log, as downloaded, or a petition of this installation.", show_default=False),
    ] = None,
    heads: Annotated[
        list[Path] | None,
        typer.Option("--heads", metavar="FILE", help="Heads kept from before, head.json or heads.json.", show_default=False),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", metavar="HEX", help="The organisation's key, from its web site.", show_default=False)
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", metavar="FILE", help="A signer's receipt to check.", show_default=False)
    ] = None,
) -> None:
    """Check a petition's log, its heads or a receipt offline, and name the first line that does not fit."""
    from bot.errors import Misuse

    if log is None and receipt is None:
        raise Misuse("Name the file of a log, or a receipt with --receipt FILE.")
    trusted = _key_in(key)
    held = _receipt_in(receipt) if receipt else None
    if held is not None:
        _check_receipt(held, trusted)
    checked = None
    if log is not None:
        with _at_hand(log) as file:
            checked = _check_log(file, _heads_in(heads or ()), trusted, held)
        _tell(checked)
    if (shown := checked or held) and trusted is None:
        say(f"The key is {shown.head.key.hex()}: is it the one that the organisation publishes?")
    give(_as_json(checked, held))


def _check_log(file: Path, others: "list[Head]", key: bytes | None, receipt: "Receipt | None") -> "Checked":
    from itertools import islice

    from bot.petitions.checking import check_log, check_receipt_in_log

    with open_log(file) as lines:
        checked = check_log(lines, [*others, *([receipt.head] if receipt else ())], key)
    if receipt is not None:
        with open_log(file) as lines:
            check_receipt_in_log(receipt, next(islice(lines, receipt.entry + 1, None)))
    return checked


def _check_receipt(receipt: "Receipt", key: bytes | None) -> None:
    from bot.petitions.checking import check_receipt

    check_receipt(receipt, key)
    head = receipt.head
    say(f"The receipt is right: it is entry {receipt.entry} of the {head.size:,} that {head.petition} had ({head.at}).")


def _tell(checked: "Checked") -> None:
    head = checked.head
    say(f"{head.petition}: everything fits. Entries: {head.size:,}; signed heads: {checked.heads}, the last of {head.at}.")
    say(
        f"Signed: {checked.signed:,}; withdrawn or erased: {checked.withdrawn:,}; set aside: {checked.set_aside:,}; "
        f"counted: {checked.counted:,}."
    )


def _as_json(checked: "Checked | None", receipt: "Receipt | None") -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if checked is not None:
        counts = ("heads", "signed", "withdrawn", "set_aside", "counted")
        shown["log"] = {"head": checked.head.to_json(), **{name: getattr(checked, name) for name in counts}}
    if receipt is not None:
        shown["receipt"] = {"entry": receipt.entry, "head": receipt.head.to_json()}
    return shown


@contextmanager
def _at_hand(log: Path) -> Iterator[Path]:
    """The file of a log; for the slug of a petition, one written now by this installation."""
    from bot.storage.asking import may_exist

    if log.exists() or not may_exist(str(log)):
        yield log
        return
    import asyncio
    from tempfile import TemporaryDirectory

    from bot.cli.petition_export import write_log

    with TemporaryDirectory() as folder:
        file = Path(folder) / "log.jsonl"
        asyncio.run(write_log(str(log), file, None))
        yield file


def _heads_in(files: "Sequence[Path]") -> "list[Head]":
    from bot.petitions.published import Head

    heads: list[Head] = []
    for file in files:
        written = _json_in(file)
        several = written["heads"] if isinstance(written, dict) and isinstance(written.get("heads"), list) else [written]
        heads += map(Head.from_json, several)
    return heads


def _receipt_in(file: Path) -> "Receipt":
    from bot.petitions.published import Receipt

    return Receipt.from_json(_json_in(file))


def _key_in(written: str | None) -> bytes | None:
    from bot.errors import Misuse

    try:
        key = None if written is None else bytes.fromhex(written)
    except ValueError:
        key = b""
    if key is not None and len(key) != 32:
        raise Misuse("--key is not a key: 64 hexadecimal digits, as in head.json.")
    return key


def _json_in(file: Path) -> object:
    import json

    from bot.errors import NidaError

    with open_log(file) as opened:
        try:
            return json.loads(opened.read())
        except ValueError:
            raise NidaError(f"{file} is not JSON; is it the file that was downloaded?") from None


@contextmanager
def open_log(file: Path) -> Iterator[BinaryIO]:
    """For a person at a terminal a large one shows how far it is."""
    from bot.errors import NidaError

    try:
        opened: BinaryIO = file.open("rb")
    except OSError as error:
        raise NidaError(f"{file} cannot be read: {error.strerror}.") from None
    with opened:
        if call().json or not is_interactive():
            yield opened
            return
        from rich.progress import wrap_file

        with wrap_file(opened, file.stat().st_size, description="Checking", transient=True) as shown:
            yield shown
