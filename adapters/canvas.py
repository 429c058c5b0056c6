"""Canvas: the CSV files of a SIS import. A user's kind is in `declared_user_type`; without it the table is matched by its columns.

Checked against canvas.instructure.com/doc/api (SIS CSV format) and github.com/instructure/canvas-lms (doc/api/sis_csv.md).
"""

from __future__ import annotations

from dataclasses import replace

from adapters.declare import fields, listed, listing, mapped, names
from core.engine.sources.contract import Hint, LookUp, Source, StreamSpec

_ACCOUNTS = StreamSpec("accounts", "school", frozenset(names("account_id|parent_account_id|name|status")),
    needs=frozenset({"account_id", "parent_account_id"}), hints=fields(
    {"account_id": "school.external_id", "parent_account_id": "school.parent_id", "name": "school.name"},
    *names("integration_id|status")))  # fmt: skip
_TERMS = StreamSpec("terms", "term", frozenset(names("term_id|name|status|start_date|end_date")),
    needs=frozenset({"term_id", "name"}), hints=fields(
    {"term_id": "term.external_id", "name": "term.name", "start_date": "term.starts_on", "end_date": "term.ends_on"},
    *names("integration_id|status|date_override_enrollment_type")))  # fmt: skip
_COURSES = StreamSpec("courses", "course", frozenset(names("course_id|short_name|long_name|account_id|term_id|status")),
    needs=frozenset({"course_id", "long_name"}), hints=fields(
    {"course_id": "course.external_id", "short_name": "course.code", "long_name": "course.name", "account_id": "course.school_id"},
    *names("integration_id|term_id|status|start_date|end_date|course_format|blueprint_course_id|grade_passback_setting"),
    *names("homeroom_course|friendly_name")))  # fmt: skip
_SECTIONS = StreamSpec("sections", "class_section", frozenset(names("section_id|course_id|name|status|start_date|end_date")),
    needs=frozenset({"section_id", "course_id", "name"}), look_up={"term_id": LookUp("course_id", "courses", "course_id", "term_id")},
    hints=fields(
    {"section_id": "class_section.external_id", "course_id": "class_section.course_id", "name": "class_section.name",
     "term_id": listing("class_section.term_ids")}, *names("integration_id|status|start_date|end_date")))  # fmt: skip


def _users(name: str, entity: str, types: str, further: dict[str, str]) -> StreamSpec:
    """Return the stream of the users of these types."""
    person = {
        "user_id": "external_id",
        "first_name": "first_name",
        "last_name": "last_name",
        "email": "email",
    }
    targets: dict[str, str | Hint] = {
        column: f"{entity}.{target}" for column, target in (person | further).items()
    }
    full_name = Hint(f"{entity}.first_name", transform="given_name", unless=("first_name",))
    return StreamSpec(name, entity, where=("declared_user_type", types), hints=fields(targets | {"full_name": full_name},
        *names("integration_id|login_id|password|ssha_password|authentication_provider_id|sortable_name|short_name|pronouns"),
        *names("canvas_password_notification|home_account"), *{"declared_user_type", "status"} - targets.keys()))  # fmt: skip


_STAFF = _users(
    "users_staff",
    "staff",
    "teacher|staff|administrative",
    {"status": "is_active", "declared_user_type": "role"},
)
_GUARDIANS = _users("users_observers", "guardian", "observer", {})
_USERS = replace(_users("users_students", "student", "student", {"status": "is_active"}), kinds=(_STAFF, _GUARDIANS),
    headers=frozenset(names("user_id|login_id|declared_user_type|email|status")),
    needs=frozenset({"user_id", "login_id", "declared_user_type"}))  # fmt: skip
_ENROLLMENTS = StreamSpec("enrollments", "enrollment", frozenset(names("course_id|user_id|role|section_id|status")),
    needs=frozenset({"user_id", "section_id"}), hints=fields(
    {"user_id": "enrollment.person_id", "section_id": "enrollment.class_id", "start_date": "enrollment.starts_on",
     "role": mapped("enrollment.role", {"ta": "aide"}), "end_date": "enrollment.ends_on"},
    *names("course_id|root_account|root_account_id|role_id|status|associated_user_id|limit_section_privileges|notify")))  # fmt: skip
_OBSERVERS = StreamSpec("user_observers", "guardian", frozenset(names("observer_id|student_id|status")),
    needs=frozenset({"observer_id", "student_id"}), hints=fields(
    {"observer_id": "guardian.external_id", "student_id": listed("guardian.student_ids")}, "status"),
    collected="student_id")  # fmt: skip

CANVAS = Source("canvas", "Canvas", "school", (_ACCOUNTS, _TERMS, _COURSES, _SECTIONS, _USERS, _STAFF, _GUARDIANS,
    _ENROLLMENTS, _OBSERVERS),
    notes=("Users are told apart by declared_user_type; without it, it is asked which kind of people they are.",
           "Groups, cross-listings, logins and administrators are no records of the target."))  # fmt: skip
