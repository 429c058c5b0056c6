"""Verify a tenant's audit log: numbers without a gap, signatures, the head, and the anchors kept outside the database.

The chain shows a line that was changed, added, moved or removed, and a log that was written anew without the key. That
the newest lines were cut off shows only against a head noted elsewhere: an anchor. Each stands as one line of JSON in
APP_DATA_DIR/audit/anchors.jsonl, readable by its owner only; copies belong on another machine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Text, cast, select

from core.db.session import TenantSession
from core.errors import InvalidInputError
from core.kit import clock
from core.kit.chain import is_signed, signed_content
from core.platform.audit.tables import AuditHead, AuditLine
from core.platform.audit.writing import audit_key
from core.settings import settings

_MAX_FAULTS = 50  # faults listed of one log


@dataclass(frozen=True, slots=True)
class Signed:
    """A line as it is verified: its number, the JSON that is signed, its signature."""

    seq: int
    content: str
    mac: bytes


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of a log at a moment. `mac` is hexadecimal, `at` ISO 8601 in UTC."""

    tenant: str
    seq: int
    mac: str
    at: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of verifying a log: lines, how many are from before the chain, anchors compared, faults."""

    tenant: str
    lines: int
    before_chain: int
    anchors: int
    faults: list[str]

    @property
    def is_sound(self) -> bool:
        return not self.faults


def find_faults(
    key: bytes, lines: Sequence[Signed], head: tuple[int, bytes] | None, anchors: Iterable[Anchor]
) -> Iterator[str]:
    """Hold lines (in the order of their numbers), the head (number and signature) and anchors against each other."""
    before, expected = b"", 1
    for line in lines:
        if line.seq != expected:
            yield _missing(expected, line.seq) if line.seq > expected else f"Line {line.seq} is there twice."
        elif not is_signed(key, before, line.content, line.mac):
            yield f"Line {line.seq} was changed, moved, or written without the key."
        before, expected = line.mac, line.seq + 1
    newest = (lines[-1].seq, lines[-1].mac) if lines else (0, b"")
    if head is None and lines:
        yield "The head of the log is missing."
    elif head is not None and head != newest:
        yield f"The log ends at line {newest[0]}, but its head is line {head[0]}: lines are missing at its end, or were added."
    macs = {line.seq: line.mac.hex() for line in lines}
    for anchor in anchors:
        if anchor.seq > newest[0]:
            yield f"Lines {newest[0] + 1} to {anchor.seq} are missing: the log was that long on {anchor.at}."
        elif anchor.seq and macs.get(anchor.seq) != anchor.mac:
            yield f"Line {anchor.seq} is not the one that was noted on {anchor.at}."


def verify(session: TenantSession, anchors: Iterable[Anchor]) -> Verdict:
    """Verify the log of the session's tenant against its key, its head and its own anchors among those."""
    tenant = session.tenant
    facts = cast(AuditLine.facts, Text)
    query = select(
        AuditLine.seq, AuditLine.mac, AuditLine.id, AuditLine.created_at, AuditLine.person_id, AuditLine.role,
        AuditLine.action, AuditLine.object_type, AuditLine.object_id, AuditLine.reason, facts,
    ).order_by(AuditLine.seq)  # fmt: skip
    lines: list[Signed] = []
    before_chain = 0
    for seq, mac, id_, at, person, role, *words in session.execute(query):
        content = signed_content(tenant, seq, id_, at, person, role, tuple(words))
        lines.append(Signed(seq, content, bytes(mac)))
        if words[0] == "audit.begin":
            before_chain = seq - 1
    head = session.execute(select(AuditHead.seq, AuditHead.mac)).first()
    compared = [anchor for anchor in anchors if anchor.tenant == tenant]
    all_faults = find_faults(
        audit_key(session), lines, (head.seq, bytes(head.mac)) if head else None, compared
    )
    faults = list(all_faults)
    if len(faults) > _MAX_FAULTS:
        faults = [*faults[:_MAX_FAULTS], f"And {len(faults) - _MAX_FAULTS} more."]
    return Verdict(tenant, len(lines), before_chain, len(compared), faults)


def note_head(session: TenantSession) -> Anchor | None:
    """Note the head of the session's tenant's log outside the database; None where the log is empty."""
    head = session.execute(select(AuditHead.seq, AuditHead.mac)).first()
    if head is None or not head.seq:
        return None
    anchor = Anchor(
        session.tenant, head.seq, bytes(head.mac).hex(), clock.now().isoformat(timespec="seconds")
    )
    path = anchor_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(anchor)) + "\n")
    return anchor


def anchor_file() -> Path:
    return settings().app_data_dir / "audit" / "anchors.jsonl"


def read_anchors(*paths: Path) -> list[Anchor]:
    """Read anchors from files, this machine's own among them; InvalidInputError names the line that is none."""
    anchors: list[Anchor] = []
    for path in (*paths, *([anchor_file()] if anchor_file().exists() else [])):
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                anchor = Anchor(**json.loads(text))
                datetime.fromisoformat(anchor.at)
                bytes.fromhex(anchor.mac)
            except (ValueError, TypeError):
                raise InvalidInputError(
                    f"Line {number} of {path} is no anchor of an audit log.",
                    hint="Anchors are written by `aura audit anchor`; a line that was changed proves nothing.",
                    file=str(path),
                    row=number,
                ) from None
            anchors.append(anchor)
    return anchors


def _missing(first: int, following: int) -> str:
    if following == first + 1:
        return f"Line {first} is missing."
    return f"Lines {first} to {following - 1} are missing."
