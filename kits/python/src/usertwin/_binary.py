"""Where the binary is: `USERTWIN_BIN`, beside this package as the wheel installed it, or the PATH, in this order."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator

from ._errors import BinaryNotFound

NAME = "usertwin.exe" if os.name == "nt" else "usertwin"


def find_binary() -> str:
    """The path of the usertwin binary. Raises BinaryNotFound with every place that was looked at."""
    named = os.environ.get("USERTWIN_BIN")
    if named:
        found = shutil.which(named)
        if found:
            return os.path.abspath(found)
        raise BinaryNotFound(f"USERTWIN_BIN names {named}, which is not a program that can be run.")
    looked: list[str] = []
    for folder in _script_folders():
        path = os.path.join(folder, NAME)
        if path in looked:
            continue
        looked.append(path)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    found = shutil.which(NAME)
    if found:
        return os.path.abspath(found)
    places = ", ".join(looked)
    raise BinaryNotFound(
        "The usertwin binary was not found. Set USERTWIN_BIN to its path, or install the wheel of this platform with "
        f"'pip install usertwin'. Looked at {places}, and for {NAME} on the PATH."
    )


def _script_folders() -> Iterator[str]:
    """The folders in which an installer may have put the wheel's script, the likeliest first."""
    yield sysconfig.get_path("scripts")
    yield os.path.join(sys.prefix, "Scripts" if os.name == "nt" else "bin")
    # `pip install --user`, also with the framework builds of macOS, whose scheme has a name of its own.
    for scheme in ("osx_framework_user", f"{os.name}_user"):
        if scheme in sysconfig.get_scheme_names() and (scheme != "osx_framework_user" or sys.platform == "darwin"):
            yield sysconfig.get_path("scripts", scheme)
    # `pip install --target` and --prefix: only the list of installed files knows.
    try:
        files = importlib.metadata.files("usertwin") or []
    except importlib.metadata.PackageNotFoundError:
        return
    for file in files:
        if file.name == NAME:
            yield os.path.dirname(os.path.abspath(file.locate()))
    yield os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bin")
