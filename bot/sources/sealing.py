"""The link somebody came by, kept with them: sealed, as a link only one person was given would say what else they did by it."""

from typing import Final

from bot.storage.vault import Cell, Vault

_FILLED_TO: Final = 64
"""So that its length does not say which it is."""


def of_supporter(tag: bytes) -> Cell:
    """By the tag, which is known before there is a row."""
    return Cell("supporters", "source", tag)


def of_action_done(supporter_id: int, action_id: int) -> Cell:
    return Cell("actions_done", "source", f"{supporter_id}:{action_id}")


def seal_source(vault: Vault, source: str | None, cell: Cell) -> bytes | None:
    return vault.seal(source.encode().ljust(_FILLED_TO), cell) if source else None


def open_source(vault: Vault, sealed: bytes | None, cell: Cell) -> str | None:
    """Raises NidaError for what another key sealed."""
    return vault.open(sealed, cell).decode().rstrip() if sealed else None
