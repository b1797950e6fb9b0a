"""An archive for who wants files and no packager: .tar.gz, and .zip for Windows."""

import gzip
import io
import tarfile
import time
import zipfile

import package

arguments = package.arguments()
name = f"usertwin-{package.VERSION}-{arguments.target}"

files = {arguments.executable: (arguments.binary, 0o755)}
for licence in package.licences():
    files[licence.name] = (licence, 0o644)
for document in ("README.md", "CHANGELOG.md"):
    files[document] = (package.ROOT / document, 0o644)
for path in sorted(arguments.staging.rglob("*")):
    if path.is_file():
        files[path.relative_to(arguments.staging).as_posix()] = (path, 0o644)

if "windows" in arguments.target:
    with zipfile.ZipFile(arguments.out / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, (path, mode) in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{name}/{inside}", time.gmtime(package.EPOCH)[:6])
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
else:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for inside, (path, mode) in sorted(files.items()):
            entry = tarfile.TarInfo(f"{name}/{inside}")
            entry.size, entry.mode, entry.mtime = path.stat().st_size, mode, package.EPOCH
            with path.open("rb") as file:
                archive.addfile(entry, file)
    # The head of a gzip file would hold the time and a file name.
    (arguments.out / f"{name}.tar.gz").write_bytes(gzip.compress(packed.getvalue(), 9, mtime=package.EPOCH))
