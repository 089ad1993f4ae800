"""What the figures were measured on."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def describe() -> list[str]:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("aiogram", "aiohttp", "sqlalchemy", "uvloop"))
    return [
        f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB",
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        libraries,
        f"measured on {datetime.now(UTC):%Y-%m-%d}",
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
