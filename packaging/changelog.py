"""The section of a version in CHANGELOG.md, for the page of its release. A version that is not that of Cargo.toml, or has
no section, ends the release before anything is published.

    packaging/changelog.py VERSION      or `Unreleased`, which is what a version becomes
"""

import re
import sys

import package

wanted = sys.argv[1]
if wanted not in (package.VERSION, "Unreleased"):
    sys.exit(f"packaging/changelog.py: the tag says {wanted}, Cargo.toml says {package.VERSION}")
text = (package.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
# A heading, and all lines up to the next of its rank.
section = re.search(rf"^## \[{re.escape(wanted)}\].*\n((?:(?!## ).*\n?)*)", text, re.MULTILINE)
if section is None or not section[1].strip():
    sys.exit(f"packaging/changelog.py: CHANGELOG.md says nothing about {wanted}")
sys.stdout.reconfigure(encoding="utf-8")
print(section[1].strip())
