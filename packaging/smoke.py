"""Unpacks the archive in a folder and starts what it holds, on any platform: version, first answer, end.

    packaging/smoke.py [FOLDER]      the default is dist
"""

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import package

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "dist")
archives = [*folder.glob("usertwin-*.tar.gz"), *folder.glob("usertwin-*.zip")]
if len(archives) != 1:
    sys.exit(f"packaging/smoke.py: {folder} holds {len(archives)} archives, not one")

with tempfile.TemporaryDirectory() as scratch:
    shutil.unpack_archive(archives[0], scratch)
    [binary] = [path for path in Path(scratch).glob("*/usertwin*") if path.name in ("usertwin", "usertwin.exe")]
    version = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True, timeout=30).stdout.strip()
    assert version == f"usertwin {package.VERSION}", version

    begin = time.monotonic()
    server = subprocess.Popen([binary, "serve", "--listen", "127.0.0.1:0", "--log", "warn"], stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().split()[-1]
        # Straight to loopback, whatever proxy the machine has.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{url}/_usertwin/health/ready", timeout=10) as answer:
            assert answer.status == 200, answer.status
        took = (time.monotonic() - begin) * 1000
    finally:
        server.terminate()
        status = server.wait(timeout=15)
    # Windows ends a process without asking it.
    assert status == 0 or sys.platform == "win32", status
print(f"{version}: first answer after {took:.0f} ms")
