"""Whether anybody could ever take what the menus send into a line.

Profiles change while the center runs, so this is told to whoever checks the file, and stops nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from contactcenter.domain.configuration import Configuration
from contactcenter.domain.errors import Problem
from contactcenter.domain.needs import NOTHING, Needs, clauses_of, together
from contactcenter.domain.words import VOICEMAIL, MediaClass
from contactcenter.ivr.model import Ivr, Line, Task, TaskKind
from contactcenter.routing.eligibility import profile_refusal
from contactcenter.routing.relaxation import asked


def unserved(ivr: Ivr, configuration: Configuration) -> Iterator[Problem]:
    """Lines in which a caller would wait for nobody, however long: no profile could take them."""
    for id_, node in ivr.nodes.items():
        if isinstance(node, Line) and not _served(configuration, node.queue, node.needs, MediaClass.VOICE):
            remedy = "give one a capacity for voice and the skills, or use another queue"
            yield Problem(f"nodes.{id_}.queue", f"no profile could take a call of {node.queue}; {remedy}")
        elif (
            isinstance(node, Task)
            and node.kind is TaskKind.VOICEMAIL
            and not _served(configuration, node.queue, NOTHING, MediaClass.ASYNC)
        ):
            remedy = f"give one the channel {VOICEMAIL} and the skills, or use another queue"
            yield Problem(f"nodes.{id_}.voicemail", f"no profile could take a message for {node.queue}; {remedy}")


def _served(configuration: Configuration, queue: str, needs: Needs, media: MediaClass) -> bool:
    """Whether a profile could, once the queue asks the least that it ever does."""
    settings = configuration.queues[queue]
    least = asked(clauses_of(together(settings.needs, needs)), settings.relaxation, len(settings.relaxation))
    return any(
        profile_refusal(profile, channel, media, least) is None
        for profile in configuration.profiles.values()
        for channel in ((VOICEMAIL,) if media is MediaClass.ASYNC else profile.channels)
    )
