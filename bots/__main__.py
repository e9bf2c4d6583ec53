"""`python -m bots` is `cph`."""

import sys

from bots.cli.main import main

sys.exit(main())
