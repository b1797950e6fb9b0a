"""The packages for npm: `usertwin`, which holds JavaScript only, and one package for each platform with the binary. npm
installs the one whose `os` and `cpu` are the machine's; nothing runs at installation, where many teams forbid it."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import package

arguments = package.arguments()
KIT = package.ROOT / "kits" / "node"
COMMON = {
    "version": package.VERSION,
    "license": package.manifest()["license"],
    "repository": {"type": "git", "url": f"git+{package.manifest()['repository']}.git"},
}


def pack(folder: Path) -> None:
    """A tarball as npm itself makes it: owners and times are fixed by npm already."""
    command = [shutil.which("npm") or "npm", "pack", "--silent", "--ignore-scripts", "--pack-destination"]
    subprocess.run([*command, str(arguments.out.resolve())], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def add_licences(folder: Path) -> None:
    for licence in package.licences():
        shutil.copy(licence, folder)


def write_json(path: Path, value: dict) -> None:
    package.write(path, json.dumps(value, indent=2) + "\n")


with tempfile.TemporaryDirectory() as scratch:
    main = Path(scratch) / "usertwin"
    shutil.copytree(KIT, main, ignore=shutil.ignore_patterns("node_modules", "test", "tests"))
    add_licences(main)
    description = json.loads((main / "package.json").read_text(encoding="utf-8"))
    description |= COMMON
    # The same version exactly: the JavaScript and the server are tried together.
    names = sorted(platform.npm_name for platform in package.PLATFORMS.values())
    description["optionalDependencies"] = {name: package.VERSION for name in names}
    write_json(main / "package.json", description)
    pack(main)

    platform = arguments.platform
    folder = Path(scratch) / "platform"
    package.write(folder / "bin" / arguments.executable, arguments.binary.read_bytes(), 0o755)
    package.write(folder / "README.md", f"The binary of [usertwin](https://www.npmjs.com/package/usertwin) for {platform.npm_os} on {platform.npm_cpu}.\n")
    add_licences(folder)
    for notices in arguments.staging.glob("LICENSES-*"):
        shutil.copy(notices, folder)
    write_json(
        folder / "package.json",
        {
            "name": platform.npm_name,
            "description": f"The binary of usertwin for {platform.npm_os} on {platform.npm_cpu}",
            **COMMON,
            "os": [platform.npm_os],
            "cpu": [platform.npm_cpu],
            # Plug'n'Play would leave the binary in an archive, where it cannot be started.
            "preferUnplugged": True,
        },
    )
    pack(folder)
