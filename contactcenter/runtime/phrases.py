"""What callers hear besides the menus: on hold, when they are sent away, and while nothing can be written down."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from contactcenter.domain.configuration import Configuration
from contactcenter.ivr import Ivr, Play, Say
from contactcenter.ivr.model import Line
from contactcenter.ivr.speaking import speak
from contactcenter.runtime.waiting_room import Wait
from contactcenter.storage import Standing

Said = list[Say | Play]

_MINUTE: Final = 60.0
_OUTSIDE: Final = "outside_hours"

TROUBLE: Final = {
    "es": "Estamos con dificultades técnicas. Siga en línea: lo atenderemos en cuanto podamos.",
    "pt": "Estamos com dificuldades técnicas. Permaneça na linha: vamos atender assim que possível.",
    "en": "We are having technical difficulties. Please hold: we will answer as soon as we can.",
}
"""Said where ivr.yaml has no text for it."""
RECORDED: Final = {
    "es": "Esta llamada puede ser grabada.",
    "pt": "Esta chamada pode ser gravada.",
    "en": "This call may be recorded.",
}
CLOSED: Final = {
    "es": "No podemos atender su llamada en este momento. Por favor, llame más tarde.",
    "pt": "Não podemos atender a sua chamada neste momento. Por favor, ligue mais tarde.",
    "en": "We cannot take your call at the moment. Please call again later.",
}

KEPT: Final = {
    "es": "Este servicio está cerrado ahora. Puede seguir en línea hasta que abra, o llamar más tarde.",
    "pt": "Este serviço está fechado agora. Pode permanecer na linha até abrir, ou ligar mais tarde.",
    "en": "This service is closed now. You may hold until it opens, or call again later.",
}
"""Said where the queue has no text of its own."""


def news(ivr: Ivr, language: str, position: int, wait: Wait | None) -> Said:
    """The place in line, and the estimated wait as far as it is known."""
    prompts = [ivr.hold.position]
    values = {"position": str(position)}
    if wait is not None:
        most = max(1, math.ceil(wait.most / _MINUTE))
        least = None if wait.least is None else max(1, math.floor(wait.least / _MINUTE))
        values |= {"most": str(most), "least": "" if least is None else str(least)}
        if wait.most <= _MINUTE:
            prompts.append(ivr.hold.soon)
        else:
            prompts.append(ivr.hold.at_most if least is None or least >= most else ivr.hold.between)
    return speak(ivr, [prompt for prompt in prompts if prompt is not None], language, values)


def recorded(ivr: Ivr, language: str) -> Said:
    """That what is said will be kept."""
    return _or_else(ivr, ivr.hold.recorded, language, RECORDED)


def danger(ivr: Ivr, language: str) -> Said:
    """What somebody hears who has pressed the hazard key."""
    node = ivr.nodes.get(ivr.hazard.node)
    return speak(ivr, node.prompts, language, {}) if isinstance(node, Line) else []


def farewell(ivr: Ivr, configuration: Configuration, standing: Standing, channel: str, language: str) -> Said:
    """Why somebody is sent away who waited."""
    if standing.refused == _OUTSIDE and (said := _beyond_hours(configuration, standing.queue, channel, language)):
        return said
    prompt = ivr.hold.full if standing.refused is not None and standing.refused != _OUTSIDE else ivr.hold.closed
    return _or_else(ivr, prompt, language, CLOSED)


def kept(configuration: Configuration, queue: str, channel: str, language: str) -> Said:
    """That nobody comes before the queue opens."""
    said = _beyond_hours(configuration, queue, channel, language)
    return said or _usual(KEPT, language)


def trouble(ivr: Ivr, language: str | None) -> Said:
    """That we know of our trouble; in every language while that of the caller is not known."""
    languages = ivr.languages if language is None else (language,)
    said: Said = []
    for each in languages:
        said += _or_else(ivr, ivr.hold.trouble, each, TROUBLE)
        if ivr.hazard.prompt is not None:
            said += speak(ivr, [ivr.hazard.prompt], each, {})
    return said


def _or_else(ivr: Ivr, prompt: str | None, language: str, texts: Mapping[str, str]) -> Said:
    if prompt is not None and (said := speak(ivr, [prompt], language, {})):
        return said
    return _usual(texts, language)


def _beyond_hours(configuration: Configuration, queue: str, channel: str, language: str) -> Said:
    """What a queue says outside its hours; nothing when it has no text."""
    settings = configuration.queues.get(queue)
    texts = settings.beyond_hours(channel).text if settings is not None else {}
    return _usual(texts, language) if texts else []


def _usual(texts: Mapping[str, str], language: str) -> Said:
    spoken = language if language in texts else next(iter(texts))
    return [Say(texts[spoken], spoken)]
