"""What all packages have in common: the arguments of their programs, the version, platforms, and how files are written so
that the same input gives the same bytes."""

import argparse
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The oldest time that a zip can hold; earlier ones are moved to it.
OLDEST = 315532800


def manifest() -> dict:
    return tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]


VERSION = manifest()["version"]
EPOCH = max(int(os.environ.get("SOURCE_DATE_EPOCH", OLDEST)), OLDEST)


@dataclass(frozen=True)
class Platform:
    """One platform in the words of each packager."""

    # A static binary runs with either C library, so that it carries the tags of both: without the second, pip on Alpine
    # finds nothing.
    wheel: str
    npm_os: str
    npm_cpu: str
    debian: str = ""
    oci: str = ""

    @property
    def npm_name(self) -> str:
        return f"@usertwin/cli-{self.npm_os}-{self.npm_cpu}"


PLATFORMS = {
    "x86_64-unknown-linux-gnu": Platform("manylinux2014_x86_64.musllinux_1_1_x86_64", "linux", "x64", "amd64", "amd64"),
    "aarch64-unknown-linux-gnu": Platform(
        "manylinux2014_aarch64.musllinux_1_1_aarch64", "linux", "arm64", "arm64", "arm64"
    ),
    "x86_64-apple-darwin": Platform("macosx_10_12_x86_64", "darwin", "x64"),
    "aarch64-apple-darwin": Platform("macosx_11_0_arm64", "darwin", "arm64"),
    "x86_64-pc-windows-msvc": Platform("win_amd64", "win32", "x64"),
}


@dataclass(frozen=True)
class Arguments:
    binary: Path
    target: str
    staging: Path
    out: Path

    @property
    def platform(self) -> Platform:
        return PLATFORMS[self.target]

    @property
    def executable(self) -> str:
        """The name of the binary in a package."""
        return "usertwin.exe" if "windows" in self.target else "usertwin"


def arguments() -> Arguments:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--target", choices=sorted(PLATFORMS), required=True)
    parser.add_argument("--staging", type=Path, required=True, help="completions, manual pages, licences of dependencies")
    parser.add_argument("--out", type=Path, required=True)
    return Arguments(**vars(parser.parse_args()))


def licences() -> list[Path]:
    """The licences of the program itself."""
    return sorted(ROOT.glob("LICENSE-*"))


def write(path: Path, data: bytes | str, mode: int = 0o644) -> None:
    """A file of a package before it is packed, with folders, mode and time fixed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    path.chmod(mode)
    os.utime(path, (EPOCH, EPOCH))
