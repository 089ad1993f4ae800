"""A link as a code to scan, for a poster or a slide."""

from io import BytesIO
from typing import Final

import segno

SIDE: Final = 800
"""Pixels, at least."""
QUIET_ZONE: Final = 4
"""Modules around it, without which scanners do not find it."""


def code(link: str) -> bytes:
    """A PNG. A quarter of it may be dirty or torn."""
    made = segno.make(link, error="q", micro=False)
    modules = made.symbol_size(border=QUIET_ZONE)[0]
    out = BytesIO()
    made.save(out, kind="png", scale=-(-SIDE // modules), border=QUIET_ZONE)
    return out.getvalue()
