"""How a revision encrypts personal values and finds them by: as core.db.personal did when it was written, for ever.

The schema of the target and its code go on; what a database of that revision holds does not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from core.kit import crypto
from core.kit.chain import derive

TEXT, DATE, LIST = "text", "date", "jsonb"
_CONTACTS = {"email": TEXT, "phone": TEXT, "address": TEXT}
_NAMES = {"first_name": TEXT, "last_name": TEXT}
FIELDS: dict[str, dict[str, str]] = {
    "employee": _NAMES | {"display_name": TEXT, "email": TEXT, "phone": TEXT},
    "customer": _NAMES | _CONTACTS | dict.fromkeys(("company", "city", "region", "postal_code", "notes"), TEXT)
    | {"birthday": DATE, "tags": LIST},
    "loyalty_account": {},
    "gift_card": {"code": TEXT},
    "order": {"notes": TEXT},
    "order_line": {"notes": TEXT},
    "payment": {"last4": TEXT},
    "student": _NAMES | _CONTACTS | {"student_number": TEXT, "middle_name": TEXT, "gender": TEXT}
    | {"birth_date": DATE, "enrolled_on": DATE},
    "guardian": _NAMES | _CONTACTS | {"relationship": TEXT},
    "staff": _NAMES | {"email": TEXT, "phone": TEXT},
    "enrollment": {"person_id": TEXT},
    "assessment_result": {"comment": TEXT},
    "attendance": {"reason": TEXT},
    "fee": {},
}  # fmt: skip
OF_PEOPLE = frozenset(FIELDS) - {"order", "order_line", "payment"}
NAME_FIELDS = {"employee": "display_name"}
NOT_CONTENT = frozenset(
    [
        "tenant_id",
        "id",
        "source_name",
        "external_id",
        "source_id",
        "migration_id",
        "run_id",
        "row_hash",
        "stream_id",
        "source_row",
        "raw",
        "created_at",
        "updated_at",
        "revision",
    ]
)
ID_PREFIX = re.compile(r"^(name:|row:|pupil:)")
BY_PLACE = re.compile(r"^row:[0-9a-f]+:[0-9]+$")
DUPLICATE_END = re.compile(r"~[0-9a-f]{8}-[0-9a-f]{4}$")


class Cipher:
    """Encrypt and decrypt the values of one tenant's records of one entity, as core.db.personal does."""

    def __init__(self, key: bytes, tenant: str, entity: str) -> None:
        self.key, self.tenant, self.entity = key, tenant, entity

    def encrypt(self, column: str, id_: str, value: str) -> bytes:
        (encrypted,) = crypto.encrypt_all(self.key, [value.encode()], [self._binding(column, id_)])
        return encrypted or b""

    def decrypt(self, column: str, id_: str, value: bytes) -> str:
        (clear,) = crypto.decrypt_all(self.key, [value], [self._binding(column, id_)])
        return (clear or b"").decode()

    def index(self, column: str, value: str) -> bytes:
        key = derive(self.key, f"blind index|target_{self.entity}|{column}")
        return crypto.fingerprints(key, [value.encode()])[0]

    def id_index(self, external_id: str) -> str:
        duplicate_end = DUPLICATE_END.search(external_id)
        base, end = (
            (external_id[: duplicate_end.start()], duplicate_end[0]) if duplicate_end else (external_id, "")
        )
        prefix = ID_PREFIX.match(base)
        position_end = ":0" if BY_PLACE.match(base) else ""
        return (prefix[0] if prefix else "") + self.index("external_id", base).hex() + position_end + end

    def _binding(self, column: str, id_: str) -> bytes:
        return f"{self.tenant}|target_{self.entity}|{column}|".encode() + bytes.fromhex(id_.replace("-", ""))


class Record:
    """What one record's values become; a value that was encrypted for it already keeps its bytes."""

    def __init__(self, cipher: Cipher, id_: str) -> None:
        self.cipher, self.id = cipher, id_
        self.encrypted: dict[tuple[str, str], bytes] = {}

    def remember(self, row: Mapping[str, Any]) -> None:
        """Note the bytes of what is encrypted in the record as it is stored."""
        for column, value in row.items():
            if value is not None:
                self.encrypted[column, self.cipher.decrypt(column, self.id, value)] = value

    def stored(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Encrypt the values of external_id and of the entity's fields that `row` has, all of them text."""
        entity = self.cipher.entity
        stored: dict[str, Any] = {}
        for column in FIELDS[entity]:
            if (value := row.get(column)) is not None:
                stored[column] = self._encrypted(column, value)
        if (name := NAME_FIELDS.get(entity)) and row.get(name) is not None:
            stored["name_index"] = self.cipher.index(name, row[name].strip().lower())
        if entity in OF_PEOPLE:
            external_id = row["external_id"]
            stored["source_id"] = self._encrypted("source_id", DUPLICATE_END.sub("", external_id))
            stored["external_id"] = self.cipher.id_index(external_id)
        return stored

    def clear(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Decrypt what `stored` made."""
        clear = {
            column: self.cipher.decrypt(column, self.id, row[column])
            for column in FIELDS[self.cipher.entity]
            if row.get(column) is not None
        }
        if row.get("source_id") is not None:
            duplicate_end = DUPLICATE_END.search(row["external_id"])
            source_id = self.cipher.decrypt("source_id", self.id, row["source_id"])
            clear["external_id"] = source_id + (duplicate_end[0] if duplicate_end else "")
        return clear

    def _encrypted(self, column: str, value: str) -> bytes:
        key = column, value
        if key not in self.encrypted:
            self.encrypted[key] = self.cipher.encrypt(column, self.id, value)
        return self.encrypted[key]


def with_lists(entity: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Write the lists of a row, which are JSON, as the program writes them before they are encrypted."""
    lists = [name for name, kind in FIELDS[entity].items() if kind == LIST and row.get(name) is not None]
    return dict(row) | {name: json.dumps(json.loads(row[name]), ensure_ascii=False) for name in lists}
