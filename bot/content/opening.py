"""Opening what an editor names: done by whoever was asked to, with their rights and from their folder, never by the bot."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Opened:
    """A file under the name it was given. With a `fault`, which says why, there is no text."""

    name: Path
    text: str = ""
    fault: str = ""


def opened(paths: Iterable[Path]) -> list[Opened]:
    """The files themselves, and in folders whatever ends in .toml."""
    return [file for path in paths for file in _below(path)]


def _below(path: Path) -> Iterator[Opened]:
    found: Sequence[Path] = sorted(path.rglob("*.toml")) if path.is_dir() else [path]
    if not found:
        yield Opened(path, fault="holds no .toml file.")
    yield from map(opened_file, found)


def opened_file(file: Path) -> Opened:
    try:
        return Opened(file, file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        return Opened(file, fault=f"cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        return Opened(file, fault="is not UTF-8; save it as UTF-8 text.")
