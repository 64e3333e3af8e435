"""Pictures made by chance that are as different as photos of different places, and their edits."""

import io
import random

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

SIZE = (480, 360)


def scene(seed, size=SIZE):
    """Ground, sky and some two dozen things before it."""
    chance, (width, height) = random.Random(seed), size
    ground = Image.new("RGB", (chance.randint(4, 9), chance.randint(3, 7)))
    for x in range(ground.width):
        for y in range(ground.height):
            ground.putpixel((x, y), _colour(chance, 30, 230))
    picture = ground.resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    if chance.random() < 0.7:
        horizon = chance.randint(height // 4, 2 * height // 3)
        draw.rectangle((0, 0, width, horizon), fill=_colour(chance, 150, 240))
    for _thing in range(chance.randint(8, 30)):
        left, top = chance.randint(-40, width), chance.randint(-40, height)
        right, bottom = left + chance.randint(15, 165), top + chance.randint(15, 165)
        shape = chance.choice([draw.rectangle, draw.ellipse])
        shape((left, top, right, bottom), fill=_colour(chance, 0, 255))
    return picture.filter(ImageFilter.GaussianBlur(1))


def _colour(chance, least, most):
    return tuple(chance.randint(least, most) for _channel in range(3))


def page(seed):
    """A scanned page: a heading and lines of words."""
    chance = random.Random(seed)
    picture = Image.new("RGB", (620, 877), "white")
    draw = ImageDraw.Draw(picture)
    top = 70 + chance.randint(0, 30)
    draw.rectangle((180, top, 440, top + 18), fill="black")
    top += 60
    while top < 800:
        left, end = 70, 550 if chance.random() < 0.75 else chance.randint(100, 540)
        while left < end:
            right = left + chance.randint(6, 15)
            draw.rectangle((left, top, right, top + 10), fill=_colour(chance, 30, 110))
            left = right + chance.randint(2, 6)
        top += 22 if chance.random() < 0.9 else 44
    return picture


def cropped(share, *, one_side=False):
    def crop(picture):
        width, height = picture.size
        left, top = round(width * share), round(height * share)
        box = (left, 0, width, height) if one_side else (left, top, width - left, height - top)
        return picture.crop(box)

    return crop


def saved(quality):
    def save(picture):
        content = io.BytesIO()
        picture.save(content, "JPEG", quality=quality)
        return Image.open(content)

    return save


def scaled(share):
    return lambda picture: picture.resize(
        (round(picture.width * share), round(picture.height * share))
    )


def brighter(factor):
    return lambda picture: ImageEnhance.Brightness(picture).enhance(factor)


def with_more_contrast(picture):
    return ImageEnhance.Contrast(picture).enhance(1.3)


def without_colour(picture):
    return picture.convert("L")


def blurred(picture):
    return picture.filter(ImageFilter.GaussianBlur(2))


def turned(picture):
    return picture.rotate(2, fillcolor="grey")


def stamped(picture):
    """With the line that telephones write into the corner."""
    copy = picture.copy()
    width, height = copy.size
    box = (width * 0.6, height * 0.92, width - 5, height - 5)
    ImageDraw.Draw(copy).rectangle(box, fill="white")
    return copy


EDITS = {
    "saved again, quality 30": saved(30),
    "half as large": scaled(0.5),
    "a third larger": scaled(1.33),
    "brighter by a quarter": brighter(1.25),
    "darker by a third": brighter(0.7),
    "more contrast": with_more_contrast,
    "without colour": without_colour,
    "blurred": blurred,
    "turned by 2 degrees": turned,
    "stamped in a corner": stamped,
    "cropped by 2 % all round": cropped(0.02),
    "cropped by 4 % all round": cropped(0.04),
    "cropped by 6 % at one side": cropped(0.06, one_side=True),
    "cropped by 8 % all round": cropped(0.08),
}
