"""Pictures for tests."""

import io

from PIL import Image


def png(width: int, height: int) -> bytes:
    """One colour."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), "#0b6b5f").save(made, "PNG")
    return made.getvalue()
