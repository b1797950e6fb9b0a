"""Holds what httpYac was answered against the notes in the `.http` files: `# Answers 200.` below each `# @name`."""

import json
import re
import sys
from pathlib import Path

NOTE = re.compile(r"^# @name (\w+)\n# Answers (\d+)\.$", re.M)
report, *files = sys.argv[1:]
noted = {(Path(file).name, name): int(status) for file in files for name, status in NOTE.findall(Path(file).read_text())}
answered = {}
wrong = []
for request in json.loads(Path(report).read_text())["requests"]:
    key = (Path(request["fileName"]).name, request["name"])
    response = request.get("response") or {}
    answered[key] = response.get("statusCode")
    body = str(response.get("body", ""))
    # PBNB refuses with 200, too.
    if answered[key] != noted[key] or re.search(r'"Success":\s*false', body):
        wrong.append(f"{key}: {answered[key]}, noted {noted[key]}: {body[:300]}")
wrong += [f"{key}: was not sent" for key in noted.keys() - answered.keys()]
if wrong or not noted:
    sys.exit("\n".join(wrong) or "no request is noted")
print(f"{len(noted)} requests of {len(files)} .http files are answered as noted")
