"""Where fonts come from: `make setup` takes them out of Debian's package, without root."""

import shutil
import subprocess
from pathlib import Path

import pytest

from bot import fonts
from bot.standin.fonts import stylesheet
from tools import fonts as tool

FOLDER = "usr/share/fonts/truetype/noto"
APT = """\
#!/bin/sh
# Knows the package once its lists were fetched to a folder that is ours.
echo "$*" >>{calls}
case "$*" in
    *" update") case "$*" in *Dir::State::lists=*) touch {lists} ;; *) exit 100 ;; esac ;;
    *) [ -e {lists} ] && cp {package} . || exit 100 ;;
esac
"""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without the fonts, and the folder they are to be put into."""
    own = tmp_path / "own"
    monkeypatch.delenv("NIDA_FONTS", raising=False)
    monkeypatch.setattr(fonts, "FOLDERS", (own,))
    monkeypatch.setattr(tool, "OWN_FOLDER", own)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    (tmp_path / "bin").mkdir()
    return own


def apt_get(empty: Path, script: str) -> None:
    program = empty.parent / "bin" / "apt-get"
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)


def package(folder: Path) -> Path:
    """A package of the fonts, and of one that nobody wants."""
    contents = folder / "contents"
    (contents / FOLDER).mkdir(parents=True)
    for name in (*fonts.FONTS, "NotoSerif-Regular.ttf"):
        (contents / FOLDER / name).write_text(name, encoding="utf-8")
    (contents / "DEBIAN").mkdir()
    (contents / "DEBIAN" / "control").write_text(
        f"Package: {tool.PACKAGE}\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: fonts\n",
        encoding="utf-8",
    )
    deb = folder / f"{tool.PACKAGE}_1_all.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", str(contents), str(deb)], check=True, capture_output=True)
    return deb


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="only Debian has packages of Debian's kind")
@pytest.mark.parametrize("known", [True, False], ids=["lists-there", "fresh-machine"])
def test_the_fonts_are_taken_out_of_the_package(empty: Path, tmp_path: Path, known: bool) -> None:
    lists, calls = tmp_path / "lists", tmp_path / "calls"
    if known:
        lists.touch()
    apt_get(empty, APT.format(calls=calls, lists=lists, package=package(tmp_path)))
    assert stylesheet() == ""
    assert tool.fetch()
    assert sorted(file.name for file in empty.iterdir()) == sorted(fonts.FONTS)
    assert stylesheet().count("@font-face") == 4
    assert [line.split()[-1] for line in calls.read_text(encoding="utf-8").splitlines()] == (
        ["fonts-noto-core"] if known else ["fonts-noto-core", "update", "fonts-noto-core"]
    )


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 100\n", "#!/bin/sh\necho rubbish >fonts-noto-core_1_all.deb\n"])
def test_where_they_cannot_be_had_nothing_is_left_behind(empty: Path, script: str) -> None:
    apt_get(empty, script)
    assert not tool.fetch()
    assert not empty.exists()
