"""Words of role and status columns that say what a row is, in the languages of exports."""

from __future__ import annotations

import pytest

from core.engine.mapping.row_rules import words

WORDS = [
    ("student", "student"),
    ("student", "pupil"),
    ("student", "Learner"),
    ("student", "StudentEnrollment"),
    ("student", "Schüler"),
    ("student", "Schülerin"),
    ("student", "élève"),
    ("student", "étudiant"),
    ("student", "alumno"),
    ("student", "estudiante"),
    ("student", "studente"),
    ("student", "aluno"),
    ("student", "leerling"),
    ("student", "uczeń"),
    ("student", "žák"),
    ("student", "ученик"),
    ("student", "учащийся"),
    ("student", "tanuló"),
    ("student", "öğrenci"),
    ("student", "学生"),
    ("student", "生徒"),
    ("student", "학생"),
    ("staff", "teacher"),
    ("staff", "Instructor"),
    ("staff", "faculty"),
    ("staff", "TeacherEnrollment"),
    ("staff", "aide"),
    ("staff", "administrator"),
    ("staff", "principal"),
    ("staff", "counselor"),
    ("staff", "Lehrer"),
    ("staff", "Lehrkraft"),
    ("staff", "Mitarbeiterin"),
    ("staff", "enseignant"),
    ("staff", "professeur"),
    ("staff", "profesor"),
    ("staff", "docente"),
    ("staff", "insegnante"),
    ("staff", "leraar"),
    ("staff", "nauczyciel"),
    ("staff", "učitel"),
    ("staff", "lärare"),
    ("staff", "учитель"),
    ("staff", "преподаватель"),
    ("staff", "tanár"),
    ("staff", "öğretmen"),
    ("staff", "教师"),
    ("staff", "教員"),
    ("staff", "교사"),
    ("guardian", "parent"),
    ("guardian", "guardian"),
    ("guardian", "Mother"),
    ("guardian", "father"),
    ("guardian", "ObserverEnrollment"),
    ("guardian", "carer"),
    ("guardian", "Eltern"),
    ("guardian", "Erziehungsberechtigter"),
    ("guardian", "Mutter"),
    ("guardian", "Vater"),
    ("guardian", "tuteur"),
    ("guardian", "mère"),
    ("guardian", "padre"),
    ("guardian", "madre"),
    ("guardian", "apoderado"),
    ("guardian", "genitore"),
    ("guardian", "ouder"),
    ("guardian", "rodzic"),
    ("guardian", "opiekun"),
    ("guardian", "родитель"),
    ("guardian", "veli"),
    ("guardian", "家长"),
    ("guardian", "保護者"),
    ("guardian", "학부모"),
    (words.NO_ENTITY, "proctor"),
    (words.NO_ENTITY, "vendor"),
    (words.NO_ENTITY, "guest"),
    (words.NO_ENTITY, "bot"),
]

DELETED = [
    "tobedeleted",
    "Deleted",
    "removed",
    "trash",
    "gelöscht",
    "supprimé",
    "eliminado",
    "borrado",
    "eliminato",
    "verwijderd",
    "usunięty",
    "удалён",
    "törölt",
    "silindi",
    "削除",
    "已删除",
    "삭제",
]

NOT_DELETED = [
    "active",
    "student",
    "teacher",
    "closed",
    "void",
    "archived",
    "inactive",
]


@pytest.mark.parametrize(("kind", "word"), WORDS)
def test_a_word_says_which_kind_of_person_a_row_is(kind, word):
    assert words.kinds_of(words.PEOPLE, word) == kind
    assert words.kinds_of(words.PEOPLE, f" {word.upper()} ") == kind


@pytest.mark.parametrize("word", ["porter", "Grade 7", "yes", ""])
def test_other_words_say_nothing(word):
    assert words.kinds_of(words.PEOPLE, word) is None


@pytest.mark.parametrize("word", DELETED)
def test_a_word_for_deleted_is_told(word):
    assert words.folded(word) in words.DELETED_WORDS


@pytest.mark.parametrize("word", NOT_DELETED)
def test_a_word_for_another_state_is_not_deleted(word):
    assert words.folded(word) not in words.DELETED_WORDS


def test_no_word_names_two_kinds_of_people():
    for family in words.FAMILIES[:1]:
        seen = [word for kind in family.values() for word in kind]
        assert len(seen) == len(set(seen)), [word for word in seen if seen.count(word) > 1]
