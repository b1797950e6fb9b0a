"""What the binary is made of, from cargo's own graph: the libraries it links, without those of tests and build scripts.

    packaging/dependencies.py licences      the texts of their licences, which have to go with a binary
    packaging/dependencies.py cyclonedx     a bill of materials (CycloneDX 1.5)
    packaging/dependencies.py version       the version of the program
"""

import json
import re
import subprocess
import sys
import tomllib
from datetime import datetime, timezone
from pathlib import Path

import package


def linked() -> list[dict]:
    """Packages that are reached from the program by normal dependencies, on any platform: a bill of materials may name
    one too many, never one too few."""
    command = ["cargo", "metadata", "--format-version=1", "--locked"]
    graph = json.loads(subprocess.run(command, cwd=package.ROOT, check=True, capture_output=True).stdout)
    nodes = {node["id"]: node for node in graph["resolve"]["nodes"]}
    packages = {entry["id"]: entry for entry in graph["packages"]}
    reached, left = set(), [graph["resolve"]["root"]]
    while left:
        one = left.pop()
        if one in reached:
            continue
        reached.add(one)
        for dependency in nodes[one]["deps"]:
            # The kind of a normal dependency is null.
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                left.append(dependency["pkg"])
    reached.discard(graph["resolve"]["root"])
    return sorted((packages[one] for one in reached), key=lambda entry: (entry["name"], entry["version"]))


def licence_texts() -> str:
    """Each text once, under the names of all packages that carry it."""
    names: dict[str, list[str]] = {}
    for entry in linked():
        folder = Path(entry["manifest_path"]).parent
        found = [path for path in sorted(folder.iterdir()) if re.match(r"(?i)(licen[cs]e|copying|notice)", path.name)]
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in found if path.is_file()]
        for text in texts or [f"Licensed under {entry['license']}; the package holds no text.\n"]:
            lines = "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"
            names.setdefault(lines, []).append(f"{entry['name']} {entry['version']} ({entry['license']})")
    rule = "-" * 100
    parts = [f"{rule}\n" + "".join(f"{name}\n" for name in dict.fromkeys(users)) + f"{rule}\n\n{text}\n" for text, users in names.items()]
    return "The binary of usertwin contains these libraries.\n\n" + "".join(parts)


def cyclonedx() -> str:
    lock = tomllib.loads((package.ROOT / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    checksums = {(entry["name"], entry["version"]): entry.get("checksum") for entry in lock}
    components = []
    for entry in linked():
        name, version = entry["name"], entry["version"]
        purl = f"pkg:cargo/{name}@{version}"
        component = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
        if entry["license"]:
            component["licenses"] = [{"expression": entry["license"].replace("/", " OR ")}]
        if checksums.get((name, version)):
            component["hashes"] = [{"alg": "SHA-256", "content": checksums[name, version]}]
        components.append(component)
    program = {
        "type": "application",
        "bom-ref": f"pkg:cargo/usertwin@{package.VERSION}",
        "name": "usertwin",
        "version": package.VERSION,
        "purl": f"pkg:cargo/usertwin@{package.VERSION}",
        "licenses": [{"expression": package.manifest()["license"]}],
    }
    time = datetime.fromtimestamp(package.EPOCH, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"timestamp": time, "component": program},
        "components": components,
    }
    return json.dumps(document, indent=1) + "\n"


OUTPUTS = {"licences": licence_texts, "cyclonedx": cyclonedx, "version": lambda: package.VERSION + "\n"}
sys.stdout.reconfigure(encoding="utf-8", newline="\n")
sys.stdout.write(OUTPUTS[sys.argv[1]]())
