"""`python -m core.entry.cli`, the same as the console script `aura`."""

import sys

from core.entry.cli import main

sys.exit(main())
