"""An editor's files and a running bot: the command opens them, the bot stands in another folder and takes in their text."""

from pathlib import Path

import pytest

from tests.acceptance.nursery import Nursery
from tests.acceptance.processes import Installation, nida

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

CASE = """\
[[case]]
slug = "well-keepers"
status = "open"
title = { en = "The well keepers" }
summary = { en = "Four people who looked after a village well." }
"""


async def test_the_command_opens_the_files_and_the_running_bot_takes_them_in(
    installation: Installation, nursery: Nursery, tmp_path: Path
) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "case.toml").write_text(CASE)
    (desk / "bad.toml").write_text(CASE.replace("open", "ajar"))
    bot = await nursery.bot(installation)
    refused = await nida(installation, "content", "apply", "bad.toml", "none.toml", folder=desk)
    assert refused[0] == 2
    assert refused[1].splitlines()[0].startswith("bad.toml:3: status: ")
    assert refused[1].splitlines()[1] == "none.toml:1: cannot be read: No such file or directory."
    status, printed = await nida(installation, "content", "apply", "case.toml", folder=desk)
    assert (status, printed.splitlines()[0]) == (0, "+ case well-keepers"), printed
    assert (await nida(installation, "content", "export", "ur.po", "--translate", "ur", folder=desk))[0] == 0
    sheet = (desk / "ur.po").read_text(encoding="utf-8").replace('keepers"\nmsgstr ""', 'keepers"\nmsgstr "کنویں کے رکھوالے"')
    (desk / "ur.po").write_text(sheet, encoding="utf-8")
    status, printed = await nida(installation, "content", "import", "ur.po", folder=desk)
    assert (status, printed.splitlines()[0]) == (0, "~ case well-keepers: title.ur"), printed
    await bot.killed()
