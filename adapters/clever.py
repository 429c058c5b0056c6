"""Clever: the CSV files that a district uploads. Contacts stand in a pupil's rows, one row a contact.

Checked against support.clever.com (SFTP: how do I format my CSV files), the SFTP instructions v2.1.1 and dev.clever.com
(attendance data).
"""

from __future__ import annotations

from adapters.declare import fields, flag, mapped, names
from core.engine.sources.contract import Hint, Source, StreamSpec

_LOGIN = names("Username|Password")
_PERSON: dict[str, str | Hint] = {"School_id": "staff.school_id", "First_name": "staff.first_name", "Last_name": "staff.last_name"}  # fmt: skip
_ADDRESS = Hint("student.address", transform="concat(', ')")
_SCHOOLS = StreamSpec("schools", "school", frozenset(names("School_id|School_name|School_number")), hints=fields(
    {"School_id": "school.external_id", "School_name": "school.name"},
    *names("School_number|State_id|Nces_id|Low_grade|High_grade|Principal|Principal_email|School_address|School_city"),
    *names("School_state|School_zip|School_phone|Ext.*")))  # fmt: skip
_STUDENTS = StreamSpec("students", "student", frozenset(names("School_id|Student_id|Student_number|State_id|"
    "Last_name|First_name|Grade|Gender|DOB")), reshape=True, needs=frozenset({"School_id", "Student_id"}), hints=fields(
    {"School_id": "student.school_id", "Student_id": "student.external_id", "Student_number": "student.student_number",
     "Last_name": "student.last_name", "Middle_name": "student.middle_name", "First_name": "student.first_name",
     "Grade": "student.grade_level", "Gender": "student.gender", "DOB": "student.birth_date",
     "Student_street": _ADDRESS, "Student_city": _ADDRESS, "Student_state": _ADDRESS, "Student_zip": _ADDRESS,
     "Student_email": "student.email", "Contact_name": Hint("guardian.first_name", transform="given_name"),
     "Contact_relationship": "guardian.relationship", "Contact_phone": "guardian.phone", "Contact_email": "guardian.email"},
    *names("State_id|Graduation_year|Race|Hispanic_Latino|Home_language|Ell_status|Frl_status|IEP_status|Contact_type"),
    *names("Contact_phone_type|Contact_sis_id|Unweighted_gpa|Weighted_gpa|Section_504_status|Gifted_status|Disability_*|Ext.*"),
    *_LOGIN))  # fmt: skip
_TEACHERS = StreamSpec("teachers", "staff", frozenset(names("School_id|Teacher_id|Teacher_number|Teacher_email|Last_name|First_name")),
    hints=fields({**_PERSON, "Teacher_id": "staff.external_id", "Teacher_email": "staff.email", "Title": "staff.role"},
    *names("Teacher_number|State_teacher_id|Middle_name|Ext.*"), *_LOGIN))  # fmt: skip
_STAFF = StreamSpec("staff", "staff", frozenset(names("School_id|Staff_id|Staff_email|First_name|Last_name")), hints=fields(
    {**_PERSON, "Staff_id": "staff.external_id", "Staff_email": "staff.email", "Admin_email": "staff.email",
     "Title": "staff.role", "Admin_title": "staff.role"}, *names("Department|Role|Ext.*"), *_LOGIN))  # fmt: skip
_TEACHERS_OF_SECTIONS = StreamSpec("section_teachers", "enrollment", unpivoted=names("Teacher_id|Teacher_*_id"),
    defaults={"Role": "teacher"}, hints=fields(
    {"Section_id": "enrollment.class_id", "Teacher_id": "enrollment.person_id", "Role": "enrollment.role",
     "Position": flag("enrollment.is_primary", "1")}))  # fmt: skip
_SECTIONS = StreamSpec("sections", "class_section", frozenset(names("School_id|Section_id|Teacher_id|Term_name|Term_start|Term_end")),
    kinds=(_TEACHERS_OF_SECTIONS,), hints=fields(
    {"School_id": "class_section.school_id", "Section_id": "class_section.external_id", "Name": "class_section.name",
     "Section_number": "class_section.code", "Period": "class_section.period", "Course_number": "course.code",
     "Course": Hint("class_section.course_id", also=("course.external_id",)), "Course_name": "course.name",
     "Term": Hint("class_section.term_ids", also=("term.external_id",)), "Term_name": "term.name",
     "Term_start": "term.starts_on", "Term_end": "term.ends_on"},
    *names("Grade|Course_description|Subject|Teacher_id|Teacher_*_id|Ext.*")),
    joined={"Course": ("Course_number", "Course_name"), "Term": ("Term_name", "Term_start")})  # fmt: skip
_ENROLLMENTS = StreamSpec("enrollments", "enrollment", frozenset(names("School_id|Section_id|Student_id")),
    defaults={"Role": "student"}, hints=fields(
    {"Section_id": "enrollment.class_id", "Student_id": "enrollment.person_id", "Role": "enrollment.role"}, "School_id"))  # fmt: skip
_ATTENDANCE = StreamSpec("attendance", "attendance", frozenset(names("Student_id|School_id|Section_id|"
    "Attendance_date|Attendance_type|Attendance_status|Excuse_code|Sis_id")), hints=fields(
    {"Student_id": "attendance.student_id", "Section_id": "attendance.class_id", "Attendance_date": "attendance.on",
     "Attendance_status": mapped("attendance.status", {"tardy": "late"}), "Excuse_code": "attendance.reason",
     "Sis_id": "attendance.external_id"}, *names("School_id|Attendance_type")))  # fmt: skip

CLEVER = Source("clever", "Clever", "school", (_SCHOOLS, _STUDENTS, _TEACHERS, _STAFF, _SECTIONS, _TEACHERS_OF_SECTIONS,
                                              _ENROLLMENTS, _ATTENDANCE))  # fmt: skip
