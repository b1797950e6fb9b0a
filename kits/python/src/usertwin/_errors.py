"""Everything the kit itself raises. A wrong expectation is no error of the kit: it is an AssertionError."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class UsertwinError(Exception):
    """Something is wrong with usertwin or with how it was asked."""


class BinaryNotFound(UsertwinError):
    """No binary; the sentence says where was looked."""


class ServerDied(UsertwinError):
    """The server has ended, or never began to serve."""


class ControlError(UsertwinError):
    """The control API refused a call. `problems` lists what is wrong with a state document, by line and path."""

    def __init__(self, status: int, detail: str, problems: Sequence[dict[str, Any]] = ()) -> None:
        lines = [f"\n  line {one.get('line')}, {one.get('path')}: {one.get('message')}" for one in problems]
        super().__init__(detail + "".join(lines))
        self.status = status
        self.detail = detail
        self.problems = list(problems)
