"""nida doctor and keys check: each thing that can be wrong is a line that says how to mend it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.cli.checks import space_finding
from bot.cli.report import Result
from bot.cli.telegram_checks import Answer, clock_finding, inline_finding, telegram_checks, webhook_finding
from bot.config import Settings
from bot.fonts import SETTING
from bot.petitions.published import SIGNED_AS
from bot.storage.database import Database
from bot.storage.vault import open_vault
from tests.cli.conftest import Nida, bind
from tests.telegram_world import TelegramWorld


def report(nida: Nida) -> dict[str, list[dict[str, str]]]:
    """The findings by subject."""
    found: dict[str, list[dict[str, str]]] = {}
    for finding in json.loads(nida("doctor", "--json").out):
        found.setdefault(finding["subject"], []).append(finding)
    return found


def bad(findings: list[dict[str, str]]) -> list[str]:
    return [finding["sentence"] for finding in findings if finding["result"] == "bad"]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_new_installation_lacks_its_token_and_says_how_to_mend_it(nida: Nida, installation: Path) -> None:
    result = nida("doctor")
    assert result.status == 1
    assert "✗ token        There is none.\n               → Get one from @BotFather" in result.out
    for subject in ("database", "migrations", "key", "files", "disk"):
        assert f"✓ {subject}" in result.out


def test_fonts_that_are_missing_are_named_and_stop_nothing(
    nida: Nida, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [finding["result"] for finding in report(nida)["fonts"]] == ["good"]
    monkeypatch.setenv(SETTING, str(installation))
    (missing,) = report(nida)["fonts"]
    assert missing["result"] == "warning"
    assert "NotoNastaliqUrdu-Regular.ttf" in missing["sentence"]
    assert "apt-get install fonts-noto-core" in missing["mend"]


def test_an_organisation_without_a_name_is_bad_as_the_bot_would_not_start(
    nida: Nida, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not bad(report(nida)["organisation"])
    monkeypatch.setenv("NIDA_ORGANISATION__NAME", " ")
    assert bad(report(nida)["organisation"]) == ["It has no name, so the bot does not start."]


def test_every_bad_line_has_a_mend(nida: Nida, folder: Path) -> None:
    for findings in report(nida).values():
        assert all(finding["mend"] for finding in findings if finding["result"] != "good")


def test_nothing_is_written(nida: Nida, folder: Path) -> None:
    nida("doctor")
    assert not list(folder.iterdir())


def test_a_missing_database_is_told_from_pending_migrations(nida: Nida, folder: Path) -> None:
    nida("init", "--yes", "--name", "Open Court Circle")
    assert bad(report(nida)["database"]) == [f"{folder.resolve()}/nida.db does not exist yet."]


def test_it_can_be_asked_while_the_bot_has_the_database(nida: Nida, installation: Path) -> None:
    held = Database(f"sqlite:///{installation}/nida.db")
    held.take()
    try:
        assert not bad(report(nida)["database"])
    finally:
        asyncio.run(held.close())


def test_a_port_somebody_else_has_is_bad(
    nida: Nida, installation: Path, taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIDA_TELEGRAM__LISTEN", f"127.0.0.1:{taken_port}")
    (sentence,) = bad(report(nida)["listen"])
    assert sentence == f"127.0.0.1:{taken_port} cannot be used: address already in use."


class TestKey:
    def test_the_right_key_is_good(self, nida: Nida, installation: Path) -> None:
        bind(f"sqlite:///{installation}/nida.db", installation / "nida.key")
        shown = nida("keys", "check").out
        assert "It is the key of this database." in shown
        heads = open_vault(installation / "nida.key").public_key(SIGNED_AS).hex()
        assert f"What petitions publish is signed with {heads}." in shown

    def test_the_key_of_another_database_is_bad(self, nida: Nida, installation: Path) -> None:
        bind(f"sqlite:///{installation}/nida.db", installation / "nida.key")
        (installation / "nida.key").unlink()
        nida("keys", "new")
        result = nida("keys", "check")
        assert result.status == 1
        assert "The database belongs to another key" in result.out

    def test_a_key_that_others_can_read_is_bad(self, nida: Nida, installation: Path) -> None:
        (installation / "nida.key").chmod(0o644)
        assert bad(report(nida)["key"]) == [f"{installation.resolve()}/nida.key can be read by others."]

    @pytest.mark.parametrize("text", ["", "nida-key-v1 AAAA", "hello", "nida-key-v2 " + "A" * 43 + "="])
    def test_something_else_than_a_key_is_bad(self, nida: Nida, installation: Path, text: str) -> None:
        (installation / "nida.key").write_text(text)
        assert "is not a key file" in nida("keys", "check").out

    def test_a_missing_key_is_bad(self, nida: Nida, installation: Path) -> None:
        (installation / "nida.key").unlink()
        result = nida("keys", "check")
        assert result.status == 1
        assert "does not exist; put the copy you keep there" in result.out

    def test_a_key_is_never_replaced(self, nida: Nida, installation: Path) -> None:
        before = (installation / "nida.key").read_bytes()
        assert nida("keys", "new").status == 2
        assert (installation / "nida.key").read_bytes() == before


class TestTelegram:
    async def test_a_good_token_is_known_by_name(self, world: TelegramWorld) -> None:
        findings = await telegram_checks(settings(world.url, world.token))
        assert [finding.result for finding in findings] == [Result.GOOD] * 4
        assert "@" in findings[0].sentence

    async def test_a_wrong_token_is_refused(self, world: TelegramWorld) -> None:
        (finding,) = await telegram_checks(settings(world.url, "999:nonsense"))
        assert (finding.result, finding.sentence) == (Result.BAD, "Telegram refuses it.")

    async def test_a_server_that_is_away_does_not_show_the_token(self) -> None:
        (finding,) = await telegram_checks(settings("http://127.0.0.1:1", "999:verysecret"))
        assert finding.result is Result.BAD
        assert "does not answer" in finding.sentence
        assert "verysecret" not in str(finding)

    async def test_a_server_in_trouble_is_named_by_its_status(self, broken_server: str) -> None:
        (finding,) = await telegram_checks(settings(broken_server, "999:nonsense"))
        assert "answers with 502" in finding.sentence

    async def test_a_webhook_is_in_the_way_of_polling(self, world: TelegramWorld) -> None:
        await world.result("setWebhook", url="https://elsewhere.example/hook", secret_token="0123456789abcdef")
        _, webhook, *_ = await telegram_checks(settings(world.url, world.token))
        assert webhook.result is Result.WARNING
        assert "although mode is polling" in webhook.sentence

    def test_inline_mode_that_is_off_is_told_with_how_it_is_turned_on(self) -> None:
        finding = inline_finding(Answer(200, {"username": "NidaDemoBot", "supports_inline_queries": False}, None))
        assert finding.result is Result.WARNING
        assert "/setinlinefeedback" in str(finding)

    @pytest.fixture
    async def broken_server(self) -> AsyncIterator[str]:
        async def trouble(_: web.Request) -> web.Response:
            return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")

        app = web.Application()
        app.router.add_get("/{anything:.*}", trouble)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()


class TestWebhook:
    SET = "https://bot.example.org/telegram/0a0a"

    def finding(self, **result: object) -> tuple[Result, str]:
        webhook = {"mode": "webhook", "webhook_url": "https://bot.example.org", "webhook_secret": "0123456789abcdef"}
        found = webhook_finding(Settings.model_validate({"telegram": webhook}), Answer(200, {"url": self.SET, **result}, None))
        return found.result, found.sentence

    def test_as_configured_is_good(self) -> None:
        assert self.finding(pending_update_count=3) == (Result.GOOD, "Set as configured; 3 updates wait at Telegram.")

    def test_another_address_is_a_warning(self) -> None:
        assert self.finding(url="https://other.example/x")[0] is Result.WARNING

    def test_none_is_a_warning(self) -> None:
        assert self.finding(url="")[1].startswith("None is set at Telegram")

    def test_a_recent_failure_is_a_warning_and_an_old_one_is_not(self) -> None:
        recent = int(datetime.now(UTC).timestamp()) - 60
        result, sentence = self.finding(last_error_date=recent, last_error_message="SSL error")
        assert result is Result.WARNING
        assert "SSL error" in sentence
        assert self.finding(last_error_date=recent - 10_000, last_error_message="SSL error")[0] is Result.GOOD


class TestMachine:
    def test_a_clock_that_is_off_is_bad(self) -> None:
        theirs = datetime.now(UTC) + timedelta(minutes=5)
        assert clock_finding(theirs).result is Result.BAD
        assert clock_finding(datetime.now(UTC) + timedelta(seconds=2)).result is Result.GOOD
        assert clock_finding(None).result is Result.WARNING

    @pytest.mark.parametrize(("megabytes", "result"), [(50, Result.BAD), (500, Result.WARNING), (5000, Result.GOOD)])
    def test_space_that_runs_out_is_noticed(self, megabytes: int, result: Result) -> None:
        assert space_finding(Path("/srv"), megabytes * 1024 * 1024).result is result


def settings(api_url: str, token: str) -> Settings:
    return Settings.model_validate({"telegram": {"api_url": api_url, "token": token}})
