"""The acceptance number (受理编号) of a petition that an inspection team hands over.

``D3SX202505280018``: channel, round of inspection, province, day of receipt, serial of that day,
as the published lists of transferred petitions print it.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

__all__ = ["LETTER", "PHONE", "PetitionNumber", "parse"]

PHONE = "D"
"""来电, a call."""

LETTER = "X"
"""来信, a letter."""

_LONGEST = 40
_SHAPE = re.compile(
    r"(?P<channel>[DX])(?P<round>[0-9])(?P<province>[A-Z]{2})"
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<serial>[0-9]{4})"
)


@dataclass(frozen=True)
class PetitionNumber:
    """What a petition number says; ``str()`` writes it again in its one printed form."""

    channel: str
    round: int
    province: str
    received_on: date
    serial: int

    def __str__(self) -> str:
        day = self.received_on
        stamp = f"{day.year:04}{day.month:02}{day.day:02}"
        return f"{self.channel}{self.round}{self.province}{stamp}{self.serial:04}"


def parse(number: str) -> PetitionNumber:
    """What ``number`` says; full-width or small letters and spaces around it do not matter.

    Raises ``ValueError`` in words if the shape is another or the day does not exist.
    """
    shown = {"number": number[:_LONGEST]}
    plain = unicodedata.normalize("NFKC", number).strip() if len(number) <= _LONGEST else ""
    match = _SHAPE.fullmatch(plain.upper())
    if match is None:
        raise ValueError(
            _(
                "“%(number)s” is not a petition number. It has D or X, the round, two letters for"
                " the province, the day in eight digits and a serial of four, like"
                " D3SX202505280018."
            )
            % shown
        )
    try:
        received_on = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise ValueError(
            _("The petition number “%(number)s” names a day that does not exist.") % shown
        ) from None
    return PetitionNumber(
        channel=match["channel"],
        round=int(match["round"]),
        province=match["province"],
        received_on=received_on,
        serial=int(match["serial"]),
    )
