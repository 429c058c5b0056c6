"""Split a person's name, written in one text, into given and family names; titles and degrees stand apart.

'Dr. Maria de la Cruz, PhD', 'Lovelace, Ada', 'John Henry Johnson Jr.', 'DUPONT Jean', '山田 太郎'. Every word of the text
is in exactly one part, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TITLES_TEXT = (
    "mr mrs ms miss mx master dr prof professor rev reverend sir madam mme mlle monsieur madame mademoiselle"
    " herr frau hr dipl.-ing ing mag sr sra srta señor señora señorita dott dott.ssa sig sig.ra signor signora"
    " dhr mevr shri smt"
)
_TITLES = frozenset(_TITLES_TEXT.split())
_DOTTED_TITLES_TEXT = "hon. capt. sgt. lt. col. gen. fr. d. dña."
_DOTTED_TITLES = frozenset(_DOTTED_TITLES_TEXT.split())
_BETWEEN_TITLES = frozenset(["&", "and", "und", "y", "et", "e", "+", "/"])
_SUFFIXES_TEXT = "jr sr jnr snr ii iii iv 2nd 3rd 4th filho neto junior júnior sobrinho"
_SUFFIXES = frozenset(_SUFFIXES_TEXT.split())
_DEGREES_TEXT = (
    "phd ph.d md m.d esq esquire mba cpa dds dvm jd j.d llm ll.m msc m.sc bsc b.sc m.a b.a m.ed rn r.n obe mbe"
    " cbe facp"
)
_DEGREES = frozenset(_DEGREES_TEXT.split())
_DEGREES_AFTER_COMMA_TEXT = "ma ba do pe pa np ms bs v i"
_DEGREES_AFTER_COMMA = frozenset(_DEGREES_AFTER_COMMA_TEXT.split())
_PARTICLES_TEXT = (
    "de del della dello dei degli di da das do dos du des d la las le los lo van von vom zu zum zur der den"
    " ter ten te 't bin ibn bint binti al el abu ben bar af av st st. saint san santa santo mac mc o vander"
    " vanden"
)
_PARTICLES = frozenset(_PARTICLES_TEXT.split())
_JOINING = frozenset(["y", "i", "e"])
_IBERIAN_TEXT = (
    "garcía garcia rodríguez rodriguez gonzález gonzalez fernández fernandez lópez lopez martínez martinez"
    " sánchez sanchez pérez perez gómez gomez martín martin jiménez jimenez ruiz hernández hernandez díaz diaz"
    " moreno muñoz munoz álvarez alvarez romero alonso gutiérrez gutierrez navarro torres domínguez dominguez"
    " vázquez vazquez ramos gil ramírez ramirez serrano blanco molina morales suárez suarez ortega delgado"
    " castro ortiz rubio marín marin sanz núñez nunez iglesias medina garrido cortés cortes castillo santos"
    " lozano guerrero cano prieto méndez mendez cruz flores herrera peña vargas silva oliveira souza sousa lima"
    " pereira ferreira costa carvalho almeida nascimento araújo araujo ribeiro alves gomes rodrigues martins"
    " rocha barbosa fernandes lopes soares vieira mendes dias teixeira moreira cardoso reis rivera reyes chávez"
    " chavez mendoza guzmán guzman salazar rojas aguilar vega ríos rios estrada sandoval contreras"
)
_IBERIAN = frozenset(_IBERIAN_TEXT.split())
_GIVEN_TEXT = (
    "james john robert michael william david richard joseph thomas charles mary patricia jennifer linda"
    " elizabeth susan jessica sarah karen emma olivia liam noah ava mia anna maria maría josé jose luis juan"
    " carlos ana antonio manuel francisco miguel ángel angel carmen pilar javier pedro pablo jorge fernando"
    " alejandro paulo joão joao lucas mateus gabriel rafael beatriz paul peter hans klaus jürgen wolfgang"
    " andreas stefan sabine petra ursula monika julia laura lena lukas felix jonas jean pierre michel philippe"
    " marie nathalie isabelle sophie camille léa chloé marco giuseppe giovanni francesca giulia daniel matthew"
    " anthony mark steven andrew george kevin brian edward jason jeffrey ryan jacob emily amanda melissa"
    " deborah stephanie rebecca sharon cynthia kathleen amy angela ruth helen alice grace henry arthur oliver"
    " jack harry charlie amelia priya anita rahul amit sanjay mohammed muhammad ahmed ali fatima aisha omar"
    " hassan yusuf ivan anastasia olga dmitri"
)
_GIVEN = frozenset(_GIVEN_TEXT.split())
_FAMILY_TOO_TEXT = (
    "james john robert michael william david richard joseph thomas charles paul peter hans klaus andreas stefan felix jonas"
    " jean pierre michel philippe marie marco daniel matthew anthony mark steven andrew george kevin brian edward jason jacob"
    " grace alice henry arthur oliver jack harry charlie mohammed muhammad ahmed ali omar hassan yusuf ivan angel ángel luis"
    " juan carlos antonio manuel francisco miguel javier pedro pablo jorge fernando lucas mateus gabriel rafael ruth ryan noah"
)
_ONLY_GIVEN = _GIVEN - frozenset(_FAMILY_TOO_TEXT.split())
_EASTERN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a name as written: given names, family names with particles and suffix, and the words left out."""

    given: str = ""
    family: str = ""
    left_out: str = ""


