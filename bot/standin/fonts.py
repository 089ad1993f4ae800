"""The fonts of the chat page: a phone that opens it may have none."""

from typing import Final

from bot.fonts import NASKH, NASTALIQ, font_file

FAMILIES: Final = {"Noto Naskh Arabic": NASKH, "Noto Nastaliq Urdu": NASTALIQ}
"""The regular and the bold file of each. Latin letters every device has."""


def stylesheet() -> str:
    """Rules for what is installed here; a device that has the font itself does not ask for it."""
    of_all = (
        (name, family, weight) for family, names in FAMILIES.items() for name, weight in zip(names, (400, 700), strict=True)
    )
    return "".join(_rule(*each) for each in of_all if font_file(each[0]))


def _rule(name: str, family: str, weight: int) -> str:
    own_names = (f"{family} Bold" if weight == 700 else family, name.removesuffix(".ttf"))
    sources = ", ".join([*(f'local("{own}")' for own in own_names), f'url("{name}") format("truetype")'])
    return f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-display: swap; src: {sources}; }}\n'
