"""What `nida doctor` looks at on this machine. Nothing is changed, so that it can be asked while the bot runs."""

import asyncio
import shutil
import socket
import stat
from pathlib import Path

import aiohttp

from bot.cli import probe
from bot.cli.migrations import pending
from bot.cli.report import Finding, bad, good, warning
from bot.config import Settings
from bot.errors import NidaError
from bot.fonts import REMEDY, missing_fonts
from bot.language import Catalogues
from bot.petitions.published import SIGNED_AS
from bot.storage.database import sqlite_path
from bot.storage.vault import Cell, Vault, open_vault

KEY_CHECK = Cell("installation", "key_check", 1)
MEGABYTE = 1024 * 1024
FULL_BELOW = 100 * MEGABYTE
TIGHT_BELOW = 1024 * MEGABYTE


async def key_checks(settings: Settings) -> list[Finding]:
    """The key file: there, sound, private, and the one this database belongs to."""
    try:
        vault = open_vault(settings.key_path)
    except NidaError as error:
        return [
            bad(
                "key", str(error), "Without its key a database cannot be read; a new installation makes one with `nida keys new`."
            )
        ]
    heads = good("key", f"What petitions publish is signed with {vault.public_key(SIGNED_AS).hex()}.")
    return [_key_privacy(settings.key_path), _key_fits(settings, vault), heads]


def _key_privacy(path: Path) -> Finding:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return bad("key", f"{path} can be read by others.", f"Run: chmod 600 {path}")
    return good("key", f"{path} can be read by its owner only.")


def _key_fits(settings: Settings, vault: Vault) -> Finding:
    try:
        sealed = probe.sealed_word(settings.database_url)
    except NidaError:
        sealed = None
    if sealed is None:
        return good("key", "The database belongs to no key yet; the first start binds it to this one.")
    try:
        vault.open(sealed, KEY_CHECK)
    except NidaError:
        return bad(
            "key",
            "The database belongs to another key: what it holds about people does not open with this one.",
            "Put the key of this database at [security] key_file, or point [database] url at the other database.",
        )
    return good("key", "It is the key of this database.")


async def database_checks(settings: Settings) -> list[Finding]:
    try:
        revision = await asyncio.to_thread(probe.revision, settings.database_url)
        waiting = pending(revision)
    except probe.NoDatabase as error:
        return [bad("database", str(error), "Run `nida db upgrade`, which makes it.")]
    except NidaError as error:
        return [bad("database", str(error), "Check [database] url, and that the database is running.")]
    answers = good("database", "It answers.")
    if waiting:
        return [answers, bad("migrations", f"Pending: {', '.join(waiting)}.", "Stop the bot, then run `nida db upgrade`.")]
    found = [answers, good("migrations", f"Up to date (revision {revision}).")]
    if await asyncio.to_thread(lacks_queue, settings):
        found.append(bad("queue", "The runners' queue is not in the database.", "Run `nida db upgrade`."))
    return found


def lacks_queue(settings: Settings) -> bool:
    """Whether runners are configured, and the database does not have what they share the work by."""
    if settings.runner.engine != "procrastinate":
        return False
    from bot.runner.queue import is_ready

    return not is_ready(settings.database_url)


def organisation_checks(settings: Settings) -> list[Finding]:
    if not settings.organisation.name.strip():
        return [
            bad(
                "organisation",
                "It has no name, so the bot does not start.",
                "Write it into the configuration: [organisation] name.",
            )
        ]
    return [good("organisation", f"People are greeted by {settings.organisation.name}.")]


async def locale_checks(settings: Settings) -> list[Finding]:
    try:
        catalogues = Catalogues.load(settings.organisation.locales)
    except NidaError as error:
        return [bad("locales", str(error), "In a checkout run `make setup`; otherwise install Nida again.")]
    return [good("locales", f"Complete: {', '.join(catalogues.locales)}.")]


def font_checks() -> list[Finding]:
    """Nothing else needs them: people are answered without."""
    if missing := missing_fonts():
        return [warning("fonts", f"Pictures and PDF cannot be made: {', '.join(missing)} not found.", REMEDY)]
    return [good("fonts", "Pictures and PDF can be made in every language.")]


async def file_checks(settings: Settings, config: Path | None) -> list[Finding]:
    """Files that hold secrets or what is known about people, and the space left for them."""
    url = settings.database_url
    database = sqlite_path(url) if probe.is_sqlite(url) else None
    findings = [_privacy(file) for file in (config, database) if file is not None and file.exists()]
    folder = database.parent if database else settings.folder
    return [*findings, space_finding(folder, _free_in(folder))]


def _privacy(file: Path) -> Finding:
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o002:
        return bad("files", f"{file} can be changed by anyone.", f"Run: chmod 600 {file}")
    if mode & 0o044:
        return warning("files", f"{file} can be read by others.", f"Run: chmod 600 {file}")
    return good("files", f"{file} is private.")


def _free_in(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def space_finding(folder: Path, free: int) -> Finding:
    sentence = f"{free // MEGABYTE:,} MB are free in {folder}."
    if free < FULL_BELOW:
        return bad("disk", sentence, "Make space: on a full disk nothing can be accepted or sent.")
    if free < TIGHT_BELOW:
        return warning("disk", sentence, "Make space soon; old copies of the database are a good place to begin.")
    return good("disk", sentence)


async def port_checks(settings: Settings) -> list[Finding]:
    """Where the webhook and /healthz are to be served: free, or in use by Nida itself."""
    listen = settings.telegram.listen
    host, _, port = listen.rpartition(":")
    refusal = _refusal(host.strip("[]"), int(port))
    if refusal is None:
        return [good("listen", f"{listen} is free; the bot is not running here.")]
    if await _is_nida(listen):
        return [good("listen", f"The bot answers at {listen}.")]
    return [
        bad(
            "listen", f"{listen} cannot be used: {refusal}.", "Stop what listens there, or set [telegram] listen to another port."
        )
    ]


def _refusal(host: str, port: int) -> str | None:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind((host, port))
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return None


async def _is_nida(listen: str) -> bool:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
            session.get(f"http://{listen}/healthz") as answer,
        ):
            return answer.status == 200 and await answer.text() == "ok\n"
    except (aiohttp.ClientError, TimeoutError):
        return False
