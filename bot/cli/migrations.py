"""Which migrations wait to be applied."""

from alembic.script import ScriptDirectory

from bot.errors import Misuse
from bot.storage.upgrade import MIGRATIONS


def pending(revision: str | None) -> list[str]:
    """The revisions between the database's and the code's, oldest first. Raises Misuse when the database is the newer one."""
    script = ScriptDirectory(str(MIGRATIONS))
    chain = [step.revision for step in script.walk_revisions()]
    if revision is None:
        return chain[::-1]
    if revision not in chain:
        raise Misuse(f"The database was made by a newer Nida (revision {revision}); install that version or restore a backup.")
    return chain[: chain.index(revision)][::-1]
