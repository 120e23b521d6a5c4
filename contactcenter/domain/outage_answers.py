"""What a customer is answered who reports an outage by message, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from contactcenter.domain.outage_dialogue import What

LONGEST_ADDRESS: Final = 60
LONGEST_CAUSE: Final = 100


class Served(Struct, frozen=True, kw_only=True):
    """The answer to a message that needs no person: which, and what it is filled with.

    `choices` are addresses. `estimate` is when the power will be back (UTC seconds). `known`: the outage of `zone` is
    known. `alarm`: from now on this sender is not answered.
    """

    what: What
    number: str = ""
    joined: bool = False
    address: str = ""
    zone: str = ""
    known: bool = False
    cause: Mapping[str, str] = {}
    estimate: float | None = None
    choices: tuple[str, ...] = ()
    account: str = ""
    alarm: bool = False


LANGUAGES: Final = ("es", "pt", "en")
_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "es": {
        What.ASK_ACCOUNT: "¿De qué cuenta? Responda con el número de cuenta, que está en su factura.",
        What.UNKNOWN_ACCOUNT: (
            "No encontramos la cuenta {account}. Responda con el número de cuenta, que está en su factura."
        ),
        What.ASK_PLACE: "¿Dónde falta la luz? Responda {numbers}.",
        "or": "o",
        "new": "Reporte N.º {number} recibido{at}.",
        "joined": "Reporte N.º {number}: ya lo teníamos{at} y sumamos su aviso.",
        "known": "Sabemos del corte en {zone}{cause}.",
        "estimate": "Hora estimada de reposición: {time}.",
        "no_estimate": "Todavía no hay hora estimada de reposición.",
        "hazard": "Si hay cables caídos o chispas, aléjese y responda CABLE.",
    },
    "pt": {
        What.ASK_ACCOUNT: "De qual conta? Responda com o número da conta, que está na sua fatura.",
        What.UNKNOWN_ACCOUNT: (
            "Não encontramos a conta {account}. Responda com o número da conta, que está na sua fatura."
        ),
        What.ASK_PLACE: "Onde falta luz? Responda {numbers}.",
        "or": "ou",
        "new": "Aviso N.º {number} recebido{at}.",
        "joined": "Aviso N.º {number}: já o tínhamos{at} e somamos o seu.",
        "known": "Sabemos da falta de luz em {zone}{cause}.",
        "estimate": "Hora estimada de retorno: {time}.",
        "no_estimate": "Ainda não há hora estimada de retorno.",
        "hazard": "Se houver fios caídos ou faíscas, afaste-se e responda PERIGO.",
    },
    "en": {
        What.ASK_ACCOUNT: "Which account? Reply with the account number, which is on your bill.",
        What.UNKNOWN_ACCOUNT: (
            "We did not find account {account}. Reply with the account number, which is on your bill."
        ),
        What.ASK_PLACE: "Where is the power out? Reply {numbers}.",
        "or": "or",
        "new": "Report No. {number} received{at}.",
        "joined": "Report No. {number}: we had it already{at}, and yours is added.",
        "known": "We know of the outage in {zone}{cause}.",
        "estimate": "Power is expected back at {time}.",
        "no_estimate": "There is no estimate yet of when power will be back.",
        "hazard": "If a cable is down or there are sparks, keep away and reply CABLE.",
    },
}


def say(served: Served, language: str | None, time_zone: str, now: float) -> str:
    """The text in `language`, else Spanish; nothing for silence."""
    if served.what is What.SILENCE:
        return ""
    language = language if language in LANGUAGES else LANGUAGES[0]
    texts = _TEXTS[language]
    if served.what is What.REPORTED:
        return _reported(served, texts, language, time_zone, now)
    if served.what is not What.ASK_PLACE:
        return texts[served.what].format(account=served.account)
    numbers = [str(number) for number in range(1, len(served.choices) + 1)]
    listed = f"{', '.join(numbers[:-1])} {texts['or']} {numbers[-1]}" if len(numbers) > 1 else "".join(numbers)
    lines = [
        f"{number}: {_short(place, LONGEST_ADDRESS)}" for number, place in zip(numbers, served.choices, strict=True)
    ]
    return "\n".join([texts[served.what].format(numbers=listed), *lines])


def _reported(served: Served, texts: Mapping[str, str], language: str, time_zone: str, now: float) -> str:
    place = f" ({_short(served.address, LONGEST_ADDRESS)})" if served.address else ""
    said = [texts["joined" if served.joined else "new"].format(number=served.number, at=place)]
    if served.known:
        cause = _short(served.cause.get(language, ""), LONGEST_CAUSE).rstrip(".")
        said.append(texts["known"].format(zone=served.zone, cause=f" ({cause})" if cause else ""))
    moment = _moment(served.estimate, now, time_zone)
    said.append(texts["estimate"].format(time=moment) if moment else texts["no_estimate"])
    return " ".join([*said, texts["hazard"]])


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _moment(at: float | None, now: float, time_zone: str) -> str:
    """The hour, and the day unless it is today; nothing for what has passed."""
    if at is None or at <= now:
        return ""
    zone = ZoneInfo(time_zone)
    try:
        then = datetime.fromtimestamp(at, UTC).astimezone(zone)
    except (ValueError, OverflowError, OSError):  # nobody lives to see it
        return ""
    today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
    return f"{then:%H:%M}" if then.date() == today else f"{then:%d/%m, %H:%M}"
