"""Whether the menus hold together: every problem at once, each with path and remedy.

What is checked here is what makes the interpreter's promise true: nobody is left without a way to a
person, and a danger is one key away at every level.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final

from contactcenter.domain.configuration import Configuration
from contactcenter.domain.errors import Problem
from contactcenter.ivr.listening import plain, says
from contactcenter.ivr.model import (
    HOLD_VALUES,
    PLACEHOLDER,
    VALUES,
    Announcement,
    Branch,
    Choice,
    Digits,
    Ivr,
    Line,
    Menu,
    Node,
    Recording,
    Task,
)

_ENDINGS: Final = "queue or hang_up"
_NEVER_SILENT: Final = ("hold.recorded", "hold.full", "hold.closed", "hold.trouble")


Suggest = Callable[[str, Collection[str]], str]
"""What to write instead of a name that is none of the known ones."""


def problems_of(ivr: Ivr, configuration: Configuration, suggest: Suggest) -> list[Problem]:
    """What is wrong with `ivr`, whose queues and skills are those of `configuration`."""
    check = _Check(ivr, configuration, suggest)
    targets = list(check.targets())
    if targets:  # Ways that lead nowhere: what follows would only repeat it.
        return [*targets, *check.prompts()]
    return [
        *check.shortcuts(),
        *check.prompts(),
        *check.keys(),
        *check.words(),
        *check.silent(),
        *check.unreachable(),
        *check.loops(),
        *check.dead_ends(),
    ]


class _Check:
    def __init__(self, ivr: Ivr, configuration: Configuration, suggest: Suggest) -> None:
        self._suggest = suggest
        self._ivr = ivr
        self._queues = configuration.queues

    def targets(self) -> Iterator[Problem]:
        """Ways to nodes that are not there."""
        known = self._ivr.nodes
        ways = [("start", self._ivr.start), ("person.node", self._ivr.person.node)]
        ways.append(("hazard.node", self._ivr.hazard.node))
        for id_, node in known.items():
            ways += [(f"nodes.{id_}.{path}", target) for path, target in (*node.chosen(), *node.automatic())]
        for path, target in dict(ways).items():
            if target not in known:
                yield Problem(path, f"there is no node {target!r}; {self._suggest(target, known)}")

    def shortcuts(self) -> Iterator[Problem]:
        """The way to a person and the way out of danger."""
        person, hazard = self._ivr.person, self._ivr.hazard
        if not isinstance(self._ivr.nodes[person.node], Line):
            yield Problem("person.node", f"{person.node} is no queue node; whoever finds no way must arrive in a queue")
        danger = self._ivr.nodes[hazard.node]
        if not isinstance(danger, Line):
            yield Problem("hazard.node", f"{hazard.node} is no queue node; let the key lead straight into a queue")
        elif not self._queues[danger.queue].hazard:
            yield Problem(
                "hazard.node", f"leads to {danger.queue}, which is no hazard queue; use one with `hazard: true`"
            )
        if hazard.key == person.key:
            yield Problem("person.key", f"{person.key} is the hazard key; choose another")
        if hazard.prompt is None:
            yield Problem("hazard.prompt", "is missing, so that nobody would know of the key; add it")

    def keys(self) -> Iterator[Problem]:
        """Levels at which the hazard key would do something else."""
        key, target = self._ivr.hazard.key, self._ivr.hazard.node
        for id_, node in self._ivr.nodes.items():
            path = f"nodes.{id_}"
            if isinstance(node, Menu) and key in node.choices and node.choices[key].then != target:
                yield Problem(f"{path}.menu.choices.{key}", f"{key} is the hazard key at every level; use another key")
            if isinstance(node, Digits) and key == node.finish:
                yield Problem(f"{path}.gather.finish", f"{key} is the hazard key at every level; use another key")
            if isinstance(node, Digits) and key.isdigit() and node.least == 1:
                message = f"1 digit may be {key}, the hazard key; ask for 2 digits or more, or make a menu of it"
                yield Problem(f"{path}.gather.length", message)

    def words(self) -> Iterator[Problem]:
        """Words of a choice that would never be heard as that choice."""
        hazard = self._ivr.hazard
        for id_, node in self._ivr.nodes.items():
            before: list[tuple[str, Choice]] = []
            for key, choice in node.choices.items() if isinstance(node, Menu) else ():
                for position, word in enumerate(choice.words):
                    path, heard = f"nodes.{id_}.menu.choices.{key}.words[{position}]", plain(word)
                    first = next((other for other, earlier in before if says(heard, earlier.words)), None)
                    if not heard.strip():
                        yield Problem(path, f"{word!r} has no letter that could be heard; write a word")
                    elif choice.then != hazard.node and says(heard, hazard.words):
                        yield Problem(path, f"{word!r} says danger, which leads to {hazard.node}; use another word")
                    elif first is not None:
                        yield Problem(path, f"{word!r} is heard as choice {first}; use another word")
                before.append((key, choice))

    def prompts(self) -> Iterator[Problem]:
        """What is said: there, in every language, with values that exist, and used."""
        used: dict[str, None] = {}
        waiting = {name for _, name in self._ivr.hold.said()}
        for path, name in self._said():
            used[name] = None
            if name not in self._ivr.prompts:
                yield Problem(path, f"there is no prompt {name!r}; {self._suggest(name, self._ivr.prompts)}")
        for name, prompt in self._ivr.prompts.items():
            path = f"prompts.{name}"
            missing = [language for language in self._ivr.languages if language not in prompt]
            if missing:
                yield Problem(
                    path, f"has no text in {', '.join(missing)}; add it, or take the language out of languages"
                )
            for language, content in prompt.items():
                if language not in self._ivr.languages:
                    yield Problem(f"{path}.{language}", f"{language} is not in languages; add it there, or remove this")
                known_values = (*VALUES, *HOLD_VALUES) if name in waiting else VALUES
                yield from self._placeholders(f"{path}.{language}", content, known_values)
            if name not in used:
                yield Problem(path, "is never said; use it, or remove it")

    def _placeholders(self, path: str, content: str | Recording, known: Collection[str]) -> Iterator[Problem]:
        if isinstance(content, Recording):
            return
        for name in PLACEHOLDER.findall(content):
            if name not in known:
                yield Problem(path, f"there is no value {{{name}}}; {self._suggest(name, known)}")
        if set("{}") & set(PLACEHOLDER.sub("", content)):
            yield Problem(path, "has a brace without its partner; write a value such as {zone}")

    def silent(self) -> Iterator[Problem]:
        """Questions that might be asked without a word, since each prompt has a value that may be missing."""
        for id_, node in self._ivr.nodes.items():
            if isinstance(node, Menu | Digits) and not self._is_heard(node.prompts):
                kind = "menu" if isinstance(node, Menu) else "gather"
                yield Problem(f"nodes.{id_}.{kind}.prompts", "could be silent; add a prompt without values in braces")
        told = [(path, name) for path, name in self._ivr.hold.said() if path in _NEVER_SILENT]
        for path, name in (("silence", self._ivr.silence), ("wrong", self._ivr.wrong), *told):
            if not self._is_heard((name,)):
                yield Problem(path, "could be silent; use a prompt without values in braces")

    def unreachable(self) -> Iterator[Problem]:
        """Nodes that no caller ever comes to."""
        ivr = self._ivr
        reached = _reached((ivr.start, ivr.person.node, ivr.hazard.node), self._forward(ivr.nodes))
        for id_ in ivr.nodes:
            if id_ not in reached:
                yield Problem(f"nodes.{id_}", "is never reached; let another node lead to it, or remove it")

    def loops(self) -> Iterator[Problem]:
        """Circles that a silent caller would go round in."""
        nodes = self._ivr.nodes
        automatic = {id_: [target for _, target in node.automatic()] for id_, node in nodes.items()}
        told: set[str] = set()
        for id_ in nodes:
            circle = _circle(id_, automatic)
            if circle and told.isdisjoint(circle):
                told.update(circle)
                way = " → ".join([*circle, id_])
                yield Problem(
                    f"nodes.{id_}", f"goes round in a circle without a choice of the caller ({way}); break it"
                )

    def dead_ends(self) -> Iterator[Problem]:
        """Nodes from which no end can be reached."""
        nodes = self._ivr.nodes
        backward: dict[str, list[str]] = {id_: [] for id_ in nodes}
        for id_, targets in self._forward(nodes).items():
            for target in targets:
                backward[target].append(id_)
        ends = [id_ for id_, targets in self._forward(nodes).items() if not targets]
        ended = _reached(ends, backward)
        for id_ in nodes:
            if id_ not in ended:
                yield Problem(f"nodes.{id_}", f"is a dead end; let it lead to a {_ENDINGS} in the end")

    def _forward(self, nodes: Mapping[str, Node]) -> dict[str, list[str]]:
        return {id_: [to for _, to in (*node.chosen(), *node.automatic())] for id_, node in nodes.items()}

    def _is_heard(self, prompts: Collection[str]) -> bool:
        return any(self._always_said(name) for name in prompts)

    def _always_said(self, name: str) -> bool:
        contents = self._ivr.prompts.get(name, {}).values()
        return all(isinstance(content, Recording) or not PLACEHOLDER.search(content) for content in contents)

    def _said(self) -> Iterator[tuple[str, str]]:
        ivr = self._ivr
        for path, name in (("silence", ivr.silence), ("wrong", ivr.wrong), ("hazard.prompt", ivr.hazard.prompt)):
            if name is not None:
                yield path, name
        yield from ivr.hold.said()
        for id_, node in ivr.nodes.items():
            if isinstance(node, Branch):
                continue
            for position, name in enumerate(node.prompts):
                yield f"nodes.{id_}.{_kind(node)}.prompts[{position}]", name
            if isinstance(node, Digits) and node.wrong is not None:
                yield f"nodes.{id_}.gather.wrong", node.wrong


def _kind(node: Node) -> str:
    if isinstance(node, Task):
        return node.kind
    kinds: dict[type, str] = {Announcement: "say", Menu: "menu", Digits: "gather", Line: "queue"}
    return kinds.get(type(node), "hang_up")


def _reached(starts: Iterable[str], ways: Mapping[str, Iterable[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = list(starts)
    while ahead:
        id_ = ahead.pop()
        if id_ not in reached:
            reached.add(id_)
            ahead += ways[id_]
    return reached


def _circle(start: str, ways: Mapping[str, list[str]]) -> list[str]:
    """The shortest way from `start` back to itself; none when there is no way."""
    came: dict[str, str] = {}
    ahead = [start]
    for id_ in ahead:  # It grows while it is walked.
        for target in ways[id_]:
            if target == start:
                back = [id_]
                while back[-1] != start:
                    back.append(came[back[-1]])
                return back[::-1]
            if target not in came:
                came[target] = id_
                ahead.append(target)
    return []
