"""An identity provider on loopback (OpenID Connect): codes once, PKCE checked, tokens as a test wants."""

import asyncio
import base64
import hashlib
import json
import secrets
import socket
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "yorisoi", "a secret: of ours"
BASIC = "Basic " + base64.b64encode(b"yorisoi:a+secret%3A+of+ours").decode()


@dataclass
class FakeIdentity:
    """One provider; `claims` replace what its tokens say, None leaves one out, `now` is its clock."""

    place: str = ""
    claims: dict = field(default_factory=dict)
    header: dict = field(default_factory=dict)
    document: dict = field(default_factory=dict)
    now: float = field(default_factory=time.time)
    basic: bool = True
    asked: dict = field(default_factory=dict)
    """The parameters of each authorization that a code was given for."""

    def __post_init__(self):
        self.rotate()

    def rotate(self):
        """Sign with a new key from now on, and publish that alone."""
        self.key = ECKey.generate_key("P-256", auto_kid=True)
        self.published = [self.key.as_dict(private=False)]

    def app(self):
        app = FastAPI()
        app.get("/.well-known/openid-configuration")(self.describe)
        app.get("/authorize")(self.authorize)
        app.post("/token")(self.token)
        app.get("/keys")(self.keys)
        return app

    async def describe(self):
        methods = ["client_secret_basic"] if self.basic else ["client_secret_post"]
        usual = {"issuer": self.place, "token_endpoint_auth_methods_supported": methods}
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return usual | {name: f"{self.place}/{end}" for name, end in ends.items()} | self.document

    async def authorize(self, request: Request):
        code, asked = secrets.token_urlsafe(), dict(request.query_params)
        self.asked[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", status_code=303)

    async def token(self, request: Request):
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self.asked.pop(form["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        is_client = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if self.basic:
            is_client = request.headers.get("authorization") == BASIC
        if not is_client or asked is None or proof.rstrip(b"=").decode() != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.signed(asked)}

    async def keys(self):
        return {"keys": self.published}

    def signed(self, asked):
        usual = {
            "iss": self.place,
            "aud": asked["client_id"],
            "sub": "subject-1",
            "nonce": asked["nonce"],
            "iat": int(self.now),
            "exp": int(self.now) + 300,
            "auth_time": int(self.now),
            "email": "Hana@Clinic.example",
            "email_verified": True,
        }
        claims = {name: value for name, value in (usual | self.claims).items() if value is not None}
        header = {"alg": "ES256", "kid": self.key.kid} | self.header
        if header["alg"] == "none":
            parts = [json.dumps(part).encode() for part in (header, claims)]
            return ".".join([*(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts), ""])
        return jwt.encode(header, claims, self.key)


@asynccontextmanager
async def identity_provider(**how):
    """Serve a provider over HTTP while the body runs."""
    provider = FakeIdentity(**how)
    listener = socket.create_server(("127.0.0.1", 0))
    provider.place = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(provider.app(), log_level="error", lifespan="off"))
    served = asyncio.create_task(server.serve(sockets=[listener]))
    yield provider
    server.should_exit = True
    await served
