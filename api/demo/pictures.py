"""Photos of the demo city: small drawn scenes, alike on every machine."""

from __future__ import annotations

import io
import random
from functools import cache

SIZE = (640, 480)  # pixels
SCENES = ("pole", "box", "night")


@cache
def picture(scene: str, variant: int) -> bytes:
    """A JPEG of one of the SCENES. Sky, wear and noise follow from the variant."""
    from PIL import Image, ImageDraw  # only who builds the city draws

    rng = random.Random(f"{scene} {variant}")  # noqa: S311 -- the same scene every time, no secret
    night = scene == "night"
    sky = (12, 14, 24) if night else (150 + rng.randrange(60), 180 + rng.randrange(40), 215)
    image = Image.new("RGB", SIZE, sky)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 350, 640, 480), fill=(24, 24, 28) if night else (112, 112, 116))
    for x in range(20, 640, 130):
        draw.rectangle((x, 410, x + 70, 418), fill=(90, 90, 70) if night else (236, 236, 226))
    if scene == "box":
        draw.rectangle((230, 130, 410, 390), fill=(168, 172, 178), outline=(70, 74, 80), width=4)
        draw.line((320, 134, 320, 386), fill=(90, 94, 100), width=3)
        draw.ellipse((334, 250, 346, 262), fill=(60, 60, 60))
        draw.rectangle((250, 160, 300, 176), fill=(198, 60, 40) if variant % 2 else (46, 140, 80))
    else:
        lean = rng.randrange(-8, 9)
        draw.polygon(((312, 380), (328, 380), (326 + lean, 70), (314 + lean, 70)), fill=(84, 88, 94))
        draw.line((320 + lean, 90, 450 + lean, 84), fill=(84, 88, 94), width=8)
        draw.rectangle((426 + lean, 88, 486 + lean, 118), fill=(226, 228, 232), outline=(60, 60, 66), width=2)
        draw.ellipse((474 + lean, 94, 490 + lean, 112), fill=(20, 20, 30))
    for _ in range(2_500 if night else 400):
        x, y, light = rng.randrange(640), rng.randrange(480), rng.randrange(60, 200)
        draw.point((x, y), fill=(light, light, light))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=82)
    return stream.getvalue()
