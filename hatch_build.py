"""Build hook: compile the catalogues, so that a wheel carries them and an editable install finds them in the checkout."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface[Any]):
    """Compiled catalogues are not kept in the repository: they are made here, and only when the gate finds no fault."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)
        try:
            from bot.language.maintain import compile_catalogues  # noqa: PLC0415  (not importable before the line above)

            compile_catalogues(root / "locales")
        finally:
            sys.path.remove(self.root)
        build_data["artifacts"].append("locales/**/*.mo")
