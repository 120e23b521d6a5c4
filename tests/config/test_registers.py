"""The utility's CSV files: what they may say, and every problem with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.config import registers
from contactcenter.config.registers import read_registers
from contactcenter.domain.errors import InvalidConfigurationError
from contactcenter.domain.utility import Account, Flag, Outage, OutageState, Premises, Register, Zone

ZONES = "zone,name,department\nMVD-1,Pocitos,Montevideo\n"
ACCOUNTS = (
    "account,name,telephone,tier,owner,flags,language\n"
    "4401873,Marta Suárez,+598 99 100-101,,,,es\n"
    '7,"Frigorífico, planta",+59899100105,A,valentina,special_case life_support,\n'
    "8,Sin teléfono,,,,,\n"
)
PREMISES = "premises,account,address,zone\nP-1,4401873,Av. Brasil 2587,MVD-1\n"
OUTAGES = (
    "outage,zone,started,restoration,state,cause_es,cause_en\n"
    "O-1,MVD-1,2026-11-22T08:00-03:00,2026-11-22T12:30Z,,Cable roto,Broken cable\n"
    "O-2,MVD-1,2026-11-20 08:00:00+00:00,,restored,Árbol,\n"
)
STARTED = 1_795_345_200.0


def write(folder: Path, text: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(folder: Path, *texts: str | bytes) -> list[str]:
    paths = [write(folder, text, f"{place}.csv") for place, text in enumerate(texts)]
    with pytest.raises(InvalidConfigurationError) as caught:
        read_registers(paths)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_all_four_files(tmp_path: Path) -> None:
    texts = (PREMISES, "\ufeff" + ACCOUNTS.replace("\n", "\r\n"), OUTAGES, ZONES + "\n,,\n")
    paths = [write(tmp_path, text, f"{place}.csv") for place, text in enumerate(texts)]
    sheets = read_registers(paths)
    assert sheets.register == Register(
        zones=(Zone("MVD-1", "Pocitos", "Montevideo"),),
        accounts=(
            Account("4401873", "Marta Suárez", "+59899100101", language="es"),
            Account(
                "7",
                "Frigorífico, planta",
                "+59899100105",
                "A",
                "valentina",
                (Flag.LIFE_SUPPORT, Flag.SPECIAL_CASE),
            ),
            Account("8", "Sin teléfono"),
        ),
        premises=(Premises("P-1", "4401873", "Av. Brasil 2587", "MVD-1"),),
        outages=(
            Outage("O-1", "MVD-1", {"es": "Cable roto", "en": "Broken cable"}, STARTED, STARTED + 5400),
            Outage("O-2", "MVD-1", {"es": "Árbol"}, STARTED - 183_600, None, OutageState.RESTORED),
        ),
    )
    assert sheets.places["account", "7"] == (str(paths[1]), 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0.csv:1: header: the first column is ''; use one of: account, outage, premises, zone"),
        ("acount,name\n", "0.csv:1: header: the first column is 'acount'; did you mean 'account'?"),
        ("zone;name;department\n", "0.csv:1: header: the first column is 'zone;name;department'; put commas between"),
        ("zone\tname\n", "0.csv:1: header: the first column is 'zone\\tname'; put commas between values, not tabs"),
        ("zone,nam,department\n", "0.csv:1: header: 'nam' is no column; did you mean 'name'?"),
        ("zone,name,name,department\n", "0.csv:1: header: name is there twice; keep one"),
        (b"zone,name,department\nA,\xff,M\n", "0.csv: file: is not UTF-8; save it as CSV UTF-8"),
        (ZONES + 'B,"x"y,M\n', "0.csv:3: line: ',' expected after '\"'; put texts with a comma"),
        (ZONES + "B,x,y,z\n", "0.csv:3: line: has 4 values; the first line names 3"),
        (ZONES + "B,x\n", "0.csv:3: department: is empty; write something"),
        (ZONES + "B/1,x,y\n", "0.csv:3: zone: 'B/1' is no number; use letters"),
        (ZONES + f"B,{'x' * 201},y\n", "0.csv:3: name: has 201 characters; use at most 200"),
        (ZONES + "B,x\0,y\n", "0.csv:3: name: has characters that cannot be printed; take them out"),
        (ZONES + "MVD-1,x,y\n", "0.csv:3: zone: 'MVD-1' is in {folder}/0.csv:2 already; keep one of them"),
        (
            ACCOUNTS + "9,x,099100101,,,,\n",
            "0.csv:5: telephone: '099100101' is no telephone; write it with its country",
        ),
        (ACCOUNTS + "9,x,,D,,,\n", "0.csv:5: tier: there is no tier 'D'; use one of: A, B, C"),
        (ACCOUNTS + "9,x,,,,lifesupport,\n", "0.csv:5: flags: there is no flag 'lifesupport'; did you mean"),
        (ACCOUNTS + "9,x,,,,,Spanish\n", "0.csv:5: language: 'Spanish' is no language code"),
        (OUTAGES + "O-3,Z,yesterday,,,x,\n", "0.csv:4: started: 'yesterday' is no time with its zone; write such as"),
        (OUTAGES + "O-3,Z,2026-11-22T08:00,,,x,\n", "0.csv:4: started: '2026-11-22T08:00' is no time with its zone"),
        (OUTAGES + "O-3,Z,0001-01-01T00:00+14:00,,,x,\n", "0.csv:4: started: '0001-01-01T00:00+14:00' is no time"),
        (OUTAGES + "O-3,Z,2026-11-22T08:00Z,2026-11-22T07:00Z,,x,\n", "0.csv:4: restoration: is before the outage"),
        (OUTAGES + "O-3,Z,2026-11-22T08:00Z,soon,,x,\n", "0.csv:4: restoration: 'soon' is no time with its zone"),
        (OUTAGES + "O-3,Z,2026-11-22T08:00Z,,over,x,\n", "0.csv:4: state: there is no state 'over'; use one of: open"),
        (OUTAGES + "O-3,Z,2026-11-22T08:00Z,,,,\n", "0.csv:4: cause_es: no cause in any language; write one"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_remedy(tmp_path: Path, text: str | bytes, said: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.startswith(said.replace("{folder}", str(tmp_path)))


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, "zone,name\n", PREMISES + "P 2,,x,\nP-1,1,x,Z\n", ACCOUNTS + "9,x,1,D,,,\n")
    assert [problem.partition(": ")[0] for problem in found] == [
        "0.csv:1", "1.csv:3", "1.csv:3", "1.csv:3", "1.csv:4", "2.csv:5", "2.csv:5",
    ]  # fmt: skip


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfigurationError, match=r"none\.csv: file: cannot be read"):
        read_registers([tmp_path / "none.csv"])


def test_there_is_an_end_to_problems_and_to_records(tmp_path: Path) -> None:
    assert len(problems(tmp_path, ZONES + ",x,y\n" * 2 * registers.MOST_PROBLEMS)) == registers.MOST_PROBLEMS
    many = "".join(f"Z{number},x,y\n" for number in range(registers.MOST_RECORDS + 5))
    (problem,) = problems(tmp_path, "zone,name,department\n" + many)
    assert problem.startswith("0.csv:25002: line: more than 25,000 records at once; split the files")
