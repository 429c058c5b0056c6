"""Invent the school's people: families with Shona, Ndebele and English names, staff, and who is in which class."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from mock_data.writing import listed

PUPILS = 640
LANGUAGES = ("shona", "shona", "shona", "ndebele", "english")
"""The language of a family's names: as often as it stands here."""
FAMILY = {
    "shona": listed(
        "Moyo|Chikowore|Mutasa|Chidzero|Makoni|Nyamande|Gumbo|Marufu|Zvobgo|Chinamasa|Mapfumo|Madziva|Chirwa|Mhlanga|Tafireyi|"
        "Muzenda|Rusere|Mukanya|Shumba|Nhamo|Dzivaguru|Chiweshe|Murambiwa|Matsikidze|Gwaradzimba|Hungwe|Chigumba|Masuku|Sibanda"
    ),
    "ndebele": listed(
        "Ndlovu|Ncube|Khumalo|Mpofu|Dube|Nkomo|Nyathi|Tshuma|Mabhena|Mlilo|Hadebe|Gumede|Mguni|Bhebhe|Ndebele|Zulu|Siziba|Nkala"
    ),
    "english": listed(
        "Carter|Bennett|Hughes|O'Brien|Thompson|Van der Merwe|Fletcher|Marsh|Naidoo|Patel|Whitfield|Botha"
    ),
}
GIRLS = {
    "shona": listed(
        "Rudo|Tariro|Chipo|Nyasha|Ruvimbo|Tendai|Rutendo|Shamiso|Vimbai|Kudzai|Anesu|Tsitsi|Fadzai|Yeukai|Maidei|Chenai"
    ),
    "ndebele": listed(
        "Nomsa|Thandiwe|Sithembile|Nokuthula|Lindiwe|Zanele|Sibongile|Ntombizodwa|Busisiwe|Nothando|Simphiwe"
    ),
    "english": listed("Grace|Hannah|Claire|Naomi|Ruth|Zoë|Megan|Joy|Patience|Faith"),
}
BOYS = {
    "shona": listed(
        "Tinashe|Tatenda|Farai|Kudakwashe|Takudzwa|Munashe|Tafadzwa|Simbarashe|Panashe|Tawanda|Itai|Tonderai|Nkosana|Anotida"
    ),
    "ndebele": listed(
        "Sipho|Thabani|Mthokozisi|Bongani|Nkosilathi|Mduduzi|Thulani|Lungile|Sibusiso|Mandla|Khulekani"
    ),
    "english": listed("Daniel|Peter|Luke|Brian|Trevor|Blessing|Samuel|Gift|Innocent|Michael"),
}
STREETS = listed("Msasa Road|Jacaranda Avenue|Samora Machel Close|Baobab Lane|Chiremba Road|Hillside Drive")
_FIRST_YEAR, _CLASSES = 2026, "ABCD"
_OLDEST_FORM, _SIZE = 6, 34
HOMEROOMS = tuple(f"{form}{letter}" for form in (1, 2, 3, 4) for letter in _CLASSES) + tuple(
    f"{form}{letter}" for form in (5, 6) for letter in "ABC"
)


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil; `number` is the admission number that every source of the school uses, `homeroom` '' for none."""

    number: str
    first_name: str
    family: str
    sex: str
    born: date
    homeroom: str
    guardians: tuple[str, ...]

    @property
    def form(self) -> int:
        return int(self.number.split("-")[2][0])


@dataclass(frozen=True, slots=True)
class Adult:
    """A guardian or a member of staff; `role` as OneRoster names it, `pupils` the admission numbers."""

    number: str
    first_name: str
    family: str
    role: str
    phone: str
    pupils: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roll:
    """Everybody at the school; `homerooms` is class -> the number of its teacher."""

    pupils: list[Pupil]
    guardians: list[Adult]
    staff: list[Adult]

    @property
    def homerooms(self) -> dict[str, str]:
        teachers = [adult.number for adult in self.staff if adult.role == "teacher"]
        return dict(zip(HOMEROOMS, teachers, strict=False))


def build_roll(rng: random.Random) -> Roll:
    """Invent 640 pupils of about 470 families, their guardians and the staff; the same generator gives the same people."""
    places = _places()
    pupils: list[Pupil] = []
    guardians: list[Adult] = []
    taken: set[tuple[str, str, date]] = set()
    while places:
        language = rng.choice(LANGUAGES)
        family = rng.choice(FAMILY[language])
        children = min(len(places), rng.choices((1, 2, 3), weights=(70, 22, 8))[0])
        adults = _adults(rng, language, family, len(guardians))
        numbers: list[str] = []
        for _ in range(children):
            pupil = _pupil(rng, language, family, places.pop(rng.randrange(len(places))), len(pupils))
            key = (pupil.first_name, pupil.family, pupil.born)
            if key in taken:
                pupil = replace(pupil, born=pupil.born + timedelta(days=1 + len(taken) % 25))
            taken.add((pupil.first_name, pupil.family, pupil.born))
            pupils.append(replace(pupil, guardians=tuple(adult.number for adult in adults)))
            numbers.append(pupil.number)
        guardians += [replace(adult, pupils=tuple(numbers)) for adult in adults]
    return Roll(pupils, guardians, list(_staff(rng)))


def _places() -> list[str]:
    """List the class of each place: 34 in forms 1 to 4, 16 in forms 5 and 6."""
    places = [
        homeroom
        for homeroom in HOMEROOMS
        for _ in range(_SIZE if int(homeroom[0]) < _OLDEST_FORM - 1 else 16)
    ]
    if len(places) != PUPILS:
        raise AssertionError(len(places))
    return places


def _pupil(rng: random.Random, language: str, family: str, homeroom: str, index: int) -> Pupil:
    form, sex = int(homeroom[0]), rng.choice(("female", "male"))
    first_name = rng.choice((GIRLS if sex == "female" else BOYS)[language])
    born = date(_FIRST_YEAR - 12 - form, 1, 1) + timedelta(days=rng.randrange(365))
    return Pupil(
        f"OC-{_FIRST_YEAR - form + 1}-{form}{index:03d}", first_name, family, sex, born, homeroom, ()
    )


def _adults(rng: random.Random, language: str, family: str, index: int) -> list[Adult]:
    roles = rng.choice((("mother",), ("mother", "father"), ("mother", "father"), ("guardian",)))
    return [
        Adult(
            f"G-{index + position + 1:04d}",
            rng.choice((BOYS if role == "father" else GIRLS)[language]),
            family,
            "parent" if role != "guardian" else "guardian",
            f"+26377{rng.randrange(1_000_000, 10_000_000)}",
        )
        for position, role in enumerate(roles)
    ]


def _staff(rng: random.Random) -> Iterator[Adult]:
    for index in range(34):
        language = rng.choice(LANGUAGES)
        names = (GIRLS if index % 2 else BOYS)[language]
        role = "teacher" if index < 30 else "administrator" if index < 32 else "aide"
        phone = f"+26371{rng.randrange(1_000_000, 10_000_000)}"
        yield Adult(f"T-{index + 1:03d}", rng.choice(names), rng.choice(FAMILY[language]), role, phone)
