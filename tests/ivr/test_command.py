"""`contactcenter ivr`: what a person sees in the terminal."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from contactcenter.cli import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("skills.yaml", "routing.yaml", "ivr.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)


def walk(
    typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str, code: int = 0
) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert main(["ivr", "try", *options]) == code
    return capsys.readouterr().out


def test_the_file_is_checked_with_line_and_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ivr", "check"]) == 0
    assert "all fine" in capsys.readouterr().out
    file = tmp_path / "ivr.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("start: bienvenida", "start: bienvenido"))
    assert main(["ivr", "check"]) == 2
    assert "ivr.yaml:10: start: there is no node 'bienvenido'" in capsys.readouterr().err
    file.unlink()
    assert main(["ivr", "check"]) == 2
    assert "ivr.yaml" in capsys.readouterr().err


def test_a_line_that_nobody_could_ever_serve_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It stops nothing: profiles are changed while the center runs."""
    assert main(["ivr", "check"]) == 0
    assert "note:" not in capsys.readouterr().out
    ivr, skills = tmp_path / "ivr.yaml", tmp_path / "skills.yaml"
    text = ivr.read_text(encoding="utf-8").replace("queue: {queue: reclamos", "queue: {queue: redes")
    ivr.write_text(text, encoding="utf-8")
    skills.write_text(skills.read_text(encoding="utf-8").replace("voicemail, ", ""), encoding="utf-8")
    assert main(["ivr", "check"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1].startswith("note: ivr.yaml:")
    assert "nodes.reclamos.queue: no profile could take a call of redes; give one a capacity for voice" in said[1]
    assert "nodes.altas-cerrado.voicemail: no profile could take a message for altas; give one the channel" in said[2]


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ivr", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "ivr.yaml"


def test_a_piped_call_is_walked_to_its_end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = walk("1\n\n1\n1234567#\n", monkeypatch, capsys, "--from", "+59899123456")
    assert "No oímos su respuesta" in said
    assert "→ look up account 1234567" in said
    assert said.endswith("[es] Gracias por llamar. Hasta luego.\n    → hang up\n")


def test_what_is_known_of_the_caller_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--name", "Ana", "--outage", "tormenta", "--at", "2026-11-24T10:00", "--until", "2026-11-24T12:30")
    said = walk("hay un cable\n", monkeypatch, capsys, *options)
    assert "Hola, Ana." in said
    assert "La causa es: tormenta." in said
    assert "reposición: 12:30." in said
    assert "→ queue peligro (es)" in said


def test_things_can_fail_and_callers_leave(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = walk("1\n1\n1234567\n", monkeypatch, capsys, "--failing")
    assert "does not work" in said
    assert "→ queue averias (es)" in said
    closed = walk("1\n4\n", monkeypatch, capsys, "--at", "2026-11-22T12:00Z")
    assert "→ record up to 120 s for altas" in closed
    assert walk("", monkeypatch, capsys).endswith("(the caller hangs up)\n")


def test_a_time_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for moment in ("yesterday", "0001-01-01T00:00"):
        with pytest.raises(SystemExit) as ended:
            main(["ivr", "try", "--at", moment])
        assert ended.value.code == 2
        assert "--at" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["099123456", "hello", "+", "+598991234567890123"])
def test_a_number_that_nobody_calls_from_is_refused(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["ivr", "try", "--from", number])
    assert ended.value.code == 2
    assert "write it with its country, such as +59899123456" in capsys.readouterr().err


def test_a_file_with_everything_is_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(Path(__file__).parent / "everything.yaml", tmp_path / "ivr.yaml")
    for sound in ("es/hello.mp3", "hold/piano.mp3"):
        (tmp_path / "sounds" / sound).parent.mkdir(parents=True)
        (tmp_path / "sounds" / sound).write_bytes(b"")
    failing = walk("099123456\n1230\n", monkeypatch, capsys, "--failing")
    assert failing.startswith("[es] (es/hello.mp3)\n")
    assert "? 6 to 10 digits, then #, 3 s of silence" in failing
    assert "? 4 digits, then #" in failing
    assert failing.endswith("→ queue atencion (es, averias 2, en 1 or es 1, rather en 3, +30 s of head start)\n")
    file = tmp_path / "ivr.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("then: report, otherwise: desk", "then: call"))
    file.write_text(
        file.read_text(encoding="utf-8").replace("then: bye, otherwise: desk}\n  mail", "otherwise: report}\n  mail")
    )
    file.write_text(file.read_text(encoding="utf-8").replace("then: told, otherwise: call", "then: told"))
    said = walk("099123456\n1230\n", monkeypatch, capsys)
    assert said.endswith("→ dial +59829001234, ringing for 20 s\n    … works\n    → hang up\n")


def test_whoever_the_database_knows_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONTACTCENTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CONTACTCENTER_LOG_LEVEL", "error")
    sheets = {
        "zones": "zone,name,department\nZ-1,Norte,Artigas\n",
        "accounts": "account,name,telephone,language\n4401873,Rosa Silva,+59899123456,pt\n",
        "premises": "premises,account,address,zone\nP-1,4401873,Sarandí 1,Z-1\n",
        "outages": "outage,zone,started,cause_pt\nO-1,Z-1,2026-11-22T08:00-03:00,vento\n",
    }
    for name, text in sheets.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    assert main(["migrate"]) == 0
    assert main(["utility", "import", *(f"{name}.csv" for name in sheets)]) == 0
    capsys.readouterr()

    said = walk("2\n", monkeypatch, capsys, "--from", "+59899123456")
    assert said.startswith("[pt] Bem-vindo à Eléctrica del Plata.\n[pt] Olá, Rosa Silva.\n[pt] Sabemos que há falta")
    assert "A causa é: vento." in said
    told = walk("2\n", monkeypatch, capsys, "--from", "+59899123456", "--name", "Ana")
    assert told.startswith("[es]"), "what is said on the command line goes before"
    assert walk("", monkeypatch, capsys, "--from", "+59899000000").startswith("[es] Bienvenido")

    (tmp_path / "data" / "contactcenter.sqlite3").write_bytes(b"no database" * 1000)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["ivr", "try", "--from", "+59899123456"]) == 0
    heard = capsys.readouterr()
    assert "nobody is recognised" in heard.err
    assert heard.out.startswith("[es] Bienvenido")
