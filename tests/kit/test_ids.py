"""Our ids sort by the time they were made."""

import uuid

from core.kit.ids import new_id, new_id_bytes


def test_ids_are_uuids_of_version_7_as_text():
    assert uuid.UUID(new_id()).version == 7


def test_many_ids_are_distinct_and_ascend():
    ids = new_id_bytes(10_000)
    assert len(set(ids)) == 10_000
    assert ids == sorted(ids)


def test_a_later_id_sorts_behind_an_earlier_one():
    earlier = new_id_bytes(3)
    assert max(earlier) < uuid.UUID(new_id()).bytes
