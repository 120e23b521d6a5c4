"""The only wiring: settings in, a running process out. Plain constructor arguments, no globals."""

from contactcenter.bootstrap.database import (
    StartError,
    add_user,
    apply_files,
    migrate,
    prepare,
    refuse_demo_accounts,
)
from contactcenter.bootstrap.demo import DemoCenter, demo_center
from contactcenter.bootstrap.explaining import explain_agent, explain_contact
from contactcenter.bootstrap.process import Parts, Wiring, running
from contactcenter.bootstrap.utility import import_registers, who_calls

__all__ = [
    "DemoCenter",
    "Parts",
    "StartError",
    "Wiring",
    "add_user",
    "apply_files",
    "demo_center",
    "explain_agent",
    "explain_contact",
    "import_registers",
    "migrate",
    "prepare",
    "refuse_demo_accounts",
    "running",
    "who_calls",
]
