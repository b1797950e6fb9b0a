"""Calls of the control API: JSON over urllib, never through a proxy, and never without an end."""

from __future__ import annotations

import json
import os
import ssl
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Callable

from ._errors import ControlError, ServerDied, UsertwinError

# Longer than any control call takes; shorter than the patience of a CI job.
TIMEOUT = 60


class Control:
    """The control API of one server. `obituary` says, once the server has died, how."""

    def __init__(self, url: str, obituary: Callable[[], str | None] = lambda: None) -> None:
        self.url = url
        self.obituary = obituary
        self._token = os.environ.get("USERTWIN_CONTROL_TOKEN")
        # A proxy from the environment is for other machines than the one the tests run on.
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if url.startswith("https:"):
            handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context()))
        self._opener = urllib.request.build_opener(*handlers)

    def call(self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None) -> Any:
        __tracebackhide__ = True  # For pytest: the line of the test is of interest.
        raw = self.raw(method, path, body, query)
        return json.loads(raw) if raw else None

    def raw(self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None) -> bytes:
        __tracebackhide__ = True
        url = f"{self.url}/_usertwin{path}"
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        if asked:
            url += "?" + urllib.parse.urlencode(asked)
        request = urllib.request.Request(url, method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error) from None
        except OSError as error:
            died = self.obituary()
            if died:
                raise ServerDied(died) from None
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            raise UsertwinError(f"{method} {url} was not answered: {reason}") from None


def segment(text: str) -> str:
    """A text as one segment of a path."""
    return urllib.parse.quote(text, safe="")


def _refusal(error: urllib.error.HTTPError) -> ControlError:
    raw = error.read()
    try:
        problem = json.loads(raw)
        return ControlError(error.code, str(problem["detail"]), problem.get("problems") or ())
    except (ValueError, KeyError, TypeError, AttributeError):
        text = raw[:300].decode("utf-8", "replace")
        return ControlError(error.code, f"{error.url} answered {error.code}, which no usertwin says: {text}")
