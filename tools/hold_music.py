"""Writes the hold music that the center ships: `python -m tools.hold_music [FILE]`.

Nobody's recording and nobody's tune: a slow broken chord with a few notes above it, made of sines, in what a telephone
carries (8 kHz, 16 bits, one voice, nothing low). Run again it writes the same file.
"""

from __future__ import annotations

import array
import math
import sys
import wave
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

SHIPPED: Final = Path(__file__).parents[1] / "contactcenter" / "config" / "sounds" / "hold.wav"
RATE: Final = 8_000
EIGHTH: Final = 0.375
"""Seconds of a note of the accompaniment; a bar has eight."""
RINGS: Final = 2.4
LOUDEST: Final = 0.6
"""Of what fits: telephone lines distort what is louder, and ears that wait are not to be startled."""
FADE: Final = 0.6

CHORDS: Final = (
    ("C4", "G4", "E4", "C5"),
    ("A3", "E4", "C4", "A4"),
    ("F4", "C5", "A4", "F5"),
    ("G3", "D4", "B3", "G4"),
    ("C4", "G4", "E4", "C5"),
    ("E4", "B4", "G4", "E5"),
    ("F4", "C5", "A4", "F5"),
    ("G3", "D4", "B3", "D4"),
)
BROKEN: Final = (0, 1, 2, 3, 2, 1, 2, 1)
"""Which note of the chord each eighth is."""
MELODY: Final = (
    ((0, "E5"), (4, "G5")),
    ((0, "C5"), (4, "E5")),
    ((0, "A5"), (3, "G5"), (4, "F5")),
    ((0, "D5"), (4, "B4")),
    ((0, "E5"), (4, "C6")),
    ((0, "B5"), (4, "G5")),
    ((0, "A5"), (3, "F5"), (4, "A5")),
    ((0, "G5"), (4, "D5")),
)
"""By bar: at which eighth, and what."""
PARTIALS: Final = ((1, 1.0, 1.6), (2, 0.35, 2.6), (3, 0.12, 4.0), (4, 0.05, 5.5))
"""Of a note: which multiple, how loud, and how fast it fades."""
_STEPS: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def notes() -> Iterator[tuple[float, str, float]]:
    """When (seconds), which, and how loud."""
    for bar, (chord, melody) in enumerate(zip(CHORDS, MELODY, strict=True)):
        start = bar * len(BROKEN) * EIGHTH
        for place, which in enumerate(BROKEN):
            yield start + place * EIGHTH, chord[which], 0.5 if place else 0.7
        for place, name in melody:
            yield start + place * EIGHTH, name, 0.8


@cache
def tone(name: str) -> list[float]:
    """A plucked note, from its attack until it cannot be heard."""
    pitch = 440.0 * 2 ** ((_STEPS[name[0]] - 9) / 12 + int(name[1]) - 4)
    heard = []
    for sample in range(int(RINGS * RATE)):
        at = sample / RATE
        level = sum(
            loud * math.exp(-fades * at) * math.sin(2 * math.pi * pitch * multiple * at)
            for multiple, loud, fades in PARTIALS
        )
        heard.append(level * min(at / 0.008, 1.0) * min((RINGS - at) / 0.2, 1.0))
    return heard


def music() -> list[float]:
    """All samples, the loudest 1; it ends as quietly as it begins, so it may follow itself."""
    length = int(len(CHORDS) * len(BROKEN) * EIGHTH * RATE)
    mixed = [0.0] * length
    for start, name, loud in notes():
        first = int(start * RATE)
        for place, level in enumerate(tone(name)[: length - first], start=first):
            mixed[place] += loud * level
    for place in range(int(FADE * RATE)):
        mixed[length - 1 - place] *= place / (FADE * RATE)
    loudest = max(map(abs, mixed))
    return [level / loudest for level in mixed]


def write(file: Path) -> None:
    """Write the music as a WAV."""
    samples = array.array("h", (round(level * LOUDEST * 32_767) for level in music()))
    if sys.byteorder == "big":
        samples.byteswap()
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED)
