"""A telephone network to try the center with: Twilio's wire format for messages and calls, with state.

It imports nothing else of the center and can stand in for Twilio in tests and in the demo: only
the base address is different.
"""

from contactcenter.localnet.account import Account, MessagingService, Number
from contactcenter.localnet.description import Violation
from contactcenter.localnet.exchange import Behaviour
from contactcenter.localnet.faults import Fault, FaultKind
from contactcenter.localnet.handsets import Person
from contactcenter.localnet.inbound import Picture
from contactcenter.localnet.messages import Announcement, Direction, Message, Status
from contactcenter.localnet.server import LocalNetwork

__all__ = [
    "Account",
    "Announcement",
    "Behaviour",
    "Direction",
    "Fault",
    "FaultKind",
    "LocalNetwork",
    "Message",
    "MessagingService",
    "Number",
    "Person",
    "Picture",
    "Status",
    "Violation",
]
