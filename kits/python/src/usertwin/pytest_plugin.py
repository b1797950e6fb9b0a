"""The pytest plugin: fixtures `usertwin` and `usertwin_server`, the marker `usertwin`, and the report of a failed test.

A server serves one process: with pytest-xdist each worker starts its own, unless `--usertwin-url` or USERTWIN_URL names
one that runs.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from ._errors import UsertwinError
from ._server import Seed, Server, connect, start
from ._world import World

# Unique to this plugin, as the names of attributes that many plugins put on an item must be.
WORLD = "_usertwin_world"
FAILED = "_usertwin_failed"

# What the marker takes; anything else is a typing error that would silently test something else.
MARKER = {"seed", "allow_advice"}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("usertwin", "usertwin, a stand-in for four user-management APIs")
    group.addoption("--usertwin-url", metavar="URL", help="use this server instead of starting one (or USERTWIN_URL)")
    group.addoption(
        "--usertwin-strict-advice",
        action="store_true",
        help="fail a test whose requests got advice: the real service would have ignored something without a word",
    )
    group.addoption("--usertwin-tls", action="store_true", help="addresses are https; `usertwin.ca_file` is the CA")
    parser.addini("usertwin_seed", "what worlds start from: a state document relative to the rootdir, demo or empty")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "usertwin(seed=..., allow_advice=[...]): the state document (a dict, or a path relative to the test's file) "
        "that the world of the test starts from, and codes of advice that strict advice lets pass",
    )


@pytest.fixture(scope="session")
def usertwin_server(pytestconfig: pytest.Config) -> Iterator[Server]:
    """A usertwin server: one for this process, or the one that --usertwin-url or USERTWIN_URL names."""
    seed = _ini_seed(pytestconfig)
    tls = bool(pytestconfig.getoption("--usertwin-tls"))
    url = pytestconfig.getoption("--usertwin-url") or os.environ.get("USERTWIN_URL")
    with connect(url, seed=seed, tls=tls) if url else start(seed=seed, tls=tls) as server:
        yield server


@pytest.fixture
def usertwin(usertwin_server: Server, request: pytest.FixtureRequest) -> Iterator[World]:
    """A world of its own: a copy of the seed, dropped when the test is over."""
    died = usertwin_server.died()
    if died:
        pytest.fail(died, pytrace=False)
    item = request.node
    world = usertwin_server.world(item.name, seed=_marked_seed(item))
    setattr(item, WORLD, world)
    yield world
    failed = getattr(item, FAILED, False)
    if failed and usertwin_server.shared:
        return
    try:
        world.drop()
    except UsertwinError as error:
        # A failed test has said so already.
        if not failed:
            pytest.fail(str(error), pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, None]:
    outcome = yield
    world: World | None = getattr(item, WORLD, None)
    if world is None:
        return
    report: pytest.TestReport = outcome.get_result()
    strict = bool(item.config.getoption("--usertwin-strict-advice"))
    if strict and report.when == "call" and report.passed:
        complaint = _complaint(world, item)
        if complaint:
            report.outcome = "failed"
            report.longrepr = complaint
    # Once: a teardown that fails as well has no more to tell about requests.
    if report.failed and not getattr(item, FAILED, False):
        setattr(item, FAILED, True)
        report.sections.append(("usertwin", _section(world)))


def _complaint(world: World, item: pytest.Item) -> str | None:
    allowed: list[str] = []
    for mark in item.iter_markers("usertwin"):
        allowed += mark.kwargs.get("allow_advice", ())
    try:
        world.check_advice(tuple(allowed))
    except (AssertionError, UsertwinError) as error:
        # The report has the requests in a section of its own.
        return str(error).split("\nWorld ", 1)[0]
    return None


def _section(world: World) -> str:
    try:
        text = world.report()
    except UsertwinError as error:
        return str(error)
    if world.server.shared:
        text += f"\nThe world is kept on {world.server.url}."
    return text


def _ini_seed(config: pytest.Config) -> Seed | None:
    seed = str(config.getini("usertwin_seed") or "")
    if seed in ("demo", "empty"):
        return seed
    return config.rootpath / seed if seed else None


def _marked_seed(item: pytest.Item) -> Seed | None:
    """The seed of the closest marker that names one."""
    for mark in item.iter_markers("usertwin"):
        unknown = mark.args or set(mark.kwargs) - MARKER
        if unknown:
            known = " and ".join(sorted(MARKER))
            pytest.fail(f"The marker usertwin takes {known} by name, not {', '.join(map(str, unknown))}.", False)
        seed: Seed | None = mark.kwargs.get("seed")
        if isinstance(seed, str) and seed not in ("demo", "empty"):
            return item.path.parent / seed
        if seed is not None:
            return seed
    return None
