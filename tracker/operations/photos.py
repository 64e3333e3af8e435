"""Photos: decoded once, when they come, for what they tell and for the copies that are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from tracker.rules import photos as rules

COPIES = {"large": 1600, "small": 320}
"""Copies of a photo that pages show, by the longer side; they carry nothing but the picture."""

FORMATS = {"image/jpeg": ("JPEG",), "image/png": ("PNG",), "image/webp": ("WEBP",)}
MAX_PIXELS = 40_000_000
"""More are refused before anything is decoded."""


class Unfit(ValueError):
    """A picture that is not kept, with the reason in words."""


@dataclass(frozen=True)
class Look:
    """What a photo tells of itself, and its copies as they are to be written."""

    taken_at: datetime | None
    latitude: Decimal | None
    longitude: Decimal | None
    fingerprint: str
    copies: Mapping[str, bytes]


def look(file: IO[bytes], content_type: str) -> Look:
    """Decode a picture. Raises ``Unfit`` for one that is damaged or too large."""
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS[content_type]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Unfit(_too_large())
            camera, position = _tags(picture)
            large = _reduced(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit(_too_large()) from None
    except Unfit:
        raise
    except (OSError, SyntaxError, ValueError, MemoryError):
        raise Unfit(_("the picture is damaged")) from None
    place = rules.place(position)
    return Look(
        taken_at=rules.taken_at(camera, ZoneInfo(settings.TIME_ZONE)),
        latitude=Decimal(str(place[0])) if place else None,
        longitude=Decimal(str(place[1])) if place else None,
        fingerprint=fingerprint_of(large),
        copies={which: _encoded(large, side) for which, side in COPIES.items()},
    )


def _too_large() -> str:
    return _("the picture has more than 40 million pixels")


def _tags(picture: Image.Image) -> tuple[Mapping[int, Any], Mapping[int, Any]]:
    """What the camera wrote down: of the shot, and of the place."""
    try:
        exif = picture.getexif()
        return exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # Cameras and programs write anything; a photo is a photo without it.
        return {}, {}


def _reduced(picture: Image.Image) -> Image.Image:
    """The picture upright, without transparency, at most as large as the largest copy."""
    side = max(COPIES.values())
    picture.thumbnail((side, side))
    shown = picture.convert("RGBA")
    try:
        shown = ImageOps.exif_transpose(shown)
    except Exception:  # As above; it then lies as it was sent.
        shown = shown.copy()
    clean = Image.new("RGB", shown.size, "white")
    clean.paste(shown, mask=shown.getchannel("A"))
    return clean


def _encoded(picture: Image.Image, side: int) -> bytes:
    copy, content = picture.copy(), BytesIO()
    copy.thumbnail((side, side))
    copy.save(content, "JPEG", quality=82)
    return content.getvalue()


def fingerprint_of(picture: Image.Image) -> str:
    """What a picture is recognised by when it was cropped, scaled or saved again."""
    grey = picture.convert("L")
    side = rules.SIDE
    across = grey.resize((side + 1, side), Image.Resampling.LANCZOS).tobytes()
    down = grey.resize((side, side + 1), Image.Resampling.LANCZOS).tobytes()
    square = grey.resize((rules.SQUARE, rules.SQUARE), Image.Resampling.LANCZOS).tobytes()
    return rules.fingerprint(across, down, square)
