# An OpenID Connect client by Authlib, beside a browser that shows no pages.
# Usage: python3 authlib_client.py ISSUER CLIENT SECRET EMAIL PASSWORD; prints what it got as JSON.
import json
import os
import sys
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oidc.core import CodeIDToken

# The tests speak plain HTTP on the loopback interface.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
issuer, client_id, secret, email, password = sys.argv[1:]
redirect_uri = "https://client.example/callback"
metadata = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=30).json()


def browse(method, url, **arguments):
    """Sends a request with the cookie of the browser, which the library would not send over http."""
    response = requests.request(
        method, url, allow_redirects=False, timeout=30,
        headers={"Cookie": browse.cookie, "Origin": issuer} if browse.cookie else {"Origin": issuer}, **arguments)
    if "Set-Cookie" in response.headers:
        browse.cookie = response.headers["Set-Cookie"].split(";")[0]
    return response


browse.cookie = None
browse("POST", f"{issuer}/oauth/session", json={"email": email, "password": password}).raise_for_status()

client = OAuth2Session(
    client_id, secret, scope="openid email offline_access", redirect_uri=redirect_uri, code_challenge_method="S256")
verifier, nonce = generate_token(48), generate_token(20)
url, state = client.create_authorization_url(metadata["authorization_endpoint"], nonce=nonce, code_verifier=verifier)
page = urlsplit(browse("GET", url).headers["Location"])
request = parse_qs(page.query)["request"][0]
answer = browse("POST", f"{issuer}/oauth/requests/{request}", json={"decision": "allow"}).json()
token = client.fetch_token(metadata["token_endpoint"], authorization_response=answer["redirect_uri"], state=state, code_verifier=verifier)

keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"], timeout=30).json())
claims = jwt.decode(
    token["id_token"], keys, claims_cls=CodeIDToken,
    claims_options={"iss": {"value": metadata["issuer"]}, "aud": {"value": client_id}},
    claims_params={"nonce": nonce, "client_id": client_id, "access_token": token["access_token"]})
claims.validate(leeway=30)
userinfo = client.get(metadata["userinfo_endpoint"]).json()
refreshed = client.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
print(json.dumps({
    "page": page.path, "sub": claims["sub"], "email": userinfo["email"],
    "is_refreshed": refreshed["refresh_token"] != token["refresh_token"],
}))
