"""`python -m supportledger` is the command line."""

import sys

from supportledger.cli import main

if __name__ == "__main__":
    sys.exit(main())
