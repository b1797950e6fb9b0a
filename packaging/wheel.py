"""The wheel: the binary as a script, so that `usertwin` is on the path of the environment and `uvx usertwin` starts it
without Python in between; and the Python module, which finds it.

It is written here and not by a build backend: a backend builds the program once more, and the wheel shall hold the bytes
that every other package holds."""

import base64
import hashlib
import time
import tomllib
import zipfile
from pathlib import Path

import package

arguments = package.arguments()
KIT = package.ROOT / "kits" / "python"
module = KIT / "src" / "usertwin"
project = tomllib.loads((KIT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# The form of names and versions in file names (the binary distribution format, "Escaping and Unicode").
stem = f"usertwin-{package.VERSION}"
dist_info = f"{stem}.dist-info"
tag = f"py3-none-{arguments.platform.wheel}"


def metadata() -> str:
    lines = [
        "Metadata-Version: 2.4",
        "Name: usertwin",
        f"Version: {package.VERSION}",
        f"Summary: {project['description']}",
        f"License-Expression: {project['license']}",
    ]
    lines += [f"License-File: {licence.name}" for licence in package.licences()]
    lines += [f"Project-URL: {label}, {url}" for label, url in project.get("urls", {}).items()]
    lines += [f"Requires-Python: {project['requires-python']}"]
    lines += [f"Keywords: {','.join(project['keywords'])}"]
    lines += [f"Classifier: {classifier}" for classifier in project.get("classifiers", [])]
    lines += [f"Requires-Dist: {requirement}" for requirement in project.get("dependencies", [])]
    for extra, requirements in sorted(project.get("optional-dependencies", {}).items()):
        lines += [f"Provides-Extra: {extra}"]
        lines += [f'Requires-Dist: {requirement}; extra == "{extra}"' for requirement in requirements]
    readme = (KIT / project["readme"]).read_text(encoding="utf-8")
    return "\n".join([*lines, "Description-Content-Type: text/markdown", "", readme])


def entry_points() -> str:
    groups = dict(project.get("entry-points", {}))
    if project.get("scripts"):
        groups["console_scripts"] = project["scripts"]
    # The binary itself is the script of that name.
    groups.get("console_scripts", {}).pop("usertwin", None)
    sections = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in sorted(entries.items()))
        for group, entries in sorted(groups.items())
        if entries
    ]
    return "\n".join(sections)


files: dict[str, tuple[bytes, int]] = {}
for path in sorted(module.rglob("*")):
    if path.is_file() and "__pycache__" not in path.parts:
        files[f"usertwin/{path.relative_to(module).as_posix()}"] = (path.read_bytes(), 0o644)
files[f"{stem}.data/scripts/{arguments.executable}"] = (arguments.binary.read_bytes(), 0o755)
for licence in [*package.licences(), *arguments.staging.glob("LICENSES-*")]:
    files[f"{dist_info}/licenses/{licence.name}"] = (licence.read_bytes(), 0o644)
if entry_points():
    files[f"{dist_info}/entry_points.txt"] = (entry_points().encode(), 0o644)
files[f"{dist_info}/METADATA"] = (metadata().encode(), 0o644)
platforms = "".join(f"Tag: py3-none-{platform}\n" for platform in arguments.platform.wheel.split("."))
wheel = f"Wheel-Version: 1.0\nGenerator: usertwin packaging\nRoot-Is-Purelib: false\n{platforms}"
files[f"{dist_info}/WHEEL"] = (wheel.encode(), 0o644)


def row(name: str, data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}\n"


record = "".join(row(name, data) for name, (data, _) in files.items()) + f"{dist_info}/RECORD,,\n"
files[f"{dist_info}/RECORD"] = (record.encode(), 0o644)

with zipfile.ZipFile(Path(arguments.out) / f"{stem}-{tag}.whl", "w", zipfile.ZIP_DEFLATED) as archive:
    for name, (data, mode) in files.items():
        entry = zipfile.ZipInfo(name, time.gmtime(package.EPOCH)[:6])
        entry.external_attr = (0o100000 | mode) << 16
        archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
