"""The time zones that times can be placed in."""

from __future__ import annotations

from zoneinfo import available_timezones

from core.kit import times


def test_the_files_of_the_zones_are_read_once_however_many_names_are_judged(monkeypatch):
    readings = []
    monkeypatch.setattr(times, "available_timezones", lambda: readings.append(1) or available_timezones())
    for function in (times.zones, times.is_zone, times._of_iana):
        function.cache_clear()
    assert {"Europe/Berlin", "America/New_York", "UTC"} <= set(times.zones())
    assert not times.is_zone("Atlantis/Poseidonis")
    assert len(readings) == 1


def test_every_zone_that_is_offered_places_times():
    assert all(map(times.is_zone, times.zones()))
    assert list(times.zones()) == sorted(times.zones())
