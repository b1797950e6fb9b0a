"""The table of scenarios: every id of kits/scenarios.tsv needs a test named `test_ID__CLAIM`, with `_` for `-`."""

from __future__ import annotations

import csv
import os
import pathlib
import subprocess
from typing import Any

import pytest

import usertwin as kit

pytest_plugins = ["pytester"]

KIT = pathlib.Path(__file__).resolve().parent.parent
LIST = KIT.parent / "scenarios.tsv"


def scenario_ids() -> list[str]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return [row["scenario"] for row in csv.DictReader(file, delimiter="\t")]


def scenario_of(nodeid: str) -> str:
    """The id that a test's name begins with, or nothing."""
    name = nodeid.rsplit("::", 1)[-1]
    return name[len("test_") :].split("__", 1)[0].replace("_", "-") if "__" in name else ""


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any) -> None:
    outcomes: dict[str, set[str]] = {}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.getreports(outcome):
            outcomes.setdefault(scenario_of(report.nodeid), set()).add(outcome)
    if len(outcomes) < 2:
        return  # Single tests were asked for.
    terminalreporter.section("scenarios")
    for scenario in scenario_ids():
        seen = outcomes.get(scenario, set())
        word = next((word for word in ("failed", "error", "skipped", "passed") if word in seen), "NO TEST")
        terminalreporter.line(f"{scenario:<20} {word}")
    for report in terminalreporter.getreports("skipped"):
        terminalreporter.line(f"SKIPPED {report.nodeid}: {report.longrepr[2]}", yellow=True)


def pytest_collection_finish(session: pytest.Session) -> None:
    named = {scenario_of(item.nodeid) for item in session.items} - {""}
    listed = set(scenario_ids())
    if named - listed:
        raise pytest.UsageError(f"tests name scenarios that {LIST} does not list: {named - listed}")
    whole = session.config.args_source != pytest.Config.ArgsSource.ARGS and not session.config.option.keyword
    if whole and listed - named:
        raise pytest.UsageError(f"scenarios without a test: {listed - named}")


@pytest.fixture(scope="session")
def flags() -> str:
    """What `serve` can do: some flags are younger than this suite."""
    return subprocess.run([kit.find_binary(), "serve", "--help"], capture_output=True, text=True, check=True).stdout


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of the developer's own must not answer for the one under test."""
    monkeypatch.delenv("USERTWIN_URL", raising=False)


@pytest.fixture
def inner(pytester: pytest.Pytester) -> Inner:
    return Inner(pytester)


class Inner:
    """A project of its own with a test run of its own."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester

    def run(self, source: str, *args: str, apart: bool = False) -> pytest.RunResult:
        """In this process, which is several times as fast, or in one apart that is ended after half a minute."""
        self.pytester.makepyfile(test_inner=source)
        flags = ("-p", "no:cacheprovider", *args)
        if apart:
            return self.pytester.runpytest_subprocess(*flags, timeout=30)
        return self.pytester.runpytest_inprocess(*flags)


def bare_environment() -> dict[str, str]:
    """No binary to be found by it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("USERTWIN_")}
    return {**kept, "PATH": "/nonexistent"}
