"""Read names of time zones as systems write them: IANA, Windows, Rails and Square, abbreviations, offsets from UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from core.kit.times import is_zone, zones

_AMERICAN = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "alaskan": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "hawaiian": "Pacific/Honolulu",
    "hawaii-aleutian": "Pacific/Honolulu",
    "arizona": "America/Phoenix",
    "us mountain": "America/Phoenix",
    "atlantic": "America/Halifax",
    "newfoundland": "America/St_Johns",
}
_WORLD = {
    "gmt": "Europe/London",
    "british": "Europe/London",
    "greenwich mean": "Europe/London",
    "w. europe": "Europe/Berlin",
    "central europe": "Europe/Budapest",
    "central european": "Europe/Warsaw",
    "romance": "Europe/Paris",
    "e. europe": "Europe/Chisinau",
    "eastern european": "Europe/Helsinki",
    "western european": "Europe/Lisbon",
    "fle": "Europe/Kyiv",
    "gtb": "Europe/Bucharest",
    "turkey": "Europe/Istanbul",
    "russian": "Europe/Moscow",
    "israel": "Asia/Jerusalem",
    "egypt": "Africa/Cairo",
    "south africa": "Africa/Johannesburg",
    "arab": "Asia/Riyadh",
    "arabian": "Asia/Dubai",
    "india": "Asia/Kolkata",
    "sri lanka": "Asia/Colombo",
    "china": "Asia/Shanghai",
    "singapore": "Asia/Singapore",
    "taipei": "Asia/Taipei",
    "tokyo": "Asia/Tokyo",
    "japan": "Asia/Tokyo",
    "korea": "Asia/Seoul",
    "se asia": "Asia/Bangkok",
    "w. australia": "Australia/Perth",
    "cen. australia": "Australia/Adelaide",
    "aus central": "Australia/Darwin",
    "e. australia": "Australia/Brisbane",
    "aus eastern": "Australia/Sydney",
    "australian eastern": "Australia/Sydney",
    "tasmania": "Australia/Hobart",
    "new zealand": "Pacific/Auckland",
    "canada central": "America/Regina",
    "central america": "America/Guatemala",
    "sa pacific": "America/Bogota",
    "pacific sa": "America/Santiago",
    "e. south america": "America/Sao_Paulo",
    "argentina": "America/Argentina/Buenos_Aires",
    "indiana (east)": "America/Indiana/Indianapolis",
    "edinburgh": "Europe/London",
    "bern": "Europe/Zurich",
    "new delhi": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "beijing": "Asia/Shanghai",
    "osaka": "Asia/Tokyo",
    "wellington": "Pacific/Auckland",
    "canberra": "Australia/Sydney",
}
_SHORT = {
    **dict.fromkeys(("et", "est", "edt"), "America/New_York"),
    **dict.fromkeys(("mt", "mst", "mdt"), "America/Denver"),
    **dict.fromkeys(("pt", "pst", "pdt"), "America/Los_Angeles"),
    **dict.fromkeys(("akst", "akdt"), "America/Anchorage"),
    **dict.fromkeys(("hst",), "Pacific/Honolulu"),
    **dict.fromkeys(("cet", "cest", "mez", "mesz"), "Europe/Berlin"),
    **dict.fromkeys(("eet", "eest"), "Europe/Helsinki"),
    **dict.fromkeys(("wet", "west"), "Europe/Lisbon"),
    **dict.fromkeys(("aest", "aedt"), "Australia/Sydney"),
    **dict.fromkeys(("acst", "acdt"), "Australia/Adelaide"),
    **dict.fromkeys(("awst",), "Australia/Perth"),
    **dict.fromkeys(("nzst", "nzdt"), "Pacific/Auckland"),
    **dict.fromkeys(("jst",), "Asia/Tokyo"),
    **dict.fromkeys(("kst",), "Asia/Seoul"),
    **dict.fromkeys(("sast",), "Africa/Johannesburg"),
    **dict.fromkeys(("utc", "z", "zulu", "coordinated universal time"), "UTC"),
}
"""Names in short that mean the clock of one place, with summer time where it has that."""

_SHORT_BY_COUNTRY: Mapping[tuple[str, str], str] = {
    ("ct", "US"): "America/Chicago",
    ("cst", "US"): "America/Chicago",
    ("cdt", "US"): "America/Chicago",
    ("cst", "CA"): "America/Winnipeg",
    ("cdt", "CA"): "America/Winnipeg",
    ("cst", "MX"): "America/Mexico_City",
    ("cst", "CN"): "Asia/Shanghai",
    ("ist", "IN"): "Asia/Kolkata",
    ("ist", "IE"): "Europe/Dublin",
    ("ist", "IL"): "Asia/Jerusalem",
    ("gmt", "GB"): "Europe/London",
    ("bst", "GB"): "Europe/London",
    ("gmt", "IE"): "Europe/Dublin",
    ("ast", "CA"): "America/Halifax",
    ("adt", "CA"): "America/Halifax",
}
"""Names in short that mean several clocks: the customer's country says which."""

_PREFIX = re.compile(r"^\(?(?:gmt|utc)?\s*[-+−]\d{1,2}:?\d{2}\)?\s+(?=\D)", re.IGNORECASE)
_OFFSET = re.compile(r"^(?:gmt|utc)?\s*([-+−])(\d{1,2})(?::?(\d{2}))?$", re.IGNORECASE)
_WORDS = re.compile(
    r"\s*(?:\(us & canada\)|\(canada\)|\(us\))|\s+(?:standard|daylight|summer)?\s*time\b", re.IGNORECASE
)
_HALF_HOURS = {
    "+0530": "Asia/Kolkata",
    "+0545": "Asia/Kathmandu",
    "+0630": "Asia/Yangon",
    "+0430": "Asia/Kabul",
}


@cache
def zone_named(text: str, country: str = "US") -> str | None:
    """Return the IANA zone that a text names; None for a name that is not known, or means several zones."""
    name = " ".join(text.split())
    if zone := _SHORT.get(name.lower()):  # IANA has 'EST' too, as a clock without summer time
        return zone
    if is_zone(name):
        return name
    if at_utc := _OFFSET.match(name):
        return _fixed(at_utc)
    small = _PREFIX.sub("", name).lower()
    if by_country := _SHORT_BY_COUNTRY.get((small, country)):
        return by_country
    bare = _WORDS.sub("", small).strip()
    return _AMERICAN.get(bare) or _WORLD.get(bare) or _cities().get(bare.replace(" ", "_"))


def _fixed(offset: re.Match[str]) -> str | None:
    """Return the zone of an offset, which Etc names with the sign turned."""
    sign, hours, minutes = offset[1].replace("−", "-"), int(offset[2]), offset[3] or "00"
    if minutes != "00":
        return _HALF_HOURS.get(f"{sign}{hours:02d}{minutes}")
    if hours == 0:
        return "UTC"
    zone = f"Etc/GMT{'+' if sign == '-' else '-'}{hours}"
    return zone if is_zone(zone) else None


@cache
def _cities() -> dict[str, str]:
    """Map IANA's names and the cities in them, in small letters, to the zone; cities that stand twice are left out."""
    names = [zone for zone in zones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))]
    cities: dict[str, str] = {}
    for zone in names:
        city = zone.rpartition("/")[2].lower()
        cities[city] = "" if cities.get(city, zone) != zone else zone
    return {**{city: zone for city, zone in cities.items() if zone}, **{zone.lower(): zone for zone in names}}
