"""Ask an OpenID Connect provider who somebody is: code flow with PKCE, state and nonce; the token is checked by us."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from core.entry.web.hosts import LOOPBACK
from core.errors import SourceError
from core.platform.delivery.composing import public_url
from core.settings import settings

_SECONDS = 10.0
_ALGORITHMS = ["RS256", "PS256", "ES256"]
_LEEWAY = 60  # seconds the provider's clock may differ


class ProviderError(SourceError):
    """The provider does not answer, or answers something that proves nothing."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What a sign-in at the provider began with, kept in the browser until it answers."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> Flow:
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """Whom the provider vouches for: the account by issuer and subject, and the name it knows."""

    issuer: str
    subject: str
    name: str


def provider_name() -> str:
    """Return what the provider is called; '' where none is configured."""
    config = settings()
    return config.oidc_name if config.oidc_issuer and config.oidc_client_id else ""


def callback_address() -> str:
    return f"{public_url()}/auth/callback"


async def authorization_address(flow: Flow) -> str:
    """Return where the browser is sent to."""
    metadata = await _metadata()
    query = {
        "response_type": "code",
        "client_id": settings().oidc_client_id,
        "redirect_uri": callback_address(),
        "scope": "openid profile",
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": flow.challenge,
        "code_challenge_method": "S256",
    }
    endpoint = _checked(str(metadata.get("authorization_endpoint", "")))
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


async def exchange_code(code: str, flow: Flow) -> ProviderAccount:
    """Exchange the provider's code; ProviderError unless its token is for us, for this flow, and not expired."""
    metadata = await _metadata()
    secret = settings().oidc_client_secret
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback_address(),
        "client_id": settings().oidc_client_id,
        "code_verifier": flow.verifier,
    }
    if secret is not None:
        form["client_secret"] = secret.get_secret_value()
    answer = await _fetch("POST", str(metadata.get("token_endpoint", "")), form)
    keys = await _fetch("GET", str(metadata.get("jwks_uri", "")))
    key_set: KeySetSerialization = {"keys": keys.get("keys", [])}
    try:
        token = jwt.decode(
            str(answer.get("id_token", "")), KeySet.import_key_set(key_set), algorithms=_ALGORITHMS
        )
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": settings().oidc_issuer},
            aud={"essential": True, "value": settings().oidc_client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": flow.nonce},
            sub={"essential": True},
        ).validate(token.claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderError(
            "The answer of the provider proves nothing.", hint="Try again.", why=type(error).__name__
        ) from None
    claims = token.claims
    return ProviderAccount(str(claims["iss"]), str(claims["sub"]), str(claims.get("name") or ""))


async def _metadata() -> dict[str, Any]:
    issuer = settings().oidc_issuer
    document = await _fetch("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if document.get("issuer") != issuer:
        raise ProviderError(
            "The provider is another one than OIDC_ISSUER.", hint="Write the issuer as it does."
        )
    return document


async def _fetch(method: str, address: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(timeout=_SECONDS) as client:
            answer = await client.request(method, _checked(address), data=form)
        document = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        raise ProviderError(
            "The provider does not answer.", hint="Try again, or sign in with a password."
        ) from None
    if not isinstance(document, dict):
        raise ProviderError("The provider answers something else.", hint="Try again.")
    return document


def _checked(address: str) -> str:
    """Return an address of the provider's; ProviderError unless it is encrypted, or on this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ProviderError("The provider's address is not encrypted.", hint="OIDC_ISSUER begins with https.")
    return address
