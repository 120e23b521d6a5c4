"""`contactcenter explain`: the same explanations as the API's, as a text for a terminal or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from contactcenter.bootstrap.database import StartError, opened
from contactcenter.config import Settings
from contactcenter.storage.explanations import Explanations
from contactcenter.web.explained import (
    AbilitiesShape,
    AgentExplanationShape,
    AskedShape,
    ContactExplanationShape,
    DecisionShape,
    GroupShape,
    LineShape,
    StepShape,
    WaitingShape,
)
from contactcenter.web.explanations import UnknownError, explained_agent, explained_contact, skills_of, supposed

LANGUAGE: Final = "en"
_MOST_LINES: Final = 20


async def explain_contact(settings: Settings, contact_id: str, *, as_json: bool = False) -> str:
    """Why a contact waits, or went to whom it went.

    Raises:
        StartError: there is no such contact, or the database does not answer.
    """
    async with opened(settings) as storage:
        picture = await Explanations(storage.read).contact(contact_id)
    if picture is None:
        raise StartError(f"there is no contact {contact_id!r}; the console and GET /api/v1/contacts show ids")
    shape = explained_contact(picture, LANGUAGE)
    return _json(shape) if as_json else _contact(shape)


async def explain_agent(
    settings: Settings, agent_id: str, *, profile: str | None = None, skills: Sequence[str] = (), as_json: bool = False
) -> str:
    """What a person could take now; with a `profile` or `skills` (`averias=4`) also what if they had those.

    Raises:
        StartError: there is no such agent, skill or profile, or the database does not answer.
    """
    async with opened(settings) as storage:
        picture = await Explanations(storage.read).agent(agent_id)
    if picture is None:
        raise StartError(f"there is no agent {agent_id!r}; the console and GET /api/v1/agents show ids")
    try:
        supposition = supposed(picture, profile, skills_of(",".join(skills)))
    except UnknownError as error:
        raise StartError(str(error)) from error
    shape = explained_agent(picture, supposition, LANGUAGE)
    return _json(shape) if as_json else _agent(shape)


def _json(shape: Mapping[str, Any]) -> str:
    return json.dumps(shape, ensure_ascii=False, indent=2) + "\n"


# --- a contact


def _contact(shape: ContactExplanationShape) -> str:
    waiting = shape["waiting"]
    head = f"{shape['id']}   {shape['channel']}   {shape['queue']['name']}   {_words(shape['state'])}"
    lines = [head]
    if waiting is not None:
        lines += _waiting(waiting, shape["at"])
    if shape["decisions"]:
        lines += ["", "Decisions so far", *_decisions(shape["decisions"])]
    elif waiting is None:
        lines += ["", "Nobody was ever offered it."]
    return "\n".join([*lines, ""])


def _waiting(waiting: WaitingShape, at: str) -> list[str]:
    facts = [f"waits for {_seconds(waiting['waited_seconds'])}"]
    if waiting["head_start_seconds"]:
        facts.append(f"{_seconds(waiting['head_start_seconds'])} of head start")
    if waiting["hazard"]:
        facts.append("a hazard: before all others")
    if waiting["position"] is not None:
        facts.append(f"number {waiting['position']} of {waiting['in_line']} in its line")
    lines = ["   ".join(facts), f"asks {_asked(waiting['asked'])}"]
    if waiting["kept"]:
        opens = (
            "; no opening is in sight"
            if waiting["opens_at"] is None
            else f"; it opens {_when(waiting['opens_at'], at)}"
        )
        day = f" ({waiting['day']})" if waiting["day"] else ""
        lines.append(f"its queue is closed{day}{opens}")
    if waiting["reserved"] is not None:
        person = waiting["reserved"]["agent"]["name"]
        lines.append(f"kept for {person}, for everybody {_when(waiting['reserved']['until'], at)}")
    lines.append(_able(waiting))
    if waiting["steps"]:
        lines += ["", "Relaxation", *_steps(waiting["steps"], at)]
    return [*lines, "", "People by profile", *_groups(waiting["groups"]), *_people(waiting["groups"], at)]


def _able(waiting: WaitingShape) -> str:
    if waiting["able"]:
        return f"{waiting['able']} on shift could take it when they are free"
    if waiting["ever"]:
        return "nobody on shift could take it yet; after a later step somebody could"
    return "NOBODY ON SHIFT COULD EVER TAKE IT: change a profile, sign somebody in, or move it"


def _steps(steps: Iterable[StepShape], at: str) -> list[str]:
    names = {"waited": "holds", "absence": "holds: nobody was there", "pending": ""}
    rows = [
        (
            str(number),
            f"after {_seconds(step['after_seconds'])}",
            names[step["state"]] or _when(step["at"], at),
            _given_up(step),
            str(step["able"]),
        )
        for number, step in enumerate(steps, start=1)
    ]
    return _table([("step", "", "", "what it gives up", "able then"), *rows])


def _given_up(step: StepShape) -> str:
    parts = [f"{skill} from {level}" for skill, level in step["lower"].items()]
    parts += [f"no {skill}" for skill in step["drop"]]
    if step["drop_preferred"]:
        parts.append("nothing preferred")
    parts += [f"also {profile['name']}" for profile in step["profiles"]]
    return ", ".join(parts)


def _groups(groups: Iterable[GroupShape]) -> list[str]:
    rows = [
        (
            group["profile"]["name"],
            f"{group['signed_in']} of {group['members']}",
            str(group["ready"]),
            "-" if group["refusal"] else str(group["ahead"]),
            _words(group["refusal"]) if group["refusal"] else _counts(group["refused"]),
        )
        for group in groups
    ]
    return _table([("profile", "on shift", "ready", "before it", "why not"), *rows])


def _people(groups: Iterable[GroupShape], at: str) -> list[str]:
    rows = [
        (
            person["name"],
            _words(person["refusal"]) if person["refusal"] else "ready",
            "" if person["until"] is None else _when(person["until"], at),
        )
        for group in groups
        if group["refusal"] is None
        for person in group["people"]
    ]
    return ["", *_table([("person", "", "again"), *rows])] if rows else []


def _decisions(decisions: Iterable[DecisionShape]) -> list[str]:
    rows = [
        (
            decision["at"],
            decision["agent"]["name"],
            _words(decision["cause"]),
            _words(decision["choice"]),
            str(decision["steps"]),
            _seconds(decision["waited_seconds"]),
            _words(decision["outcome"] or "rings"),
            _counts(decision["refused"]),
            str(decision["configuration_version"]),
        )
        for decision in decisions
    ]
    head = (
        "at (UTC)",
        "offered to",
        "because",
        "rule",
        "steps",
        "waited",
        "came of it",
        "passed over",
        "configuration",
    )
    return _table([head, *rows])


# --- a person


def _agent(shape: AgentExplanationShape) -> str:
    own = shape["abilities"]
    lines = [
        f"{shape['name']}   {own['profile']['name']}   {_words(shape['reason'] or shape['status'])}",
        *_now(own),
        "",
        f"Serves {own['waiting']} who wait",
        *_lines(own["served"], shape["at"]),
    ]
    if shape["reserved"]:
        lines += ["", f"Waits for this person alone: {_counts(shape['reserved'])}"]
    if own["others"]:
        lines += ["", "Cannot take", *_lines(own["others"], shape["at"])]
    other = shape["what_if"]
    if other is not None:
        skills = ", ".join(f"{skill} {level}" for skill, level in other["skills"].items())
        lines += ["", f"With {other['profile']['name']} ({skills or 'no skills'})", *_now(other)]
        lines += ["", f"gained: {other['gained_waiting']} who wait", *_lines(other["gained"], shape["at"])]
        lines += ["", f"lost: {other['lost_waiting']} who wait", *_lines(other["lost"], shape["at"])]
    return "\n".join([*lines, ""])


def _now(abilities: AbilitiesShape) -> list[str]:
    return [
        f"{media}: {_words(refusal) if refusal else 'could take one now'}"
        for media, refusal in abilities["now"].items()
        if abilities["capacity"][media]
    ]


def _lines(lines: Sequence[LineShape], at: str) -> list[str]:
    rows = [
        (
            line["queue"]["name"],
            line["channel"],
            str(line["waiting"]),
            _when(line["oldest"], at),
            _asked(line["asked"]) + ("   a hazard" if line["hazard"] else ""),
            _words(line["refusal"] or ""),
        )
        for line in lines[:_MOST_LINES]
    ]
    if not rows:
        return ["   nothing"]
    more = [f"   and {len(lines) - _MOST_LINES} lines more"] if len(lines) > _MOST_LINES else []
    return [*_table([("queue", "channel", "waiting", "the oldest", "asks", ""), *rows]), *more]


# --- words


def _asked(asked: AskedShape) -> str:
    required = [" or ".join(f"{skill} {level}" for skill, level in clause) for clause in asked["required"]]
    text = " and ".join(f"({one})" if " or " in one else one for one in required) or "no skill"
    if asked["wished"]:
        text += "; rather " + ", ".join(f"{skill} {level}" for clause in asked["wished"] for skill, level in clause)
    if asked["profiles"]:
        text += "; or " + ", ".join(profile["name"] for profile in asked["profiles"])
    return text


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {_words(name)}" for name, count in counts.items())


def _words(code: str) -> str:
    return code.replace("_", " ")


def _when(moment: str | None, at: str) -> str:
    """`in 40 s` or `3 min ago`."""
    if moment is None:
        return "-"
    apart = (datetime.fromisoformat(moment) - datetime.fromisoformat(at)).total_seconds()
    return f"in {_seconds(apart)}" if apart >= 0 else f"{_seconds(-apart)} ago"


def _seconds(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns one below the other, indented."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "   " + "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
