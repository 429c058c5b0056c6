"""Invented guests. Addresses end in example.com or example.org and numbers lie in 555-0100 to 555-0199,

which are kept for fiction: nobody can be reached by accident from a demo.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from mock_data.writing import listed

FIRST_NAMES = listed(
    "Ada|Adrian|Aisha|Alan|Alicia|Amara|Andre|Angela|Anita|Antonio|Beatriz|Ben|Bianca|Carla|Carlos|"
    "Celia|Chen|Clara|Damon|Daniel|Dario|Denise|Diego|Elena|Eli|Emilia|Enzo|Eva|Fatima|Felix|Fiona|"
    "Gabriel|Gia|Grace|Hannah|Hector|Hugo|Ines|Irene|Isaac|Ivy|Jamal|Jana|Joel|Julia|Kai|Kareem|Keiko|"
    "Lara|Leo|Lila|Lorenzo|Lucia|Malik|Marco|Maria|Mei|Milo|Mina|Nadia|Nico|Nora|Olga|Omar|Owen|Paola|"
    "Petra|Priya|Quinn|Rafael|Rita|Rosa|Ruth|Samir|Silvia|Sofia|Tara|Teo|Tessa|Uma|Vera|Victor|Wei|"
    "Yara|Yusuf|Zoe"
)
FAMILY = listed(
    "Abbott|Acosta|Ahmed|Alvarez|Baker|Banerjee|Baptiste|Barone|Bellamy|Bianchi|Brooks|Byrne|Calloway|"
    "Caruso|Castillo|Chang|Conti|Costa|Dalton|Delgado|Desai|Dixon|Donato|Duarte|Ellis|Esposito|Falk|"
    "Farrell|Ferrara|Fischer|Flores|Gallo|Garner|Greco|Gupta|Haddad|Hale|Hayes|Holm|Ibarra|Ito|Jansen|"
    "Kaplan|Kelly|Khan|Kim|Larsen|Leone|Lindqvist|Lombardi|Lopez|Marchetti|Marino|Mendez|Meyer|"
    "Moretti|Nakamura|Nolan|Novak|Okafor|Ortiz|Osei|Park|Patel|Pereira|Petrenko|Quill|Raman|Reyes|"
    "Ricci|Romano|Rossi|Sato|Schultz|Silva|Singh|Soto|Sullivan|Tanaka|Torres|Vargas|Vitale|Walsh|"
    "Weber|Whitcombe|Wong|Yang|Zhao|Zimmer"
)
HOSTS = ("example.com", "example.org")
PHONES_PER_AREA = 100


@dataclass(frozen=True, slots=True)
class Person:
    first_name: str
    family: str
    email: str
    phone: str  # E.164


def people(rng: random.Random, count: int, area_codes: Sequence[str]) -> list[Person]:
    """`count` people, no two with the same e-mail or phone; needs 100 area-code numbers per 100 people."""
    names = rng.sample([(first_name, family) for first_name in FIRST_NAMES for family in FAMILY], count)
    numbers = [f"+1{area}55501{line:02d}" for area in area_codes for line in range(PHONES_PER_AREA)]
    rng.shuffle(numbers)
    return [
        Person(first_name, family, f"{first_name}.{family}@{rng.choice(HOSTS)}".lower(), number)
        for (first_name, family), number in zip(names, numbers[:count], strict=True)
    ]
