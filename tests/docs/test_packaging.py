"""What is shipped: the wheel, and the lock files it is installed by."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.docs.reading import ROOT

PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return {_plain(name): version for name, version in PINNED.findall((ROOT / lock).read_text())}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.slow
def test_the_wheel_holds_the_bot_its_handlers_and_compiled_catalogues(tmp_path: Path) -> None:
    # Built from a copy: building compiles the catalogues, which other tests are reading.
    sources = shutil.copytree(ROOT, tmp_path / "sources", ignore=shutil.ignore_patterns(".*", "var", "*.mo", "__pycache__"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, sources],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("nida-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
        (entry_points,) = [name for name in names if name.endswith("entry_points.txt")]
        assert "nida = bot.cli:main" in opened.read(entry_points).decode()
        opened.extractall(tmp_path / "installed")
    wanted = {"bot/cli/entry.py", "bot/storage/migrations/versions/0001_first_tables.py"}
    assert {"handlers/__init__.py", *(f"bot/locales/{locale}/LC_MESSAGES/nida.mo" for locale in ("en", "ar", "ur"))} <= names
    assert wanted <= names
    static = {path.relative_to(ROOT).as_posix() for path in (ROOT / "bot" / "standin" / "static").rglob("*") if path.is_file()}
    assert static <= names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "bench/"))]
    _ensure_it_works_by_itself(tmp_path / "installed")


def _ensure_it_works_by_itself(installed: Path) -> None:
    program = "from bot.language import Catalogues; print(Catalogues.load(['en', 'ar', 'ur']).locales)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=installed, env={"PYTHONPATH": str(installed)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "'ur'" in done.stdout


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_requirement_is_locked_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = project["project"]["dependencies"] + groups["build"]
    if "dev" in lock:
        wanted += [requirement for requirement in groups["dev"] if isinstance(requirement, str)]
    names = {_plain(re.split(r"[\[<>=;! ]", requirement)[0]) for requirement in wanted}
    assert names <= pins(lock).keys()


def test_both_locks_agree() -> None:
    run, develop = pins("requirements.lock"), pins("requirements-dev.lock")
    assert run.items() <= develop.items()
