"""What a deployment says before it starts: settings from the environment, skills and queues from YAML.

Files only seed: once the database has a configuration it is the truth, and the API edits it.
"""

from contactcenter.config.answers import CannedAnswer, load_answers
from contactcenter.config.commands import Applied, Checked, apply, check, differences
from contactcenter.config.documents import CHANNELS, configuration_from
from contactcenter.config.files import AgentSeed, LoadedConfiguration, load_configuration
from contactcenter.config.settings import InvalidSettingsError, Settings, load_settings
from contactcenter.config.writing import document_of

__all__ = [
    "CHANNELS",
    "AgentSeed",
    "Applied",
    "CannedAnswer",
    "Checked",
    "InvalidSettingsError",
    "LoadedConfiguration",
    "Settings",
    "apply",
    "check",
    "configuration_from",
    "differences",
    "document_of",
    "load_answers",
    "load_configuration",
    "load_settings",
]
