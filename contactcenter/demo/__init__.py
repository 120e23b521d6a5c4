"""What `contactcenter run --demo` puts into an empty database: people who can sign in, customers, some history.

Nothing here is used outside the demo, and no password outside it is known.
"""

from contactcenter.demo.people import PASSWORD, DemoSignIn, sign_ins
from contactcenter.demo.seed import seed_demo

__all__ = ["PASSWORD", "DemoSignIn", "seed_demo", "sign_ins"]
