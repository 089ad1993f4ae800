"""The documentation mentions everything there is, and every link in it leads somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli.configuration import sections
from bot.cli.entry import app
from bot.telegram.commands import COMMANDS
from tests.docs.reading import ROOT, anchors, links, pages


def verbs() -> list[str]:
    """Every verb, as it is typed behind `nida`."""
    found = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        found += [f"{name} {verb}" for verb in command.commands] if hasattr(command, "commands") else [name]
    return found


def options() -> list[str]:
    """Every option of every verb, with the verb."""
    found = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        for verb, each in command.commands.items() if hasattr(command, "commands") else [("", command)]:
            names = {option for parameter in each.params for option in parameter.opts if option.startswith("--")}
            found += [f"{name} {verb} {option}".replace("  ", " ") for option in sorted(names - COMMON_OPTIONS)]
    return found


COMMON_OPTIONS = {"--help", "--config", "--json", "--debug"}


def mentions(wanted: str) -> bool:
    return any(re.search(rf"{re.escape(wanted)}(?![\w-])", text) for text in _texts())


@pytest.mark.parametrize("key", [f"{name}.{key}" for name, section in sections() for key in section.model_fields])
def test_every_setting_is_documented(key: str) -> None:
    assert mentions(f"`{key}`"), f"no page says what `{key}` is for"


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_of_the_bot_is_documented(command: str) -> None:
    assert mentions(f"/{command}"), f"no page says what /{command} does"


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_of_the_command_line_is_documented(verb: str) -> None:
    assert mentions(f"nida {verb}"), f"no page says what `nida {verb}` does"


@pytest.mark.parametrize("option", options())
def test_every_option_of_the_command_line_is_documented(option: str) -> None:
    verb, _, name = option.rpartition(" ")
    assert any(f"nida {verb}" in text and name in text for text in _texts()), f"no page that has `nida {verb}` has {name}"


def _texts() -> list[str]:
    return [page.read_text(encoding="utf-8") for page in pages()]


def test_the_reference_is_what_the_code_says() -> None:
    done = subprocess.run([sys.executable, "-c", WRITTEN], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (ROOT / "docs" / "reference.md").read_text(encoding="utf-8"), "write it anew: make docs"


WRITTEN = "import sys; sys.path.insert(0, 'tools'); import reference; sys.stdout.write(reference.reference())"


@pytest.mark.parametrize("target", re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
def test_every_make_target_is_documented(target: str) -> None:
    assert mentions(f"make {target}")


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        if target.startswith(("http://", "https://", "mailto:", "tg:")):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target} does not exist"
        assert there.is_relative_to(ROOT), f"{target} leads out of the repository"
        assert not anchor or anchor in anchors(there), f"{target}: there is no such heading"


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen:
            seen.add(page)
            paths = [(page.parent / target.partition("#")[0]).resolve() for target in links(page) if "://" not in target]
            folders = [file for path in paths if path.is_dir() for file in path.glob("*.md")]
            waiting += [path for path in [*paths, *folders] if path.suffix == ".md" and path.exists()]
    assert set(pages()) <= seen, f"not linked from anywhere: {[str(page.relative_to(ROOT)) for page in set(pages()) - seen]}"


HOST = re.compile(r"/(?:home|root|work|tmp|Users)/[a-z]")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted|index-url|npmjs\.|proxy\.golang")


@pytest.mark.parametrize(
    "file",
    subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(),
)
def test_nothing_of_one_machine_stands_in_the_repository(file: str) -> None:
    path = ROOT / file
    if not path.exists() or path.resolve() == Path(__file__).resolve() or path.suffix in {".png", ".ico", ".jpg"}:
        return
    text = path.read_text(encoding="utf-8")
    assert not HOST.search(text), HOST.search(text)
    if path.name.endswith((".lock", ".sh", ".toml", "Makefile", "run")):
        assert not REGISTRIES.search(text), REGISTRIES.search(text)


def test_the_changelog_knows_the_version() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text()
    assert "## Unreleased" in changes or f"## {_version()}" in changes


def _version() -> str:
    found = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def test_no_picture_makes_the_repository_heavy() -> None:
    images = sorted((ROOT / "docs" / "images").iterdir())
    assert images
    assert [image.name for image in images if image.stat().st_size > 120_000] == []
