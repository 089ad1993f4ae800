"""The files of the chat page: mirrored by direction alone, nothing inline, no text read as markup, all words in all
languages."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.standin.page import STATIC
from tests.telegram_world import TelegramWorld

SIDED = re.compile(
    r"(?<![-\w])(left|right|margin-(left|right|top|bottom)|padding-(left|right|top|bottom)|"
    r"border-(left|right)[-\w]*|border-(top|bottom)-(left|right)-radius|float|width|height|(min|max)-(width|height))\s*:|"
    r"text-align\s*:\s*(left|right)"
)
SCRIPTS = sorted(STATIC.glob("*.js"))


def test_the_style_uses_logical_properties_only() -> None:
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    rules = re.sub(r"@media \([^)]*\)|/\*.*?\*/", "", style, flags=re.DOTALL)
    assert [found[0] for found in SIDED.finditer(rules)] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_reads_text_as_markup(script: Path) -> None:
    source = script.read_text(encoding="utf-8")
    for dangerous in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert dangerous not in source


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?://", page)


async def test_the_page_comes_with_a_policy_that_allows_nothing_but_itself(world: TelegramWorld) -> None:
    for path in ("/", "/static/chat.js"):
        async with world.control.get(path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert response.status == 200
            assert policy.startswith("default-src 'none'")
            assert "unsafe" not in policy
    for path in ("/static/none.js", "/static/..%2Fpage.py", "/static/%2e%2e/page.py"):
        async with world.control.get(path) as response:
            assert response.status == 404


def test_every_word_of_the_page_is_there_in_every_language() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("The words are compared by Node.js, which is not installed; the browser test reads them too.")
    program = f"""
        import {{ wordsIn }} from "{STATIC / "words.js"}";
        const names = (words) => JSON.stringify([Object.keys(words), Object.keys(words.kinds)]);
        const same = ["ar", "ur"].every((language) => names(wordsIn(language)) === names(wordsIn("en")));
        const full = ["en", "ar", "ur"].every((language) => Object.values(wordsIn(language)).every(Boolean));
        process.exit(same && full ? 0 : 1);
    """
    assert subprocess.run([node, "--input-type=module", "-e", program], check=False).returncode == 0


FONT = "NotoNastaliqUrdu-Regular.ttf"


async def test_fonts_are_served_when_they_are_installed(
    world: TelegramWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FONT).write_bytes(b"a font")
    (tmp_path / "secret.ttf").write_bytes(b"not a font of the page")
    monkeypatch.setenv("NIDA_FONTS", str(tmp_path))
    async with world.control.get("/fonts/fonts.css") as response:
        rules = await response.text()
        assert response.content_type == "text/css"
        assert rules.count("@font-face") == 1
        assert rules.index("local(") < rules.index(f'url("{FONT}")')
    async with world.control.get(f"/fonts/{FONT}") as response:
        assert (response.status, response.content_type, await response.read()) == (200, "font/ttf", b"a font")
        assert "font-src 'self'" in response.headers["Content-Security-Policy"]
    for path in ("NotoNaskhArabic-Bold.ttf", "secret.ttf", f"..%2F{tmp_path.name}%2F{FONT}"):
        async with world.control.get(f"/fonts/{path}") as response:
            assert response.status == 404


async def test_without_fonts_the_page_asks_for_none(
    world: TelegramWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIDA_FONTS", str(tmp_path))
    async with world.control.get("/fonts/fonts.css") as response:
        assert (response.status, await response.text()) == (200, "")
