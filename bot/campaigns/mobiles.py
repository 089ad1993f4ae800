"""Which telephone numbers are mobile ones: a person's, not an office's. Only for countries whose plans keep the two apart."""

import re
from collections.abc import Mapping
from typing import Final

MOBILES: Final[Mapping[str, str]] = {
    "44": "7[1-57-9]|7624",  # United Kingdom
    "353": "8[2-9]",  # Ireland
    "33": "[67]",  # France
    "49": "1[567]",  # Germany
    "92": "3",  # Pakistan
    "93": "7",  # Afghanistan
    "880": r"1[3-9]\d{8}$",  # Bangladesh
    "90": "5",  # Turkey
    "20": r"1[0125]\d{8}$",  # Egypt
    "212": "[67]",  # Morocco
    "213": "[567]",  # Algeria
    "216": "[2459]",  # Tunisia
    "249": "9|1[0-2]",  # Sudan
    "961": r"(3|7[01689]|81)\d{6}$",  # Lebanon: landlines have the 7 too, with fewer digits behind
    "962": "7",  # Jordan
    "963": "9|50",  # Syria
    "964": "7",  # Iraq
    "965": "[4569]",  # Kuwait
    "966": "5",  # Saudi Arabia
    "967": r"7\d{8}$",  # Yemen: likewise
    "968": "[79]",  # Oman
    "970": "5[69]",  # Palestine
    "971": "5",  # United Arab Emirates
    "973": "3|66[69]",  # Bahrain
    "974": "[3567]",  # Qatar
}
"""By calling codes, how mobile numbers go on, as the national numbering plans have it."""
_MOBILE: Final = re.compile("|".join(rf"\+{code}(?:{rest})" for code, rest in MOBILES.items()))


def is_mobile(digits: str) -> bool:
    """Whether a number, as it is dialled from abroad, is surely a mobile one."""
    return _MOBILE.match(digits) is not None
