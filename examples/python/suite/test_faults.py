"""What the app does when a service does not answer as it should."""

import pytest
import requests
from directory import Accounts, Refused, Roster


@pytest.fixture
def naps():
    return []


@pytest.fixture
def roster(world, naps):
    def sleep(seconds):
        # The world's clock goes on instead of the test's, so nothing waits and Retry-After is kept all the same.
        naps.append(seconds)
        world.advance(f"PT{int(seconds)}S")

    client = Roster(world.url, sleep=sleep)
    client.sign_in()
    return client


def test_a_503_is_waited_out(world, roster, naps):
    world.fault({"status": 503, "retryAfter": 2}, api="expoints", operation="listUsers")
    assert "ada" in roster.users()
    assert naps == [2.0], "as long as Retry-After says, once"
    world.verify({"exactly": 1}, operation="listUsers", status=503)
    world.verify({"exactly": 1}, operation="listUsers", status=200)


@pytest.mark.advice("client.retried-too-early")
def test_impatience_is_noticed(world, naps):
    world.fault({"status": 503, "retryAfter": 2}, api="expoints", operation="listUsers")
    hasty = Roster(world.url, sleep=naps.append)
    hasty.sign_in()
    assert "ada" in hasty.users()


def test_a_service_that_stays_down_is_given_up(world, roster, naps):
    world.fault({"status": 503, "retryAfter": 1}, times=None, api="expoints", operation="listUsers")
    with pytest.raises(Refused):
        roster.users()
    assert len(naps) == 2
    world.verify({"exactly": 3}, operation="listUsers", status=503)


def test_a_rate_limit_is_kept(world, roster, naps):
    world.fault({"rateLimit": {"requests": 2, "perSeconds": 60}}, times=None, api="expoints", operation="listUsers")
    for _ in range(3):
        assert "ada" in roster.users()
    assert len(naps) == 1 and 0 < naps[0] <= 60, naps
    world.verify({"exactly": 1}, operation="listUsers", status=429)


@pytest.mark.parametrize("where", ["beforeResponse", "midBody"])
def test_a_cut_connection_is_tried_again_for_reading(world, roster, where):
    world.fault({"disconnect": where}, api="expoints", operation="listUsers")
    assert "ada" in roster.users()
    world.verify({"exactly": 2}, operation="listUsers")


def test_a_cut_connection_does_not_create_twice(world):
    accounts = Accounts(world.url, account=2, token="good")
    world.fault({"disconnect": "beforeResponse"}, api="pbnb", operation="createUser")
    with pytest.raises(requests.ConnectionError):
        accounts.create("barbara", "barbara@example.com")
    world.verify({"exactly": 1}, operation="createUser")
    # The answer was lost, not the request.
    assert [user["username"] for user in world.diff()["added"]] == ["barbara"]


def test_one_request_can_ask_for_its_own_fault(world):
    answer = requests.get(f"{world.url}/external/api/v3/user", timeout=10,
                          headers={"Authorization": "Bearer good", "Prefer": "status=503"})
    assert answer.status_code == 503 and answer.headers["Preference-Applied"] == "status=503"
    assert "Message" in answer.json(), "in the words of that service"
