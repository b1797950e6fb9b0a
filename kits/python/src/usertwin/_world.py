"""A world: a copy of everything, for one test."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from ._control import Control, segment
from ._errors import UsertwinError
from ._report import SHOWN, advice_report, requests_report, verdict_report
from ._types import Advice, Diff, Document, Entry, Fault, Mail, Now, User

if TYPE_CHECKING:
    from ._server import Server

# More than a journal holds: lists are asked for whole.
ALL = 4294967295


@dataclass(frozen=True)
class Urls:
    """The base address of each API, in this world; each plus a path of the API's OpenAPI document is a request."""

    pbnb: str
    reseller: str
    expoints: str
    admin_users: str


@dataclass(frozen=True)
class Snapshot:
    """A world nobody writes to, which `restore` goes back to."""

    name: str


class World:
    """What a test drives and asks, beside the app that it tests.

    As a context manager it is dropped at the end; after an exception its requests are printed, and a server that
    outlives the tests keeps it.
    """

    def __init__(self, server: Server, name: str, origin: str | None, strict_advice: bool) -> None:
        self.server = server
        self.name = name
        self.url = f"{server.url}/w/{name}"
        self.urls = Urls(self.url, f"{self.url}/api", self.url, self.url)
        self.clock = Clock(server.control, name)
        self.users = Users(server.control, name)
        self.strict_advice = strict_advice
        # What `reset` goes back to and `diff` compares with: the server's seed, or the test's own.
        self._origin = origin
        self._snapshots: list[Snapshot] = []

    @property
    def ca_file(self) -> str:
        """The PEM file that makes a client trust an `https` address of this world."""
        return self.server.ca_file

    # Faults.

    def fault(
        self,
        effect: Mapping[str, Any],
        *,
        times: int | None = None,
        skip: int = 0,
        probability: float = 1.0,
        name: str | None = None,
        api: str | None = None,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        body_contains: str | None = None,
    ) -> Fault:
        """Requests that match get this effect, e.g. `{"status": 503, "retryAfter": 2}`; all of them, or `times`."""
        match = _match(api, operation, method, path, None, body_contains)
        fault = {"name": name, "match": match, "skip": skip, "times": times, "probability": probability}
        return cast(Fault, self._call("POST", "/faults", {**fault, "effect": dict(effect)}))

    def faults(self) -> list[Fault]:
        """With how often each matched and was applied."""
        return cast("list[Fault]", self._call("GET", "/faults")["faults"])

    def clear_faults(self) -> None:
        self._call("DELETE", "/faults")

    # What was asked.

    def verify(
        self,
        *,
        exactly: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        api: str | None = None,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        body_contains: str | None = None,
    ) -> None:
        """Fails with the server's sentence and the nearest requests. Without a number: at least one."""
        __tracebackhide__ = True  # The test's line is of interest, not this one.
        times = {"exactly": exactly, "atLeast": at_least, "atMost": at_most}
        match = _match(api, operation, method, path, status, body_contains)
        verdict = self._call("POST", "/verify", {"match": match, "times": times})
        if not verdict["satisfied"]:
            raise AssertionError(verdict_report(verdict))

    def requests(
        self,
        *,
        api: str | None = None,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        body_contains: str | None = None,
        since: str | None = None,
        limit: int = ALL,
    ) -> list[Entry]:
        """The journal, oldest first."""
        query = {**_match(api, operation, method, path, status, body_contains), "since": since, "limit": limit}
        return cast("list[Entry]", self._call("GET", "/requests", query=query)["requests"])

    def advice(self) -> list[Advice]:
        """What the real service would have done silently, by code."""
        return cast("list[Advice]", self._call("GET", "/advice")["advice"])

    def report(self) -> str:
        """The requests with their advice, as a failed test prints them."""
        page = self._call("GET", "/requests", query={"limit": SHOWN})
        entries = cast("list[Entry]", page["requests"])
        return requests_report(self.name, self.url, entries, page.get("total", len(entries)), page["dropped"])

    # What changed.

    def diff(self, from_: str | World | Snapshot | None = None) -> Diff:
        """What differs from where the test started, or from another world or snapshot."""
        other = from_ if isinstance(from_, str) else from_.name if from_ else self._origin or "seed"
        return cast(Diff, self._call("GET", "/diff", query={"from": other}))

    def state(self) -> dict[str, Any]:
        """The world as a state document."""
        return cast("dict[str, Any]", self._call("GET", "/state"))

    def set_state(self, document: Document) -> None:
        """Replaces everything; a document with a mistake changes nothing and is refused with line and path."""
        self._call("PUT", "/state", dict(document))

    def reset(self) -> None:
        """Back to where the test started, without faults, journal and frozen clock."""
        self._call("POST", "/reset", {"from": self._origin} if self._origin else {})

    def snapshot(self) -> Snapshot:
        """A copy to go back to. Snapshots are dropped with the world."""
        taken = Snapshot(f"{self.name}-snap{len(self._snapshots) + 1}")
        self.server.control.call("POST", "/worlds", {"name": taken.name, "from": self.name})
        self._snapshots.append(taken)
        return taken

    def restore(self, snapshot: Snapshot) -> None:
        """Back to a snapshot, which can be restored again. As with `reset`, the journal begins anew."""
        self._call("POST", "/reset", {"from": snapshot.name})

    def outbox(self) -> list[Mail]:
        """Mails that would have been sent, with their links."""
        return cast("list[Mail]", self._call("GET", "/outbox")["mails"])

    # The end.

    def drop(self) -> None:
        """Removes the world and its snapshots; one that is gone already is no error."""
        for name in [snapshot.name for snapshot in self._snapshots] + [self.name]:
            self.server.control.call("DELETE", f"/worlds/{segment(name)}")
        self._snapshots.clear()

    def check_advice(self, allowed: tuple[str, ...] = ()) -> None:
        """Fails if a request got advice of any other code."""
        __tracebackhide__ = True
        unexpected = [one for one in self.advice() if one["code"] not in allowed]
        if unexpected:
            raise AssertionError(f"{advice_report(unexpected)}\n{self.report()}")

    def __enter__(self) -> World:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            try:
                if self.strict_advice:
                    self.check_advice()
            finally:
                self.drop()
            return
        # The test's own error is the one to be seen, whatever state the server is in.
        try:
            print(self.report(), file=sys.stderr)
            if not self.server.shared:
                self.drop()
        except UsertwinError as also:
            print(also, file=sys.stderr)

    def __repr__(self) -> str:
        return f"<usertwin.World {self.url}>"

    def _call(self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None) -> Any:
        __tracebackhide__ = True
        return self.server.control.call(method, f"/worlds/{segment(self.name)}{path}", body, query)


