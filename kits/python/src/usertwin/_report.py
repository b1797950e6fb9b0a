"""Texts for people: what a world was asked, what advice it gave, why an expectation was not met."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from ._types import Advice, Entry

# A test that fails after a thousand requests is explained by the last ones.
SHOWN = 50


def requests_report(name: str, url: str, entries: Sequence[Entry], total: int, dropped: int) -> str:
    """One line for each request, and below it what the real service would not have told."""
    head = f"World {name} at {url} was asked {total} {'request' if total == 1 else 'requests'}"
    if total > len(entries):
        head += f"; the last {len(entries)}"
    if dropped:
        head += f"; {dropped} earlier ones were dropped from the journal"
    lines = [head + (":" if entries else ".")]
    for entry in entries:
        lines.append(entry_line(entry))
        if entry["fault"]:
            lines.append(f"      fault {json.dumps(entry['fault'], ensure_ascii=False)}")
        lines += [f"      advice {note['code']}: {note['message']}" for note in entry["advice"]]
    return "\n".join(lines)


def entry_line(entry: Entry) -> str:
    query = f"?{entry['query']}" if entry["query"] else ""
    status = "no answer" if entry["status"] is None else entry["status"]
    api = " ".join(part for part in (entry["api"], entry["operation"]) if part)
    return f"  {entry['at'][11:23]} {entry['method']} {entry['path']}{query} -> {status}  {api}".rstrip()


def advice_report(advice: Iterable[Advice]) -> str:
    lines = [f"  {one['code']} ({one['count']}x): {one['message']}" for one in advice]
    return "The real service would have done this without a word:\n" + "\n".join(lines)


def verdict_report(verdict: dict[str, Any]) -> str:
    """The server's sentence, and the requests that came nearest with what keeps each from matching."""
    lines = [str(verdict["message"])]
    for near in verdict["nearest"]:
        differs = ", ".join(
            f"{one.get('member')} was {json.dumps(one.get('was'), ensure_ascii=False)}"
            for one in near.get("differs") or ()
        )
        line = f"  nearest: {near.get('method')} {near.get('path')} -> {near.get('status')}"
        lines.append(f"{line}  ({differs})" if differs else line)
    return "\n".join(lines)
