from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from contactcenter.config import LoadedConfiguration, check, load_configuration
from contactcenter.config.answers import LANGUAGES, CannedAnswer, load_answers, sms_problem
from contactcenter.domain.configuration import Configuration
from contactcenter.domain.errors import InvalidConfigurationError

ROOT = Path(__file__).resolve().parents[2]
TEXT = "the text 'mucho'"
QUOTED = 'put it in quotes: "59829009000"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files that we ship, to be spoilt."""
    for name in ("skills.yaml", "routing.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "crisis_messages", tmp_path / "crisis_messages")
    return tmp_path


def spoil(path: Path, old: str, new: str) -> int:
    """Replace a text of a file; the number of its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def complaints(folder: Path) -> list[str]:
    with pytest.raises(InvalidConfigurationError) as raised:
        check(folder)
    return [str(problem) for problem in raised.value.problems]


@pytest.fixture(scope="module")
def shipped() -> LoadedConfiguration:
    return load_configuration(ROOT)


def test_the_shipped_files_are_fine() -> None:
    summary = check(ROOT).summary()
    hazards = check(ROOT).configuration.hazards
    assert hazards is not None
    assert summary == (
        f"10 skills, 8 profiles, 10 queues, 16 entry points, {len(hazards.all_phrases())} hazard phrases, 5 rules,"
        " 1 calendar, 4 canned answers: all fine"
    )


def test_every_queue_has_people_in_the_demo_who_can_serve_it(shipped: LoadedConfiguration) -> None:
    configuration = shipped.configuration
    profiles = [configuration.profiles[agent.profile] for agent in shipped.demo_agents]
    for queue in configuration.queues.values():
        able = [p for p in profiles if all(p.skills.get(skill, 0) >= least for skill, least in queue.skills.items())]
        assert able, queue.id
        assert any({"sms", "chat"} <= set(profile.channels) for profile in able), queue.id


def test_every_name_is_there_in_every_language_of_the_console(shipped: LoadedConfiguration) -> None:
    configuration = shipped.configuration
    names = [*configuration.skills.values(), *(reason.name for reason in configuration.not_ready_reasons)]
    for queue in configuration.queues.values():
        names += [queue.name, *(disposition.name for disposition in queue.dispositions)]
    assert all(set(name) == set(LANGUAGES) for name in names)


def _queue(configuration: Configuration, text: str, channel: str = "sms", to: str = "+59829001234") -> str:
    entry = configuration.entry_for(channel, to, text)
    assert entry is not None
    return entry.queue


@pytest.mark.parametrize(
    ("text", "queue"),
    [
        ("luz 4401873", "averias"),
        ("¡Peligro! un cable", "peligro"),
        ("CABLE caído en Rivera", "peligro"),
        ("Perigo na rua", "peligro"),
        ("factura", "facturacion"),
        ("Buen día", "atencion"),
        ("", "atencion"),
    ],
)
def test_a_keyword_leads_to_its_queue(shipped: LoadedConfiguration, text: str, queue: str) -> None:
    assert _queue(shipped.configuration, text) == queue


def test_a_number_and_a_page_lead_to_their_queues(shipped: LoadedConfiguration) -> None:
    assert _queue(shipped.configuration, "Hola", to="+59829009000") == "grandes-clientes"
    assert _queue(shipped.configuration, "Olá", channel="chat", to="web-pt") == "portugues"


def test_a_danger_goes_before_all_others(shipped: LoadedConfiguration) -> None:
    assert [queue.id for queue in shipped.configuration.queues.values() if queue.hazard] == ["peligro"]


def test_what_is_said_when_a_queue_is_closed_is_there_in_every_language_and_fits_one_sms(
    shipped: LoadedConfiguration,
) -> None:
    said = [outside.text for queue in shipped.configuration.queues.values() for outside in queue.outside.values()]
    assert said
    for texts in said:
        assert set(texts) == set(LANGUAGES)
        assert [sms_problem(text) for text in texts.values()] == [None] * len(texts)


def test_a_misspelt_skill_is_named_with_file_line_and_remedy(folder: Path) -> None:
    line = spoil(folder / "skills.yaml", "skills: {averias: 5, peligro: 3", "skills: {averia: 5, peligro: 3")
    where = f"skills.yaml:{line}: profiles.averias-experto.skills.averia"
    assert complaints(folder) == [f"{where}: there is no skill 'averia'; did you mean 'averias'?"]


def test_all_problems_of_all_files_are_said_at_once(folder: Path) -> None:
    first = spoil(folder / "skills.yaml", "profile: comercial", "profile: comercal")
    second = spoil(folder / "routing.yaml", "priority: 300", "priority: mucho")
    third = spoil(folder / "routing.yaml", '"+59829009000"', "59829009000")
    fourth = spoil(folder / "crisis_messages" / "storm.yaml", "title:", "titulo:")
    assert complaints(folder) == [
        f"skills.yaml:{first}: demo_agents.sofia.profile: there is no profile 'comercal'; did you mean 'comercial'?",
        f"routing.yaml:{second}: queues.grandes-clientes.priority: must be a number of seconds of head start, not "
        + TEXT,
        f"routing.yaml:{third}: entry_points[8].address: must be a text, not the number 59829009000; " + QUOTED,
        f"crisis_messages/storm.yaml:{fourth}: titulo: is not known here; did you mean 'title'?",
        "crisis_messages/storm.yaml:1: title: is missing; add it",
    ]


def test_a_phrase_that_cannot_be_meant_is_named_with_file_line_and_remedy(folder: Path) -> None:
    routing = folder / "routing.yaml"
    first = spoil(routing, "  queue: peligro\n  between: 6", "  queue: averias\n  between: 6")
    second = spoil(routing, "- chisp* ", "- luz* ")
    third = spoil(routing, "- fio* caiu\n", "- fio* caiu\n      - Caiu fio*\n") + 1
    remedy = "set its hazard: true, or name a queue that has it"
    fault = "alone would be heard in nearly every text; add a word, or make it a keyword of a door"
    assert complaints(folder) == [
        f"routing.yaml:{first}: hazards.queue: 'averias' does not go before all others; {remedy}",
        f"routing.yaml:{second}: hazards.phrases.es[0]: 'luz*' {fault}",
        f"routing.yaml:{third}: hazards.phrases.pt[8]: 'Caiu fio*' says the same as 'fio* caiu'; keep one",
    ]


def test_a_section_in_the_wrong_file_is_sent_to_the_other(folder: Path) -> None:
    text = (folder / "skills.yaml").read_text(encoding="utf-8")
    (folder / "skills.yaml").write_text(text + "\nsettings: {}\ntarifas: {}\n", encoding="utf-8")
    found = complaints(folder)
    assert found[0].endswith("settings: is not known here; move it to routing.yaml")
    assert "tarifas: is not known here; use one of" in found[1]


def test_files_that_are_missing_are_both_named(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidConfigurationError, match=r"skills.yaml: cannot be read .*; routing.yaml: cannot be read"
    ):
        load_configuration(tmp_path)


def test_a_file_that_is_a_list_is_refused(folder: Path) -> None:
    (folder / "routing.yaml").write_text("- 1\n", encoding="utf-8")
    assert any("routing.yaml:1: syntax: must begin with one of: default_queue" in line for line in complaints(folder))


def test_what_was_said_of_a_value_is_not_said_again(folder: Path) -> None:
    line = spoil(folder / "routing.yaml", "default_queue: atencion", "default_queue: “atencion”")
    (complaint,) = complaints(folder)
    assert complaint.startswith(f"routing.yaml:{line}: default_queue: “ is a typographic quotation mark")


def test_a_configuration_without_demo_agents_is_fine(folder: Path) -> None:
    text = (folder / "skills.yaml").read_text(encoding="utf-8")
    (folder / "skills.yaml").write_text(text[: text.index("demo_agents:")], encoding="utf-8")
    assert load_configuration(folder).demo_agents == ()


# Canned answers


def test_each_message_is_there_in_every_language_and_fits_one_sms() -> None:
    answers = {answer.id: answer for answer in load_answers(ROOT)}
    assert set(answers) == {"storm", "mass_outage", "planned_work", "fallen_cable"}
    for answer in answers.values():
        assert set(answer.title) == set(answer.texts) == set(answer.texts_for("sms")) == set(LANGUAGES)
        assert answer.texts_for("sms") != answer.texts
        assert answer.texts_for("chat") == answer.texts


def test_no_folder_means_no_answers(tmp_path: Path) -> None:
    assert load_answers(tmp_path) == ()


def test_a_spoilt_message_is_named_with_file_and_line(folder: Path) -> None:
    path = folder / "crisis_messages" / "storm.yaml"
    line = spoil(
        path, 'es: "Temporal: hay cortes en varias zonas y', 'es: "Temporal: caído el tendido de varias zonas y'
    )
    (complaint,) = complaints(folder)
    assert complaint.startswith(f"crisis_messages/storm.yaml:{line}: texts.sms.es: has letters that SMS cannot carry")
    assert complaint.endswith("(í); write plain ones")


def test_a_message_must_be_there_in_every_language(tmp_path: Path) -> None:
    (tmp_path / "crisis_messages").mkdir()
    (tmp_path / "crisis_messages" / "a.yaml").write_text("title: {es: a, pt: a, en: a}\ntexts:\n  any: {es: a}\n")
    with pytest.raises(InvalidConfigurationError, match=r"a.yaml:3: texts.any: has no text in pt, en; in an emergency"):
        load_answers(tmp_path)
    (tmp_path / "crisis_messages" / "a.yaml").write_text("title: {es: “a”, pt: a, en: a}\n")
    with pytest.raises(InvalidConfigurationError, match=r"a.yaml:1: title.es: “ is .*a.yaml:1: texts: is missing"):
        load_answers(tmp_path)
    (tmp_path / "crisis_messages" / "a.yaml").write_text("- a\n")
    with pytest.raises(InvalidConfigurationError, match="must have entries of the form"):
        load_answers(tmp_path)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a" * 160, None),
        ("a" * 161, "is 161 letters long; one SMS carries 160: shorten it"),
        ("a" * 159 + "€", "is 161 letters long; one SMS carries 160: shorten it"),
        ("¿Qué? ñandú", "has letters that SMS cannot carry in its own alphabet (ú); write plain ones"),
    ],
)
def test_an_sms_counts_letters_as_the_network_does(text: str, fault: str | None) -> None:
    assert sms_problem(text) == fault


def test_a_channel_without_a_wording_of_its_own_has_the_common_one() -> None:
    answer = CannedAnswer("a", {"es": "T"}, {"es": "largo"}, {"sms": {"es": "corto"}})
    assert (answer.texts_for("sms"), answer.texts_for("x")) == ({"es": "corto"}, {"es": "largo"})
