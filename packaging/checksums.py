"""SHA256SUMS of every file in a folder, in the form that `sha256sum --check` reads.

    packaging/checksums.py FOLDER
"""

import hashlib
import sys
from pathlib import Path

folder = Path(sys.argv[1])
files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in files)
(folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii", newline="\n")
