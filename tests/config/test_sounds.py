"""Recordings and hold music: found by name below their folder, and nothing else is."""

from __future__ import annotations

import array
import wave
from pathlib import Path

import pytest

from contactcenter.config.ivr import load_ivr
from contactcenter.config.sounds import OWN, find_sound, type_of
from contactcenter.domain.errors import InvalidConfigurationError
from tools.hold_music import SHIPPED, write

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration's directory with a recording, and a secret beside it."""
    (tmp_path / "sounds" / "es").mkdir(parents=True)
    (tmp_path / "sounds" / "es" / "main.mp3").write_bytes(b"ID3")
    (tmp_path / "sounds" / ".hidden.mp3").write_bytes(b"ID3")
    (tmp_path / "sounds" / "notes.txt").write_text("secret")
    (tmp_path / "secret.mp3").write_text("secret")
    (tmp_path / "sounds" / "link.mp3").symlink_to(tmp_path / "secret.mp3")
    (tmp_path / "sounds" / "round.mp3").symlink_to(tmp_path / "sounds" / "round.mp3")
    (tmp_path / "sounds" / "folder.wav").mkdir()
    return tmp_path


def test_a_recording_is_found_before_a_shipped_sound_of_its_name(folder: Path) -> None:
    assert find_sound(folder, "es/main.mp3") == folder / "sounds" / "es" / "main.mp3"
    assert find_sound(folder, "hold.wav") == OWN / "hold.wav"
    (folder / "sounds" / "hold.wav").write_bytes(b"RIFF")
    assert find_sound(folder, "hold.wav") == folder / "sounds" / "hold.wav"
    assert (type_of("A.MP3"), type_of("hold.wav"), type_of("a.exe")) == ("audio/mpeg", "audio/wav", None)


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "es", "es/", "/es/main.mp3", "es//main.mp3", "../secret.mp3", "es/../../secret.mp3",
        "es/../es/main.mp3", ".hidden.mp3", "notes.txt", "__init__.py", "link.mp3", "round.mp3", "folder.wav",
        "es\\main.mp3", "es/main.mp3\0", "es/main.mp3\n", "main.mp3", "ñ.mp3", "\ud83d.mp3", "a" * 300 + ".mp3",
        "a/" * 90 + "b.mp3",
    ],
)  # fmt: skip
def test_nothing_else_is_found(folder: Path, name: str) -> None:
    assert find_sound(folder, name) is None


def test_the_hold_music_is_what_a_telephone_carries() -> None:
    assert SHIPPED.stat().st_size < 500_000
    with wave.open(str(SHIPPED)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8_000)
        assert 20 <= sound.getnframes() / sound.getframerate() <= 30
        samples = array.array("h", sound.readframes(sound.getnframes()))
    assert 10_000 < max(map(abs, samples)) < 25_000, "heard, and not too loud"
    assert abs(samples[0]) < 100
    assert abs(samples[-1]) < 100, "no crack where it begins again"
    seconds = [max(map(abs, samples[at : at + 8_000])) for at in range(0, len(samples), 8_000)]
    assert min(seconds) > 2_000, "never silent for a second"


def test_the_hold_music_is_what_its_script_writes(tmp_path: Path) -> None:
    write(tmp_path / "again.wav")
    with wave.open(str(tmp_path / "again.wav")) as again, wave.open(str(SHIPPED)) as shipped:
        made = array.array("h", again.readframes(again.getnframes()))
        there = array.array("h", shipped.readframes(shipped.getnframes()))
    assert len(made) == len(there)
    assert max(abs(one - other) for one, other in zip(made, there, strict=True)) <= 1, "but for another machine's sines"


@pytest.fixture
def menus(tmp_path: Path) -> Path:
    """The shipped menus, to change."""
    for name in ("skills.yaml", "routing.yaml", "ivr.yaml"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path / "ivr.yaml"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_recordings_that_are_not_there_are_named_with_their_lines(menus: Path) -> None:
    change(menus, 'es: "Bienvenido a Eléctrica del Plata."', "es: {file: es/hello.mp3}")
    change(menus, 'en: "Welcome to Eléctrica del Plata."', "en: {file: en/hello.txt}")
    with pytest.raises(InvalidConfigurationError) as raised:
        load_ivr(menus.parent)
    first, second = map(str, raised.value.problems)
    assert "prompts.bienvenida.es.file: there is no sounds/es/hello.mp3 beside ivr.yaml" in first
    assert first.startswith("ivr.yaml:")
    assert "sounds/en/hello.txt" in second

    change(menus, "hello.txt", "hello.wav")
    for name in ("es/hello.mp3", "en/hello.wav"):
        (menus.parent / "sounds" / name).parent.mkdir(parents=True)
        (menus.parent / "sounds" / name).write_bytes(b"sound")
    assert load_ivr(menus.parent).ivr.prompts["bienvenida"]


def test_the_hold_s_music_must_be_there_too(menus: Path) -> None:
    change(menus, "\nhold:\n", "\nhold:\n  music: piano.mp3\n")
    with pytest.raises(InvalidConfigurationError, match=r"hold\.music: there is no sounds/piano\.mp3"):
        load_ivr(menus.parent)
    (menus.parent / "sounds").mkdir()
    (menus.parent / "sounds" / "piano.mp3").write_bytes(b"sound")
    assert load_ivr(menus.parent).ivr.hold.music == "piano.mp3"
