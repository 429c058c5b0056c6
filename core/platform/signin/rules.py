"""Decide, without a database: how long links last, which passwords are refused, what an agent is."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from datetime import timedelta
from functools import cache
from itertools import pairwise

from core.platform.access.rules import permissions_of
from core.settings import ROOT

SEEN_EVERY = timedelta(minutes=1)
"""The last moment a session was used is written at most this often."""
SECOND_STEP = timedelta(minutes=10)
"""The password counts this long while the second factor is asked for."""

INVITATION_TTL = timedelta(days=7)
RESET_TTL = timedelta(hours=1)
SET_UP_TTL = timedelta(hours=24)

SECOND_FACTOR_ROLES = frozenset({"manager", "admin"})
"""Roles, in any tenant, that sign in with a second factor only."""

MIN_PASSWORD, MAX_PASSWORD = 12, 128  # characters
MAX_NAME = 200  # characters
_NETWORK = 64  # bits of an IPv6 address that name a customer's network; the others a visitor chooses
_MAX_PADDING = 6  # digits and signs behind a common word that do not make a password of it
_PADDING = re.compile(r"[\W\d_]+$")
_MIN_OWN = 4  # characters of a name or an address that a password may not consist of
_MAX_AGENT = 200  # characters of a browser's description that are kept


def folded_email(email: str) -> str:
    """Fold an e-mail address for comparison, as the database does."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def is_name(name: str) -> bool:
    """Tell whether a person may be called this: one line of characters that print, neither empty nor too long."""
    return 0 < len(name.strip()) <= MAX_NAME and name.strip().isprintable()


def may_give(own: str | None, role: str) -> bool:
    """Tell whether somebody with a role may invite with another: only an admin makes managers and admins."""
    if own is None:
        return False
    if role in SECOND_FACTOR_ROLES:
        return own == "admin"
    return "people.manage" in permissions_of(own, is_demo=False)


def network_of(address: str) -> str:
    """Return what counts as one visitor: an IPv4 address, however it is written, or the network (/64) of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), _NETWORK), strict=False))


def normal_password(password: str) -> str:
    """Return a password in the one form that is hashed: keyboards write the same letter in several ways."""
    return unicodedata.normalize("NFC", password)


def password_fault(password: str, *, email: str = "", name: str = "") -> str:
    """Return why a new password is refused, as a sentence; '' where it is not. No rules about kinds of characters."""
    length = len(normal_password(password))
    if length < MIN_PASSWORD:
        return f"Use at least {MIN_PASSWORD} characters."
    if length > MAX_PASSWORD:
        return f"Use at most {MAX_PASSWORD} characters."
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in password):
        return "Control characters cannot be part of a password."
    if is_common(password):
        return "This password is too easy to guess. Choose another one."
    if _is_own(password, email, name):
        return "Do not use your name or e-mail address as your password."
    return ""


def is_common(password: str) -> bool:
    """Tell whether a password is among the commonest, one of them with a few digits behind, a repetition or a sequence."""
    text = normal_password(password).lower().strip()
    padding = _PADDING.search(text)
    base = text[: padding.start()] if padding and len(padding[0]) <= _MAX_PADDING else text
    common = _common_passwords()
    return text in common or base in common or _repeats(text) or _is_sequence(text)


def _repeats(text: str) -> bool:
    """Tell whether a text is a short part again and again ('abcabcabcabc'), or has hardly any different characters."""
    return text in (text + text)[1:-1] or len(set(text)) < 4


def _is_sequence(text: str) -> bool:
    """Tell whether each character follows the one before, as in 'abcdefghijkl' and '987654321098'."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    if text.isascii() and text.isdigit():
        steps = {step % 10 for step in steps}
    return len(steps) == 1


def _is_own(password: str, email: str, name: str) -> bool:
    """Tell whether a password is the person's name or address, alone or with up to six digits and signs."""
    text = normal_password(password).lower()
    letters = re.sub(r"[\W_]+", "", text)
    parts = [folded_email(email), folded_email(email).partition("@")[0], name.lower(), *name.lower().split()]
    for part in parts:
        bare = re.sub(r"[\W_]+", "", part)
        if len(bare) >= _MIN_OWN and bare in letters and len(letters) - len(bare) <= _MAX_PADDING:
            return True
    return False


@cache
def _common_passwords() -> frozenset[str]:
    """Read data/passwords/common.txt. The short ones are in it for the words that people lengthen by digits."""
    lines = (ROOT / "data" / "passwords" / "common.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("# "))


def device(agent: str) -> str:
    """Describe a browser by its User-Agent: 'Firefox on Windows'; 'Unknown device' where it says nothing known."""
    browsers = ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), (
        "SamsungBrowser", "Samsung Internet"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")  # fmt: skip
    systems = ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), (
        "Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")  # fmt: skip
    browser = next((name for mark, name in browsers if f"{mark}/" in agent), "")
    system = next((name for mark, name in systems if mark in agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Unknown device"


def short_agent(agent: str) -> str:
    """Cut a User-Agent to what is kept of it, without characters that do not print."""
    return "".join(character for character in agent if character.isprintable())[:_MAX_AGENT]
