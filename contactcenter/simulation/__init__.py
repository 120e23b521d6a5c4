"""The simulator: drives the very same engine on a virtual clock, with customers and agents made by chance.

It decides nothing. It plays the people: customers arrive, give up and try again; agents come on shift,
accept, talk and wrap up. Everything that is measured is read from the engine's own records.
"""

from contactcenter.simulation.run import Request, run, simulate
from contactcenter.simulation.scenario_file import load_scenario
from contactcenter.simulation.table import table

__all__ = ["Request", "load_scenario", "run", "simulate", "table"]
