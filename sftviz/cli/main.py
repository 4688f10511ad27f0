"""The program `sftviz`.

Exit status: 0 done, 1 failed (with a sentence on standard error), 2 bad arguments.
"""

import os
import sys
from collections.abc import Sequence

from sftviz.cli.arguments import parser
from sftviz.cli.commands import COMMANDS
from sftviz.errors import SftvizError
from sftviz.machine import prepare_process


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    asked = parser().parse_args(arguments)
    # What is known of backbones lies there too.
    os.environ["SFTVIZ_HOME"] = str(asked.home.absolute())
    prepare_process()
    try:
        status = COMMANDS[asked.command](asked)
    except SftvizError as error:
        print(f"sftviz: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        place = error.filename or "a file"
        print(f"sftviz: {place} could not be read or written: {error.strerror}.", file=sys.stderr)
        return 1
    return status
