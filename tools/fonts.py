"""Puts the fonts into the environment, out of Debian's package and without root: python -m tools.fonts

Where they are installed already, or where nobody can say how to get them, nothing is done. It never fails: without them the page
shows Arabic and Urdu in what the device has, and pictures and documents are not made.
"""

import io
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.fonts import FONTS, OWN_FOLDER, missing_fonts

PACKAGE: Final = "fonts-noto-core"
PATIENCE: Final = 300.0
"""Seconds one call of apt-get may take; the package has 12 MB."""
QUICK: Final = ("-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20", "-o", "Acquire::https::Timeout=20")


def fetch() -> bool:
    """Whether all fonts are there now."""
    with TemporaryDirectory() as name:
        work = Path(name)
        try:
            _take_out(_download(work))
        except (OSError, subprocess.SubprocessError, tarfile.TarError):
            return False
    return not missing_fonts()


def _download(work: Path) -> Path:
    """By the lists of packages the system has; a fresh machine has none, and they are fetched to where we may write."""
    try:
        _apt_get(work, "download", PACKAGE)
    except subprocess.CalledProcessError:
        own = list(_own_lists(work))
        _apt_get(work, *own, "update")
        _apt_get(work, *own, "download", PACKAGE)
    return next(work.glob(f"{PACKAGE}_*.deb"))


def _own_lists(work: Path) -> Iterator[str]:
    for setting, folder in (("Dir::State::lists", "lists"), ("Dir::Cache", "cache")):
        (work / folder / "partial").mkdir(parents=True)
        yield from ("-o", f"{setting}={work / folder}")


def _apt_get(work: Path, *arguments: str) -> None:
    command = ["apt-get", *QUICK, *arguments]
    subprocess.run(command, cwd=work, check=True, capture_output=True, timeout=PATIENCE)


def _take_out(package: Path) -> None:
    command = ["dpkg-deb", "--fsys-tarfile", str(package)]
    files = subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE).stdout
    OWN_FOLDER.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(files)) as archive:
        for member in archive:
            name = Path(member.name).name
            if name in FONTS and (content := archive.extractfile(member)):
                (OWN_FOLDER / name).write_bytes(content.read())


if __name__ == "__main__" and missing_fonts():
    sys.stderr.write("Fetching the fonts…\n")
    if not fetch():
        sys.stderr.write(
            "They could not be fetched: Urdu and Arabic are shown in the fonts your device has, and no pictures are made. "
            "To have them, install Noto Sans, Naskh Arabic and Nastaliq Urdu (Debian: apt-get install fonts-noto-core).\n"
        )
