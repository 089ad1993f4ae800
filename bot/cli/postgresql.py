"""Copies of a PostgreSQL database, made and put back with PostgreSQL's own tools."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from bot.errors import NidaError


def dump(url: str, target: Path) -> None:
    """Raises NidaError when it cannot be written, or pg_dump is not installed or fails; then there is no file."""
    partial = target.with_name(target.name + ".partial")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as error:
        raise NidaError(
            f"{target} cannot be written ({error.strerror}): it takes a folder that this account may write into."
        ) from None
    try:
        _run("pg_dump", url, "--format=custom", "--no-owner", f"--file={partial}")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def restore(url: str, file: Path) -> None:
    """Replace the tables by those of the copy, all or none."""
    _run("pg_restore", url, "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", str(file))


def sealed_word_of(file: Path) -> bytes | None:
    """The word sealed with the key, read out of a copy."""
    text = _execute([_tool("pg_restore"), "--data-only", "--table=installation", "--file=-", str(file)], os.environ)
    found = re.search(r"^COPY \S+ \(([^)]*)\) FROM stdin;\n(.+)$", text, re.MULTILINE)
    if found is None:
        return None
    values = dict(zip(found[1].split(", "), found[2].split("\t"), strict=False))
    return bytes.fromhex(values.get("key_check", "").removeprefix("\\\\x")) or None


def _run(tool: str, url: str, *arguments: str) -> None:
    address = make_url(url)
    # In the environment rather than the arguments, which every user of the machine can list.
    environment = {**os.environ, "PGPASSWORD": str(address.password)} if address.password else dict(os.environ)
    plain = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    _execute([_tool(tool), f"--dbname={plain}", *arguments], environment)


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NidaError(
            f"{name} is not installed: install PostgreSQL's client tools (Debian: postgresql-client), then this again."
        )
    return found


def _execute(command: list[str], environment: "os._Environ[str] | dict[str, str]") -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, fixed tools
    if done.returncode:
        tool = Path(command[0]).name
        lines = [
            line.removeprefix(f"{tool}: ").removeprefix("error: ").removeprefix("detail: ") for line in done.stderr.splitlines()
        ]
        raise NidaError(f"{tool} could not do it: {'; '.join(lines[:3]) or 'it did not say why'}")
    return done.stdout
