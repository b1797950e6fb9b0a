"""The app under test: a small directory that keeps people in step in three vendors' services. It knows nothing of
usertwin; only its base address tells where it is."""

import time

import requests

EXPOINTS_TENANT = "2c7b1b62-7d5b-46a9-bc46-ab51bfcb07d8"

# A connection cut before the answer, and one cut in the middle of it: requests has a name of its own for each.
CUT = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


class Refused(Exception):
    """A service said no, in its own words."""


class Client:
    """What the three clients share: a session, and patience with a service that asks for it."""

    attempts = 3

    def __init__(self, url, sleep=time.sleep):
        self.url = url
        self.sleep = sleep
        self.session = requests.Session()
        self.session.headers["Accept"] = "application/json"

    def ask(self, method, path, **more):
        """The answer, after at most three attempts: a 429 or 503 is repeated when the service says it may be, a cut
        connection at once, but only where a repetition does no harm."""
        for attempt in range(1, self.attempts + 1):
            last = attempt == self.attempts
            try:
                answer = self.session.request(method, self.url + path, timeout=10, **more)
            except CUT:
                if last or method not in ("GET", "PUT", "DELETE"):
                    raise
                continue
            if answer.status_code not in (429, 503) or last:
                return answer
            self.sleep(float(answer.headers.get("Retry-After", "1")))
        raise AssertionError("the last attempt returns or raises")


class Accounts(Client):
    """PBNB accounts. Failures are 200 with `Success` false."""

    def __init__(self, url, account, token=None, **more):
        super().__init__(url + "/v1/core", **more)
        self.session.headers["AppId"] = "directory"
        if token:
            self.session.headers["AuthToken"] = token
        self.account = f"/Accounts/{account}/users"

    def data(self, method, path, **more):
        envelope = self.ask(method, path, **more).json()
        if not envelope["Success"]:
            raise Refused(envelope["ErrorDescription"])
        return envelope["Data"]

    def sign_in(self, username, password):
        token = self.data("POST", "/accountlogin", json={"Username": username, "Password": password})
        self.session.headers["AuthToken"] = token

    def create(self, username, email):
        return self.data("POST", self.account, json={"Username": username, "Email": email})

    def users(self):
        return {user["Username"]: user for user in self.data("GET", self.account)}

    def user(self, number):
        return self.data("GET", f"{self.account}/{number}")

    def rename(self, number, username):
        return self.data("PATCH", f"{self.account}/{number}", json={"Username": username})

    def move(self, number, email):
        """A mistake that nobody notices: the service reads `Email` here and ignores it."""
        return self.data("PATCH", f"{self.account}/{number}", json={"Email": email})

    def delete(self, number):
        return self.data("DELETE", f"{self.account}/{number}")


class Roster(Client):
    """Expoints v3. The client credentials are good for an hour."""

    def __init__(self, url, **more):
        super().__init__(url, **more)
        self.sign_ins = 0

    def sign_in(self):
        form = {"client_id": "app", "client_secret": "secret", "scope": "api://expoints/.default",
                "grant_type": "client_credentials"}
        answer = self.session.post(f"{self.url}/{EXPOINTS_TENANT}/oauth2/v2.0/token", data=form, timeout=10)
        answer.raise_for_status()
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self.sign_ins += 1

    def call(self, method, path, **more):
        answer = self.ask(method, path, **more)
        if answer.status_code == 401:
            self.sign_in()
            answer = self.ask(method, path, **more)
        if not answer.ok:
            raise Refused(answer.text)
        return answer

    def users(self):
        return {user["Username"]: user for user in self.call("GET", "/external/api/v3/user").json()}

    def roles(self):
        return {role["Name"]: role["Id"] for role in self.call("GET", "/external/api/v3/role").json()}

    def create(self, *users):
        self.call("POST", "/external/api/v3/user", json=list(users))

    def change(self, *users):
        self.call("PUT", "/external/api/v3/user", json=list(users))


class Tenants(Client):
    """Reseller. The app was given a token by whoever signed in."""

    def __init__(self, url, token, **more):
        super().__init__(url + "/api/v1.0/accounts", **more)
        self.session.headers["Authorization"] = f"Bearer {token}"

    def data(self, method, path, **more):
        answer = self.ask(method, path, **more)
        if not answer.ok:
            raise Refused(answer.text)
        return answer.json().get("data") if answer.content else None

    def create(self, tenant, email, name, roles):
        return self.data("POST", f"/{tenant}/users", json={"email": email, "displayName": name, "roles": roles})

    def user(self, tenant, user):
        return self.data("GET", f"/{tenant}/users/{user}")

    def patch(self, tenant, user, *operations):
        self.data("PATCH", f"/{tenant}/users/{user}", json=list(operations))

    def invite(self, tenant, user):
        self.data("POST", f"/{tenant}/users/{user}/sendActivationEmail")

    def delete(self, tenant, user):
        self.data("DELETE", f"/{tenant}/users/{user}")
