"""The Debian package: the binary, completions for the shells that Debian has, manual pages. The binary is static, so that
it depends on nothing and fits every release."""

import gzip
import os
import subprocess
import tempfile
from pathlib import Path

import package

arguments = package.arguments()
architecture = arguments.platform.debian
manifest = package.manifest()

CONTROL = f"""Package: usertwin
Version: {package.VERSION}
Architecture: {architecture}
Maintainer: usertwin contributors <usertwin@users.noreply.github.com>
Section: devel
Priority: optional
Installed-Size: {{size}}
Homepage: {manifest["repository"]}
Description: stand-in for four user-management REST APIs, for tests
 A stateful server that answers as four vendors' services for managing users do, byte for byte, over one store of users:
 for the tests and the development of their clients, on this machine and without accounts.
"""

COPYRIGHT = f"""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: usertwin
Source: {manifest["repository"]}

Files: *
Copyright: the usertwin contributors
License: Expat or Apache-2.0
Comment: The texts of both licences, and those of the libraries in the binary, stand in this folder.
"""

with tempfile.TemporaryDirectory() as scratch:
    root = Path(scratch) / "usertwin"
    share = root / "usr" / "share"
    package.write(root / "usr" / "bin" / "usertwin", arguments.binary.read_bytes(), 0o755)
    completions = {
        "bash": share / "bash-completion" / "completions" / "usertwin",
        "zsh": share / "zsh" / "vendor-completions" / "_usertwin",
        "fish": share / "fish" / "vendor_completions.d" / "usertwin.fish",
    }
    for shell, path in completions.items():
        package.write(path, (arguments.staging / "completions" / f"usertwin.{shell}").read_bytes())
    for page in sorted((arguments.staging / "man").iterdir()):
        package.write(share / "man" / "man1" / f"{page.name}.gz", gzip.compress(page.read_bytes(), 9, mtime=0))
    documents = share / "doc" / "usertwin"
    package.write(documents / "copyright", COPYRIGHT)
    changes = (package.ROOT / "CHANGELOG.md").read_bytes()
    package.write(documents / "changelog.gz", gzip.compress(changes, 9, mtime=0))
    for licence in [*package.licences(), *arguments.staging.glob("LICENSES-*")]:
        package.write(documents / licence.name, licence.read_bytes())

    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) // 1024
    package.write(root / "DEBIAN" / "control", CONTROL.format(size=size))
    # From the leaves up, as writing a file changes the time of its folder.
    for folder in sorted((path for path in [root, *root.rglob("*")] if path.is_dir()), reverse=True):
        folder.chmod(0o755)
        os.utime(folder, (package.EPOCH, package.EPOCH))
    # Not dpkg's default compression: old releases read no zstd.
    file = arguments.out / f"usertwin_{package.VERSION}_{architecture}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(file)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"SOURCE_DATE_EPOCH": str(package.EPOCH)})
