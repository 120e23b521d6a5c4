"""`python -m contactcenter` is the command `contactcenter`."""

from contactcenter.cli import main

raise SystemExit(main())
