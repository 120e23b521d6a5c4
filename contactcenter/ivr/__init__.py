"""What a caller hears before a person: menus as data, and the one interpreter that walks them.

Pure, like routing: time and what is known of the caller come in, abstract voice steps go out. A vendor's
module renders the steps; a web node keeps the session.
"""

from contactcenter.ivr.interpreter import MOST_INPUTS, MOST_NODES, Interpreter
from contactcenter.ivr.model import Ivr
from contactcenter.ivr.session import Caller, Given, HungUp, KnownOutage, Pressed, Result, Session, Spoken
from contactcenter.ivr.steps import (
    Dial,
    Enqueue,
    FindAccount,
    Gather,
    HangUp,
    Play,
    Record,
    ReportOutage,
    Say,
    Step,
)

__all__ = [
    "MOST_INPUTS",
    "MOST_NODES",
    "Caller",
    "Dial",
    "Enqueue",
    "FindAccount",
    "Gather",
    "Given",
    "HangUp",
    "HungUp",
    "Interpreter",
    "Ivr",
    "KnownOutage",
    "Play",
    "Pressed",
    "Record",
    "ReportOutage",
    "Result",
    "Say",
    "Session",
    "Spoken",
    "Step",
]