class Clock:
    """The clock of a world: timestamps, expiry of tokens and rate limits follow it."""

    def __init__(self, control: Control, world: str) -> None:
        self._control = control
        self._path = f"/worlds/{segment(world)}/clock"

    def read(self) -> Now:
        return cast(Now, self._control.call("GET", self._path))

    def freeze(self, at: str | datetime.datetime | None = None) -> Now:
        """Stops it, at a time such as `2024-03-28T08:12:49Z` or where it is."""
        now = self.read()["now"] if at is None else _instant(at)
        return self._put({"now": now, "frozen": True})

    def advance(self, by: str | datetime.timedelta) -> Now:
        """Moves it by an ISO 8601 duration such as `PT1H`, or a timedelta."""
        if isinstance(by, datetime.timedelta):
            # In whole microseconds: the seconds of a timedelta are a float.
            micros = by // datetime.timedelta(microseconds=1)
            sign = "-" if micros < 0 else ""
            by = f"{sign}PT{abs(micros) // 1_000_000}.{abs(micros) % 1_000_000:06}S"
        return self._put({"advance": by})

    def real(self) -> Now:
        """Back to the time of day."""
        return self._put({})

    def _put(self, change: dict[str, Any]) -> Now:
        return cast(Now, self._control.call("PUT", self._path, change))


class Users:
    """The users of a world as the state document has them, with every facet."""

    def __init__(self, control: Control, world: str) -> None:
        self._control = control
        self._path = f"/worlds/{segment(world)}/users"

    def list(self, search: str | None = None) -> list[User]:
        users: list[User] = []
        after: str | None = None
        while True:
            query = {"search": search, "limit": 1000, "after": after}
            page = self._control.call("GET", self._path, query=query)
            users += page["users"]
            after = page["next"]
            if after is None:
                return users

    def get(self, id: str) -> User:
        return cast(User, self._control.call("GET", f"{self._path}/{segment(id)}"))

    def add(self, user: Mapping[str, Any]) -> User:
        return cast(User, self._control.call("POST", self._path, dict(user)))

    def replace(self, id: str, user: Mapping[str, Any]) -> User:
        return cast(User, self._control.call("PUT", f"{self._path}/{segment(id)}", dict(user)))

    def remove(self, id: str) -> None:
        self._control.call("DELETE", f"{self._path}/{segment(id)}")


def _match(
    api: str | None,
    operation: str | None,
    method: str | None,
    path: str | None,
    status: int | None,
    body_contains: str | None,
) -> dict[str, Any]:
    match = {"api": api, "operation": operation, "method": method, "path": path, "status": status}
    return {name: value for name, value in {**match, "bodyContains": body_contains}.items() if value is not None}


def _instant(at: str | datetime.datetime) -> str:
    if isinstance(at, str):
        return at
    if at.tzinfo is None:
        raise UsertwinError("A datetime without a time zone names no instant; add tzinfo=datetime.timezone.utc.")
    return at.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
