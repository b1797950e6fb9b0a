"""Admin users from Python: a user's details replaced in JSON, XML and as a form, and what validation says.

    USERTWIN_URL=http://127.0.0.1:8080 python examples/python/admin_users.py

The same answer has another member order in JSON than in XML, and other ways to say null: this client checks both.
"""

import os
import uuid

import requests
from lxml import etree

WORLD = f"python-admin-users-{uuid.uuid4().hex[:8]}"
URL = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/") + f"/w/{WORLD}"
ADA = "f4237dd3-01ff-48d8-8d90-16c06605724f"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
JSON_MEMBERS = ["ID", "AgreementDate", "AccountID", "AdminUser", "DateCreated", "DateModified", "DeclineDate",
                "DisplayName", "DPAVersion", "EmailAddress", "Enabled", "LanguageID", "MobilePhone", "Password", "Pin",
                "Preferences", "PrivacyPolicyVersion", "SSOEnabled", "TimeZone", "Username", "UserPassword"]


def details(**changes):
    return {"DisplayName": "Ada Lovelace", "EmailAddress": "ada@example.com", "Enabled": True,
            "LanguageID": "c2fd9942-2548-483b-875c-a724b208dcaa", "MobilePhone": "+44 7700 900123", "TimeZone": "UTC",
            "Username": "ada"} | changes


def put(user=ADA, accept="application/json", token="good", **body):
    headers = {"Accept": accept} | ({"Authorization": f"Bearer {token}"} if token else {})
    if isinstance(body.get("data"), bytes):
        headers["Content-Type"] = "application/xml"
    answer = requests.put(f"{URL}/api/v1/admin/users/{user}", headers=headers, timeout=10, **body)
    assert answer.headers["Content-Type"] == f"{accept}; charset=utf-8", answer.headers
    return answer


def as_xml(members):
    """A `User` document: no namespace is needed, and the XmlSerializer takes members in any order."""
    root = etree.Element("User")
    for name, value in members.items():
        etree.SubElement(root, name).text = str(value).lower() if isinstance(value, bool) else value
    return etree.tostring(root)


def replaces_in_json():
    answer = put(json=details(DisplayName="Ada King", AgreementDate="2030-01-01T00:00:00Z", Language="Klingon"))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert list(body) == ["Error", "ResponseData"] and body["Error"] is None, body
    assert list(body["ResponseData"]) == ["Identification", "Result", "Detail"], body
    user = body["ResponseData"]["Detail"]
    assert list(user) == JSON_MEMBERS, "Language is not part of JSON"
    assert user["DisplayName"] == "Ada King" and user["Preferences"] == 0, user
    assert user["AgreementDate"] is None, "read-only: taken without complaint and ignored"
    assert user["DateCreated"] == "2024-03-28T08:12:49.3595132+00:00", user


def replaces_in_xml():
    reordered = dict(reversed(details(DisplayName="Ada & Charles").items()))
    answer = put(data=as_xml(reordered), accept="application/xml")
    assert answer.status_code == 200, answer.text
    root = etree.fromstring(answer.content)
    assert root.tag == "ResponseOfUser" and root.nsmap == {
        "xsd": "http://www.w3.org/2001/XMLSchema", "xsi": "http://www.w3.org/2001/XMLSchema-instance"}, answer.text
    assert [child.tag for child in root] == ["ResponseData"], "a null object is left out"
    assert [child.tag for child in root[0]] == ["Result", "Identification", "Detail"], "not the order of JSON"
    user = root[0].find("Detail")
    assert user.findtext("DisplayName") == "Ada & Charles" and user.findtext("Preferences") == "NONE"
    assert user.find("LanguageID").getnext().tag == "Language", "XML has the language's name"
    assert user.find("AgreementDate").get(NIL) == "true", "a null date is an element"
    assert user.find("Pin") is None, "a null string is none"


def replaces_by_form():
    user = put(data=details(Enabled="False", MobilePhone="(020) 7946-0958")).json()["ResponseData"]["Detail"]
    assert user["Enabled"] is False and user["MobilePhone"] == "(020) 7946-0958", user


def validates():
    answer = put(json=details(MobilePhone="sample string 12", DisplayName=" "))
    pattern = r"^(?=.*?\d.*?\d.*?\d.*?\d.*?\d)([+]?)([\d\s\(\)-]{5,20})$"
    assert answer.status_code == 400 and answer.json() == {"Message": "The request is invalid.", "ModelState": {
        "user.DisplayName": ["The DisplayName field is required."],
        "user.MobilePhone": [f"The field MobilePhone must match the regular expression '{pattern}'."],
    }}, answer.text

    without = details()
    del without["Enabled"]
    assert put(json=without).json()["ModelState"] == {"user": ["An error has occurred."]}
    assert put(data=without).json()["ModelState"] == {"user.Enabled": ["The Enabled property is required."]}
    answer = put(data=as_xml(without), accept="application/xml")
    assert answer.status_code == 200 and b"<Enabled>false</Enabled>" in answer.content, "XML does not miss it"


def is_refused():
    answer = put(user=str(uuid.uuid4()), json=details())
    assert answer.status_code == 404, answer.text
    assert answer.json() == {"Error": {"ErrorCode": "UserNotFound", "ErrorReason": "The user was not found."},
                             "ResponseData": None}, answer.text
    answer = put(json=details(), token=None)
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer", answer.headers
    assert answer.json() == {"Message": "Authorization has been denied for this request."}, answer.text


if __name__ == "__main__":
    for step in (replaces_in_json, replaces_in_xml, replaces_by_form, validates, is_refused):
        step()
        print(f"adminUsers {step.__name__}")
