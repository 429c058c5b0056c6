"""Limit attempts to sign in, to reset a password and to answer a quote, in the database: several processes count together.

A refused attempt does not count, so whoever waits gets in: nobody is locked out for good. Accounts and addresses are
stored as keyed hashes.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ARRAY, Integer, bindparam, text

from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.db.types import Id
from core.errors import LimitReachedError
from core.kit import clock
from core.kit.chain import derive
from core.kit.ids import new_id
from core.kit.wording import counted
from core.platform.audit.tables import INSTALLATION
from core.platform.signin.rules import network_of

ACCOUNT, ADDRESS, SECOND_STEP = "account", "address", "second_step"
RESET, RESET_ADDRESS, LINK, INVITING = "reset", "reset_address", "link", "inviting"
QUOTE_ADDRESS, QUOTE_LINK = "quote_address", "quote_link"
PAYMENT_ADDRESS = "payment_address"
FEED_ADDRESS = "feed_address"
_REFUSED, _ANNOUNCED = "refused", "announced"
LIMITS: Mapping[str, tuple[tuple[int, int], ...]] = {
    ACCOUNT: ((5, 60),),
    ADDRESS: ((20, 60),),
    SECOND_STEP: ((5, 60), (30, 3600)),
    RESET: ((3, 3600),),
    RESET_ADDRESS: ((20, 3600),),
    LINK: ((20, 60),),
    INVITING: ((20, 3600),),
    QUOTE_ADDRESS: ((60, 60),),
    QUOTE_LINK: ((10, 60),),
    PAYMENT_ADDRESS: ((120, 60),),
    FEED_ADDRESS: ((60, 60),),
    _REFUSED: ((1, 60),),
    _ANNOUNCED: ((1, 3600),),
}
"""Purpose -> (attempts, within seconds), all of which hold."""

_BY_NETWORK = frozenset({ADDRESS, RESET_ADDRESS, LINK, QUOTE_ADDRESS, PAYMENT_ADDRESS, FEED_ADDRESS})
_RETENTION = timedelta(days=1)
_TAKE = text("select take_attempt(cast(:id as uuid), :purpose, :key, :most, :seconds, :moment)").bindparams(
    bindparam("most", type_=ARRAY(Integer)), bindparam("seconds", type_=ARRAY(Integer))
)
_RELEASE = text("select release_attempts(:ids)").bindparams(bindparam("ids", type_=ARRAY(Id)))
_FORGET = text("select forget_attempts(:until)")


@dataclass(frozen=True, slots=True)
class AttemptKey:
    """What an attempt counts towards: an account or an address of the network, in clear text."""

    purpose: str
    value: str

    @property
    def counted(self) -> str:
        """The value under which attempts are counted together: of an address its network."""
        return network_of(self.value) if self.purpose in _BY_NETWORK else self.value


class TooManyAttemptsError(LimitReachedError):
    """Attempts came faster than the limit allows; `retry_after` says when the next one is looked at."""


def take(*keys: AttemptKey) -> list[str]:
    """Count an attempt towards each key; return what `release` takes. TooManyAttemptsError where one is used up."""
    moment = clock.now()
    attempts, longest = [], 0
    with TenantSession(INSTALLATION, "") as session:
        secret = derive(tenant_key(session), "attempts")
        for key in sorted(keys, key=lambda key: key.purpose):  # in one order: no two wait for each other
            attempt, rates = new_id(), LIMITS[key.purpose]
            params = {
                "id": attempt,
                "purpose": key.purpose,
                "key": hmac.digest(secret, key.counted.encode("utf-8", "replace"), "sha256"),
                "most": [most for most, _ in rates],
                "seconds": [seconds for _, seconds in rates],
                "moment": moment,
            }
            wait = int(session.scalar(_TAKE, params) or 0)
            longest = max(longest, wait)
            attempts.append(attempt)
        if not longest:
            session.commit()
            return attempts
        session.rollback()  # what is refused counts nowhere
    raise TooManyAttemptsError(
        "Too many attempts.", hint=f"Try again in {_duration(longest)}.", retry_after=longest
    )


def is_first_refusal(keys: Sequence[AttemptKey]) -> bool:
    """Tell whether attempts towards these keys were not refused within the last minute yet."""
    return _is_news(AttemptKey(_REFUSED, "|".join(f"{key.purpose}:{key.counted}" for key in keys)))


def _is_news(key: AttemptKey) -> bool:
    try:
        take(key)
    except TooManyAttemptsError:
        return False
    return True


def is_to_announce(account: str) -> bool:
    """Tell whether the account (e-mail) may not be tried now, and its person did not hear of it within the last hour."""
    try:
        release(take(AttemptKey(ACCOUNT, account)))
    except TooManyAttemptsError:
        return _is_news(AttemptKey(_ANNOUNCED, account))
    return False


def release(attempts: list[str]) -> None:
    """Take back what a successful attempt counted."""
    with TenantSession("", "") as session:
        session.execute(_RELEASE, {"ids": attempts})
        session.commit()


def forget_old() -> None:
    """Remove attempts that no limit looks at any more."""
    with TenantSession("", "") as session:
        session.execute(_FORGET, {"until": clock.now() - _RETENTION})
        session.commit()


def _duration(seconds: int) -> str:
    return counted(seconds, "second") if seconds < 90 else counted(-(-seconds // 60), "minute")
