"""An omnichannel contact-center routing engine.

Start at docs/architecture.md; the way of a contact through the packages is drawn there.
"""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("contactcenter")
