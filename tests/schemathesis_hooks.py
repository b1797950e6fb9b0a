"""What schemathesis cannot know of these documents; tests/schemathesis.sh loads it."""

import json

import schemathesis


@schemathesis.deserializer("text/javascript")
def javascript(_context, response):
    """PBNB answers JSON under this media type."""
    return json.loads(response.content)


@schemathesis.serializer("application/bson")
def bson(_context, value):
    """Examples are hexadecimal digits; anything else that is made up is sent as an empty document."""
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        return bytes.fromhex("0500000000")


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """Web API answers 500 to a query key with an unclosed bracket, whatever the operation (oracle: Q-bracket)."""
    case.query = {name: value for name, value in (case.query or {}).items() if "[" not in name}


@schemathesis.hook
def before_load_schema(_context, raw_schema):
    """Texts for patterns with a look-ahead, and for that of e-mail addresses, are found by trial and error only: narrower
    patterns take their place."""
    for schema in raw_schema["components"]["schemas"].values():
        for member in schema.get("properties", {}).values():
            pattern = member.get("pattern", "")
            if pattern.startswith("^(?="):
                member["pattern"] = r"^[+]?[0-9]{5,20}$"
            elif "@" in pattern:
                member["pattern"] = r"^[a-z]{1,9}@[a-z]{2,9}[.][a-z]{2,9}$"
