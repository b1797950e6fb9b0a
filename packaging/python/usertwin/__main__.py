"""`python -m usertwin`: the binary in place of this process, so that signals and exit status are its own."""

import os
import subprocess
import sys

from usertwin import find_usertwin_bin

command = [find_usertwin_bin(), *sys.argv[1:]]
if os.name == "nt":
    # exec on Windows would return to the shell before the program has ended.
    sys.exit(subprocess.run(command).returncode)
os.execv(command[0], command)
