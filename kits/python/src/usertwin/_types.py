"""The shapes that the control API answers with; openapi/control.json is their source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

# A state document, as a seed file or `state` has it. Its JSON Schema is `usertwin schema`.
Document = Mapping[str, Any]

# A user as the state document has it.
User = dict[str, Any]


class Note(TypedDict):
    """What the real service would have done silently with one request."""

    code: str
    message: str


class Advice(TypedDict):
    """All notes of one code in a world."""

    code: str
    count: int
    requests: int
    message: str
    latest: list[str]


class Body(TypedDict, total=False):
    text: str
    base64: str
    cut: bool
    bytes: int


class Message(TypedDict):
    headers: list[list[str]]
    body: Body | None


class Entry(TypedDict):
    """One request of the journal with its answer."""

    id: str
    at: str
    world: str
    api: str | None
    operation: str | None
    method: str
    path: str
    query: str | None
    status: int | None
    durationMs: float
    request: Message
    response: Message | None
    fault: dict[str, Any] | None
    advice: list[Note]


class Fault(TypedDict):
    id: str
    name: str | None
    match: dict[str, Any]
    skip: int
    times: int | None
    probability: float
    effect: dict[str, Any]
    matched: int
    applied: int


class ChangedMember(TypedDict):
    path: str
    before: Any
    after: Any


class ChangedUser(TypedDict):
    id: str
    username: str | None
    members: list[ChangedMember]


# The functional form: `from` is a keyword of Python.
Diff = TypedDict(
    "Diff",
    {
        "world": str,
        "from": str,
        "empty": bool,
        "added": list[User],
        "removed": list[User],
        "changed": list[ChangedUser],
    },
)


class Mail(TypedDict):
    at: str
    api: str
    kind: str
    to: str
    link: str | None


class Now(TypedDict):
    now: str
    frozen: bool
