"""What every test gets: a world of its own, and a look into the journal afterwards.

    pip install -r examples/python/requirements.txt
    USERTWIN_URL=http://127.0.0.1:8080 pytest -n 4 examples/python/suite

Worlds are copies of the server's seed under names nobody else takes, so tests run in parallel and in any order. When a
test is over, the advice of its world is read: a request in which the real service would have dropped something without
a word fails the test, unless it is marked `@pytest.mark.advice("the.code")`.
"""

import os
import re
import uuid

import pytest
import requests

URL = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/")
CONTROL = f"{URL}/_usertwin"
TOKEN = os.environ.get("USERTWIN_CONTROL_TOKEN")


class World:
    """A world as a test drives it from outside, beside the app that it tests."""

    def __init__(self, name):
        self.name = name
        self.url = f"{URL}/w/{name}"
        self._session = requests.Session()
        if TOKEN:
            self._session.headers["Authorization"] = f"Bearer {TOKEN}"

    def control(self, method, path="", **more):
        answer = self._session.request(method, f"{CONTROL}/worlds/{self.name}{path}", timeout=10, **more)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def fault(self, effect, times=1, skip=0, **match):
        return self.control("POST", "/faults", json={"match": match, "times": times, "skip": skip, "effect": effect})

    def verify(self, times, **match):
        """Fails with the server's own sentence and the requests that came nearest."""
        verdict = self.control("POST", "/verify", json={"match": match, "times": times})
        assert verdict["satisfied"], f"{verdict['message']} Nearest: {verdict['nearest']}"

    def diff(self):
        return self.control("GET", "/diff")

    def changes(self):
        """Every member of a user that differs from the seed: {(username, path): (before, after)}."""
        return {(user["username"], member["path"]): (member["before"], member["after"])
                for user in self.diff()["changed"] for member in user["members"]}

    def advice(self):
        return {group["code"]: group["message"] for group in self.control("GET", "/advice")["advice"]}

    def advance(self, duration):
        return self.control("PUT", "/clock", json={"advance": duration})


@pytest.fixture
def world(request):
    name = re.sub(r"[^A-Za-z0-9._-]", "-", request.node.name)[:50] + "-" + uuid.uuid4().hex[:8]
    world = World(name)
    yield world
    expected = {code for mark in request.node.iter_markers("advice") for code in mark.args}
    given = world.advice()
    world.control("DELETE")
    unexpected = {code: message for code, message in given.items() if code not in expected}
    assert not unexpected, f"the real service would have done this silently: {unexpected}"
    assert expected <= given.keys(), f"expected advice that was not given: {expected - given.keys()}"


def pytest_configure(config):
    config.addinivalue_line("markers", "advice(code, ...): the advice that a test provokes on purpose")
