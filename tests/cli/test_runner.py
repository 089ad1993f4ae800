"""What `nida` says of runners and their queue."""

from pathlib import Path

from bot.runner import queue
from tests.cli.conftest import Nida
from tests.databases import PostgresqlTemplate, with_postgresql

CONFIG = '[telegram]\ntoken = "123456:standin"\n[database]\nurl = "{}"\n[runner]\nengine = "{}"\n'


def test_runners_on_sqlite_are_refused_with_one_sentence(nida: Nida, folder: Path) -> None:
    (folder / "config.toml").write_text(CONFIG.format("sqlite:///nida.db", "procrastinate"))
    for verb in ("run", "runner"):
        refused = nida(verb)
        assert refused.status == 2
        assert refused.err.startswith('config.toml: runner.engine = "procrastinate" needs PostgreSQL')
        assert refused.err.count("\n") == 1


def test_a_runner_where_the_bot_does_it_all_is_refused(nida: Nida, folder: Path) -> None:
    (folder / "config.toml").write_text(CONFIG.format("sqlite:///nida.db", "local"))
    refused = nida("runner")
    assert refused.status == 2
    assert "`nida run` sends by itself" in refused.err


@with_postgresql
def test_the_queue_comes_with_the_upgrade_and_is_missed_before(
    nida: Nida, folder: Path, postgresql_template: PostgresqlTemplate
) -> None:
    with postgresql_template.clone(folder) as url:
        (folder / "config.toml").write_text(CONFIG.format(url.replace("postgresql://", "postgresql+psycopg://"), "procrastinate"))
        missing = nida("db", "check")
        assert missing.status == 1
        assert missing.err == "Pending: the runners' queue. Run `nida db upgrade`.\n"
        assert nida("keys", "new").status == 0
        refused = nida("runner")
        assert refused.status == 2
        assert "run `nida db upgrade`" in refused.err
        assert "The runners' queue is in place" in nida("db", "upgrade").out
        assert "The runners' queue" not in nida("db", "upgrade").out
        assert nida("db", "check").status == 0
        assert queue.is_ready(url)