def split_name(text: str, *, families: int = 1, family_first: bool = False) -> PersonName:
    """Split a name. `families`: how many family names people have; `family_first`: whether they stand first without comma."""
    pieces = [words for piece in text.split(",") if (words := piece.split())]
    if not pieces:
        return PersonName()
    left_out: list[str] = []
    suffixes: list[str] = []
    while len(pieces) > 1 and all(_is_suffix(word) or _is_degree(word, True) for word in pieces[-1]):
        for word in pieces.pop():
            (suffixes if _is_suffix(word) else left_out).append(word)
    for words in pieces:
        _move_titles(words, left_out)
    if len(pieces) > 1:
        family, given = pieces[0], [word for piece in pieces[1:] for word in piece]
        suffixes = [*_trailing(given, left_out), *suffixes]
    else:
        words = pieces[0]
        suffixes = [*_trailing(words, left_out), *suffixes]
        given, family = _divided(words, families, family_first=family_first, has_title=bool(left_out))
    return PersonName(" ".join(given), " ".join([*family, *suffixes]), " ".join(left_out))


def stands_family_first(names: Sequence[str]) -> bool:
    """Tell whether common given names, which are no family names too, stand last in many names of two words, and none first."""
    pairs = [words for name in names if "," not in name and len(words := name.casefold().split()) == 2]
    last = {second for first, second in pairs if second in _ONLY_GIVEN and first not in _GIVEN}
    rows = sum(second in last for _, second in pairs)
    return len(last) > 2 and rows * 3 > len(pairs) and not any(first in _ONLY_GIVEN for first, _ in pairs)


def is_eastern(text: str) -> bool:
    """Tell whether every word of a name is in Chinese, Japanese or Korean characters."""
    words = text.split()
    return bool(words) and all(map(_EASTERN.search, words))


def _bare(word: str) -> str:
    return word.casefold().rstrip(".")


def _is_suffix(word: str) -> bool:
    return _bare(word) in _SUFFIXES


def _is_degree(word: str, after_comma: bool = False) -> bool:  # noqa: FBT001, FBT002  (a place in the name)
    bare = _bare(word)
    return bare in _DEGREES or (after_comma and bare in _DEGREES_AFTER_COMMA)


def _is_title(word: str) -> bool:
    return _bare(word) in _TITLES or word.casefold() in _DOTTED_TITLES


def _move_titles(words: list[str], left_out: list[str]) -> None:
    """Move the titles before a name, and what joins them, to the words left out; the last word stays."""
    count = 0
    while count < len(words) - 1 and (
        _is_title(words[count])
        or (
            count
            and words[count].casefold() in _BETWEEN_TITLES
            and count + 1 < len(words) - 1
            and _is_title(words[count + 1])
        )
    ):
        count += 1
    left_out += words[:count]
    del words[:count]


def _trailing(words: list[str], left_out: list[str]) -> list[str]:
    """Move suffixes and degrees behind a name away from it; returns the suffixes."""
    suffixes: list[str] = []
    while len(words) > 1 and (_is_suffix(words[-1]) or _is_degree(words[-1])):
        word = words.pop()
        if _is_suffix(word):
            suffixes.insert(0, word)
        else:
            left_out.append(word)
    return suffixes


def _divided(
    words: list[str], families: int, *, family_first: bool, has_title: bool
) -> tuple[list[str], list[str]]:
    """Divide words without comma, titles and suffixes into given and family names."""
    if len(words) == 1:
        return ([], words) if has_title else (words, [])
    capitals = _leading_capitals(words)
    if capitals:
        return words[capitals:], words[:capitals]
    if family_first or is_eastern(" ".join(words)):
        end = _first_family(words, families)
        return words[end:], words[:end]
    start = _before_particles(words, len(words) - 1)
    if _has_two_families(words, start, families):
        start = _before_particles(words, start - 1)
    return words[:start], words[start:]


def _leading_capitals(words: Sequence[str]) -> int:
    """Count the words in capitals before others, as in 'DE LA TOUR Jean'; 0 where capitals mean nothing."""
    count = next((index for index, word in enumerate(words) if not word.isupper()), len(words))
    has_long = any(len(word) > 3 for word in words[:count])
    return count if has_long and 0 < count < len(words) and "." not in "".join(words[:count]) else 0


def _first_family(words: Sequence[str], families: int) -> int:
    """Return where the family names at the beginning end."""
    end = 0
    for _ in range(min(families, max(1, len(words) - 1))):
        while end < len(words) - 2 and words[end].casefold() in _PARTICLES:
            end += 1
        end = min(end + 1, len(words) - 1)
    return max(1, end)


def _before_particles(words: Sequence[str], start: int) -> int:
    """Return the place at which the particles before a family name begin; the first word is never one."""
    while start > 1 and (
        words[start - 1].casefold() in _PARTICLES or (start > 2 and words[start - 1].casefold() in _JOINING)
    ):
        start -= 2 if words[start - 1].casefold() in _JOINING else 1
    return start


def _has_two_families(words: Sequence[str], start: int, families: int) -> bool:
    """Tell whether the word before the last family name is a family name too."""
    if start < 2:
        return False
    before, last = words[start - 1].casefold(), words[-1].casefold()
    if families > 1:
        return not (start == 2 and before in _GIVEN)
    return before in _IBERIAN and last in _IBERIAN
