"""Fixtures that every test may ask for. A test that asks for `database` runs on SQLite and on PostgreSQL."""

import gc
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Final

import hypothesis
import pytest

from bot.storage import database as storage
from bot.storage import postgresql
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.clocks import FrozenClock
from tests.databases import KINDS, PostgresqlTemplate, SqliteTemplate, Template, running_postgresql

pytest_plugins = ["tests.telegram_world", "tests.browser", "tests.furnished"]

# A machine that is busy with something else must not fail a test: only answers count, not how long one example took.
# A change is judged by the same examples wherever it is tried; `make prove` looks at others each time.
hypothesis.settings.register_profile("nida", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.register_profile("prove", deadline=None, print_blob=True)
hypothesis.settings.load_profile("nida")

Figures = Callable[[str], None]
AS_SHIPPED: Final = storage.SQLITE_SETTINGS


def pytest_configure() -> None:
    """Nothing here outlives the run, so nothing waits for the disk."""
    pytest.MonkeyPatch().setattr(storage, "SQLITE_SETTINGS", (*AS_SHIPPED, "synchronous=OFF"))


@pytest.fixture
def durably(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test that looks at how safely SQLite writes."""
    monkeypatch.setattr(storage, "SQLITE_SETTINGS", AS_SHIPPED)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's limits within two seconds. As in earnest, the server ends a statement before its answer is given up: if not,
    whoever tries again waits behind their own last try."""
    assert postgresql.STATEMENT_SECONDS < postgresql.ANSWER_SECONDS
    monkeypatch.setattr(postgresql, "STATEMENT_SECONDS", 1.5)
    monkeypatch.setattr(postgresql, "ANSWER_SECONDS", 2.0)


def pytest_collection_finish() -> None:
    """What was imported stays to the end: let no collection of garbage look through it, which took a fifth of the CPU."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Figures:
    """Takes a line of what was measured; it is printed at the end of the run."""
    return lambda line: record_property("figures", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    measured = [
        f"{report.nodeid.rpartition('::')[2]}: {line}"
        for report in terminalreporter.getreports("passed")
        for name, line in report.user_properties
        if name == "figures"
    ]
    for line in measured:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate.migrated(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_template(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[PostgresqlTemplate]:
    own = tmp_path_factory.getbasetemp()
    with running_postgresql(own if worker_id == "master" else own.parent) as template:
        yield template


@pytest.fixture(params=KINDS)
def template(request: pytest.FixtureRequest) -> Template:
    """Of each kind of database, where clones come from."""
    found = request.getfixturevalue(f"{request.param}_template")
    assert isinstance(found, Template)
    return found


@pytest.fixture
def database_url(template: Template, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database without rows."""
    with template.clone(tmp_path) as url:
        yield url


@pytest.fixture
def empty_database_url(template: Template, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    with template.empty(tmp_path) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def vault() -> Vault:
    return Vault(b"a secret of the tests, 32 bytes.")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()
