"""`python -m usertwin ARGS` is the binary, with its exit status and its signals."""

from __future__ import annotations

import os
import subprocess
import sys

from ._binary import find_binary
from ._errors import BinaryNotFound


def main() -> int:
    try:
        binary = find_binary()
    except BinaryNotFound as error:
        print(error, file=sys.stderr)
        return 127
    arguments = [binary, *sys.argv[1:]]
    if os.name != "nt":
        os.execv(binary, arguments)
    # Windows has no exec: the launcher would end at once, and the shell would go on while the server still writes.
    try:
        return subprocess.call(arguments)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
