"""Finds the `usertwin` binary that this package installed."""

import os
import sys
import sysconfig


def find_usertwin_bin() -> str:
    """The path of the binary beside this interpreter's scripts, or among those of the user."""
    name = "usertwin" + (sysconfig.get_config_var("EXE") or "")
    user_scheme = sysconfig.get_preferred_scheme("user") if sys.version_info >= (3, 10) else f"{os.name}_user"
    folders = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", user_scheme), os.path.dirname(sys.executable)]
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    raise FileNotFoundError(f"usertwin: no {name} in {', '.join(folders)}")
