"""OneRoster bundles as the specification's tables and examples have them: version 1.1 in bulk and delta, and version 1.2."""

from __future__ import annotations

RECORD = "sourcedId,status,dateLastModified"
DAY = "active,2026-01-12T06:00:00.000Z"


def manifest(version: str, mode: str, *names: str) -> str:
    rows = ["manifest.version,1.0", f"oneroster.version,{version}"]
    rows += [f"file.{name},{mode}" for name in names]
    return "\n".join(["propertyName,value", *rows, "source.systemName,SIS", "source.systemCode,S1", ""])


def _table(header: str, *rows: str) -> str:
    return "\r\n".join([header, *rows, ""])


ORGS = _table(
    f"{RECORD},name,type,identifier,parentSourcedId",
    "d1,,,Hill District,district,HD,",
    "o1,,,Hill School,school,HS,d1",
)
SESSIONS = _table(
    f"{RECORD},title,type,startDate,endDate,parentSourcedId,schoolYear",
    "y26,,,2026,schoolYear,2026-01-13,2026-12-03,,2026",
    "t1,,,Term 1,term,2026-01-13,2026-04-09,y26,2026",
    "g1,,,Period 1,gradingPeriod,2026-01-13,2026-02-20,t1,2026",
)
COURSES = _table(
    f"{RECORD},schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
    'c1,,,y26,Mathematics 7,MATH-7,"07,08",o1,Mathematics,02',
)
CLASSES = _table(
    f"{RECORD},title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,"
    "subjectCodes,periods",
    'k1,,,Mathematics 7A,"07",c1,M7-A,scheduled,Room 3,o1,"t1,g1",Mathematics,02,"1,3"',
)
USERS_1_1 = _table(
    f"{RECORD},enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
    "agentSourcedIds,grades,password",
    's1,,,true,o1,student,rmoyo,"{Fed:RM1}",Rudo,Moyo,T,0001,rudo@example.org,,,g1u,07,',
    "s2,,,true,o1,student,sdube,,Sipho,Dube,,0002,sipho@example.org,,,g1u,07,",
    "s3,,,false,o1,student,tncube,,Thabani,Ncube,,0003,thabani@example.org,,,,08,",
    "te1,,,true,o1,teacher,jmpofu,,Joy,Mpofu,,T1,joy@example.org,,+263772000001,,,",
    'g1u,,,true,o1,parent,amoyo,,Ada,Moyo,,,ada@example.org,,+263772000002,"s1,s2",,',
)
ENROLLMENTS = _table(
    f"{RECORD},classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
    "e1,,,k1,o1,s1,student,,2026-01-13,2026-12-03",
    "e2,,,k1,o1,s2,student,,2026-01-13,2026-12-03",
    "e3,,,k1,o1,te1,teacher,true,2026-01-13,2026-12-03",
)
DEMOGRAPHICS = _table(
    f"{RECORD},birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
    "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,"
    "stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus",
    "s1,,,2013-04-05,female,false,false,true,false,false,false,false,ZW,,Harare,",
)
CATEGORIES = _table(f"{RECORD},title", "cat1,,,Homework")
LINE_ITEMS = _table(
    f"{RECORD},title,description,assignDate,dueDate,classSourcedId,categorySourcedId,gradingPeriodSourcedId,resultValueMin,"
    "resultValueMax",
    "l1,,,Fractions,,2026-02-01,2026-02-08,k1,cat1,g1,0,20",
)
RESULTS = _table(
    f"{RECORD},lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment",
    "r1,,,l1,s1,fully graded,17.5,2026-02-08,Well done",
    "r2,,,l1,s2,exempt,,2026-02-08,",
)
VERSION_1_1 = {
    "manifest": manifest(
        "1.1", "bulk", "orgs", "academicSessions", "courses", "classes", "users", "enrollments"
    ),
    "orgs": ORGS,
    "academicSessions": SESSIONS,
    "courses": COURSES,
    "classes": CLASSES,
    "users": USERS_1_1,
    "enrollments": ENROLLMENTS,
    "demographics": DEMOGRAPHICS,
    "categories": CATEGORIES,
    "lineItems": LINE_ITEMS,
    "results": RESULTS,
}

USERS_HEADER = USERS_1_1.split("\r\n")[0]
USERS_ALL_ENABLED = USERS_1_1.replace("s3,,,false", "s3,,,true")


def delta(name: str, header: str, *rows: str) -> dict[str, str]:
    """Return a delta bundle with the rows of a single file."""
    return {"manifest": manifest("1.1", "delta", name), name: _table(header, *rows)}


DELTA = {
    "manifest": manifest("1.1", "delta", "users", "enrollments"),
    "users": _table(
        USERS_HEADER,
        f"s2,{DAY},true,o1,student,sdube,,Sipho,Dube-Nkomo,,0002,sipho@example.org,,,g1u,08,",
        "s3,tobedeleted,2026-02-01T06:00:00.000Z,false,o1,student,tncube,,Thabani,Ncube,,0003,,,,,08,",
        f"s4,{DAY},true,o1,student,zzulu,,Zanele,Zulu,,0004,zanele@example.org,,,,07,",
    ),
    "enrollments": _table(
        ENROLLMENTS.split("\r\n")[0],
        "e2,tobedeleted,2026-02-01T06:00:00.000Z,k1,o1,s2,student,,2026-01-13,2026-02-01",
        f"e4,{DAY},k1,o1,s4,student,,2026-02-02,2026-12-03",
    ),
}

VERSION_1_2 = {
    "manifest": manifest(
        "1.2", "bulk", "orgs", "academicSessions", "courses", "classes", "users", "roles", "enrollments"
    ),
    "orgs": ORGS,
    "academicSessions": SESSIONS,
    "courses": COURSES,
    "classes": CLASSES,
    "users": _table(
        f"{RECORD},enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,"
        "grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,"
        "primaryOrgSourcedId,pronouns",
        "s1,,,true,rmoyo,,Rudo,Moyo,T,0001,rudo@example.org,,,g1u,07,,m1,,,,,o1,",
        "s2,,,true,sdube,,Sipho,Dube,,0002,sipho@example.org,,,g1u,07,,m2,,,,,o1,",
        "te1,,,true,jmpofu,,Joy,Mpofu,,T1,joy@example.org,,+263772000001,,,,m3,,,,,o1,",
        'g1u,,,true,amoyo,,Ada,Moyo,,,ada@example.org,,+263772000002,"s1,s2",,,m4,,,,,o1,',
    ),
    "roles": _table(
        f"{RECORD},userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
        "ro1,,,s1,primary,student,,,o1,",
        "ro2,,,s2,primary,student,,,o1,",
        "ro3,,,te1,primary,teacher,,,o1,",
        "ro4,,,g1u,primary,parent,,,o1,",
    ),
    "enrollments": ENROLLMENTS,
    "demographics": DEMOGRAPHICS,
    "userProfiles": _table(
        f"{RECORD},userSourcedId,profileType,vendorId,applicationId,description,credentialType,username,password",
        "p1,,,s1,LMS,v1,a1,,login,rmoyo,invented-secret",
    ),
}
