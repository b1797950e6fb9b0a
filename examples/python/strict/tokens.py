"""What a client checks of a token that is a JWT, without a library: its signature and its end."""

import base64
import hashlib
import json

import requests

# PKCS #1 v1.5: how a SHA-256 is wrapped before it is signed.
SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def verified(token, discovery):
    """The claims of a token whose signature the published keys confirm, from the issuer of a discovery document."""
    configuration = requests.get(discovery, timeout=10).json()
    keys = {key["kid"]: key for key in requests.get(configuration["jwks_uri"], timeout=10).json()["keys"]}
    header, claims, signature = token.split(".")
    described = json.loads(decoded(header))
    assert described["alg"] == "RS256", described
    key = keys[described["kid"]]
    modulus, exponent = (int.from_bytes(decoded(key[name]), "big") for name in ("n", "e"))
    size = (modulus.bit_length() + 7) // 8
    opened = pow(int.from_bytes(decoded(signature), "big"), exponent, modulus).to_bytes(size, "big")
    digest = SHA256 + hashlib.sha256(f"{header}.{claims}".encode()).digest()
    assert opened == b"\0\1" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest, "not signed by the published key"
    claims = json.loads(decoded(claims))
    assert claims["iss"] == configuration["issuer"], claims
    return claims
