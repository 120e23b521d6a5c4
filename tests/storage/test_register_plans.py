"""The register is read by indexes however large it is: callers wait for it, and so does the intake."""

from __future__ import annotations

import re
from typing import Any

from contactcenter.domain.outage_dialogue import Heard
from contactcenter.domain.utility import Account, Outage, Premises, Register, Zone
from contactcenter.storage import intake, utility, utility_callers, utility_reports
from contactcenter.storage.sqlite import SqliteContext
from contactcenter.storage.steps import Transaction
from contactcenter.testing.storage_base import NOW, received
from tests.storage.plans import Explained

PHONE = "+59899100101"
REGISTER = Register(
    (Zone("Z", "Z", "Z"),),
    (Account("1", "Marta", PHONE),),
    (Premises("P", "1", "x", "Z"),),
    (Outage("O", "Z", {"es": "x"}, NOW),),
)
SCAN = re.compile(r"SCAN (?!v\b|json_each\b)\w+")


def test_nothing_scans_the_register(connection: Explained) -> None:
    do = connection.do

    def put(context: SqliteContext) -> Transaction[Any]:
        return utility._put(context, REGISTER, dry_run=False)

    do(put)
    connection.plans.clear()
    do(utility_callers.who_calls, PHONE, None, NOW)
    do(utility_callers.who_calls, PHONE, "1", NOW)
    do(lambda _: utility_callers.places_of(["id-0"], NOW))
    do(utility_reports.report_outage, "call:1", "voice", PHONE, None, None, NOW)
    do(lambda _: utility_reports.follow_outages([("O", "Z", "open"), ("P", "Z", "restored")], NOW))
    do(intake.take_in, [received("1", address=PHONE, outage=Heard()), received("2", outage=Heard())])
    connection.check(SCAN, more_than=12)
