"""What a file is taken for, how sure that is, and who may overrule it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mock_data
from core.engine.sources.contract import Hint, Source, StreamSpec
from core.engine.sources.read import ReaderOptions, identify, read
from core.errors import InvalidInputError, NotFoundError

SAMPLES = Path(mock_data.__file__).parent

ORDERS = StreamSpec(
    name="Orders",
    entity="order",
    headers=frozenset({"Order Id", "Opened", "Server", "Table", "Total"}),
    hints={"Order Id": Hint("order.external_id")},
)
GUESTS = StreamSpec(
    name="guests",
    entity="customer",
    path="guests[]",
    hints={name: Hint(None) for name in ("id", "given", "family", "mail", "zone")}
    | {"zone": Hint("location.timezone")},
)
TILL = Source("till", "Till", "restaurant", (ORDERS, GUESTS), marks=frozenset({"till_version"}))
SECOND_SOURCE = Source(
    "other", "Other", "restaurant", (StreamSpec("Sales", "order", frozenset({"A", "B", "C"})),)
)
SOURCES = (SECOND_SOURCE, TILL)


@pytest.fixture
def table(tmp_path):
    def write(text: str, name: str = "export.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


HEADER = "Order Id,Opened,Server,Table,Total\n"


def test_a_table_is_recognised_by_its_header_without_regard_to_case_and_spaces(table):
    identified = identify(table("order id, OPENED ,Server,Table,Total\n1,4/18/25,Wei,7,9.50\n"), SOURCES)
    assert (identified.source, identified.confidence) == (TILL, 1.0)
    assert identified.reasons == ("5 of 5 columns of Till's Orders",)
    (head,) = identified.streams
    assert (head.name, head.entity, head.spec, head.rows) == ("Orders", "order", ORDERS, 1)
    assert head.sample.to_dicts()[0]["Total"] == "9.50"


def test_a_renamed_column_lowers_the_confidence_and_breaks_nothing(table):
    identified = identify(table("Order Id,Opened,Waiter,Table,Total\n1,4/18/25,Wei,7,9.50\n"), SOURCES)
    assert identified.source is TILL
    assert 0.7 < identified.confidence < 0.9
    assert identified.reasons == ("4 of 5 columns of Till's Orders, and 1 of its own",)


def test_a_table_that_shares_little_is_nobodys(table):
    identified = identify(table("Table,Colour,Height\n1,red,2\n"), SOURCES)
    assert identified.source.name == "spreadsheet"
    assert "closest: 1 of 5 columns of Till's Orders" in identified.reasons[0]
    assert [(head.name, head.entity, head.spec) for head in identified.streams] == [("export", None, None)]


def test_a_person_may_name_the_source(table):
    identified = identify(table("Order Id,Sum\n1,5\n"), SOURCES, ReaderOptions(source="till"))
    assert (identified.source, identified.streams[0].spec) == (TILL, ORDERS)
    assert identified.reasons[0] == "chosen by hand: Till"
    assert identified.confidence < 0.6


def test_a_person_may_say_that_it_is_no_known_source(table):
    identified = identify(
        table(HEADER + "1,4/18/25,Wei,7,9.50\n"), SOURCES, ReaderOptions(source="spreadsheet")
    )
    assert (identified.source.name, identified.streams[0].entity) == ("spreadsheet", None)


def test_the_header_is_found_below_titles_and_can_be_set(table):
    path = table("Daily report\nprinted,2025-05-01\n\n" + HEADER + "1,4/18/25,Wei,7,9.50\n")
    identified = identify(path, SOURCES)
    assert identified.options.header_row == 4
    assert "header in row 4" in " ".join(identified.streams[0].why)
    forced = identify(path, SOURCES, ReaderOptions(header_row=2))
    assert forced.streams[0].columns[:2] == ("printed", "2025-05-01")


def test_what_is_given_is_not_detected(table):
    path = table("a;b,c\n1;2,3\n")
    identified = identify(
        path, SOURCES, ReaderOptions(delimiter=";", encoding="latin-1", header_row=1, date_order="dmy")
    )
    assert identified.streams[0].columns == ("a", "b,c")
    assert identified.options == ReaderOptions("latin-1", ";", 1, "dmy", "spreadsheet")


def test_an_encoding_that_does_not_fit_is_refused_with_its_bytes(table):
    path = table("Id,Name\n1,Crème\n", encoding="cp1252")
    with pytest.raises(InvalidInputError, match="is not utf-8 text") as caught:
        identify(path, SOURCES, ReaderOptions(encoding="utf-8"))
    assert "cp1252" in caught.value.hint


@pytest.mark.parametrize(
    ("days", "order", "why"),
    [
        (["04/18/25", "04/02/25"], "mdy", "Opened: month first, row 2 has '04/18/…'"),
        (["04/05/2025", "18/05/2025"], "dmy", "Opened: day first, row 3 has '18/05/…'"),
        (["4.5.2025 10:30", "31.5.2025 9:00"], "dmy", "Opened: day first, row 3"),
        (["2025-04-05", "2025-04-18"], "ymd", "Opened: year first, row 2"),
        (["04/05/25", "05/04/25"], None, "cannot be told apart"),
        (["18/04/25", "04/18/25"], None, "rows 2 and 3 contradict each other"),
        (["1-2", "12"], None, ""),
    ],
)
def test_the_order_of_a_date_is_decided_by_its_values(table, days, order, why):
    path = table(HEADER + "".join(f"{n},{day},Wei,7,9.50\n" for n, day in enumerate(days)))
    (head,) = identify(path, SOURCES).streams
    assert head.date_order == order
    assert why in " | ".join(head.why)


def test_columns_that_disagree_leave_the_order_open_and_a_person_decides(table):
    text = "Born,Hired\n18/04/1990,04/18/2020\n"
    (head,) = identify(table(text), SOURCES).streams
    assert head.date_order is None
    assert head.why[-1].startswith("the columns disagree")
    assert identify(table(text), SOURCES, ReaderOptions(date_order="dmy")).streams[0].date_order == "dmy"


def document(folder: Path, content: object) -> Path:
    path = folder / "export.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


GUEST = {"id": 1, "given": "Ana", "family": "Ruiz", "mail": "a@example.com", "zone": "America/Denver"}


def test_a_document_is_recognised_by_its_fields(tmp_path):
    identified = identify(
        document(tmp_path, {"till_version": 3, "guests": [GUEST], "currency": "USD"}), SOURCES
    )
    assert identified.source is TILL
    assert identified.confidence > 0.8
    assert "5 of 5 fields in guests" in identified.reasons[0]
    assert (identified.zone, identified.currency) == ("America/Denver", "USD")
    assert [head.name for head in identified.streams] == ["guests", "document"]


def test_a_document_with_the_same_names_but_other_fields_is_nobodys(tmp_path):
    identified = identify(
        document(tmp_path, {"guests": [{"id": 1, "room": 7, "nights": 2, "arrival": "x"}]}), SOURCES
    )
    assert identified.source.name == "spreadsheet"
    assert [head.entity for head in identified.streams] == [None]


def test_the_zone_is_left_open_where_the_file_names_several(tmp_path):
    guests = [GUEST, GUEST | {"zone": "America/New_York"}]
    assert identify(document(tmp_path, {"guests": guests, "till_version": 3}), SOURCES).zone is None


def test_a_source_alone_recognises_only_its_own_document():
    identified = identify(SAMPLES / "toast/toast_sample.json", SOURCES)
    assert identified.source.name == "spreadsheet"
    assert {"menus", "menus.groups", "menus.groups.items"} <= {head.name for head in identified.streams}


def test_a_table_with_only_a_header_has_no_rows(table):
    path = table(HEADER)
    identified = identify(path, SOURCES)
    assert (identified.source, identified.streams[0].rows, identified.streams[0].sample.height) == (
        TILL,
        0,
        0,
    )
    assert list(read(path, identified)) == []


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (ReaderOptions(delimiter=";;"), "delimiter"),
        (ReaderOptions(delimiter='"'), "delimiter"),
        (ReaderOptions(encoding="klingon"), "encoding"),
        (ReaderOptions(encoding="base64"), "encoding"),
        (ReaderOptions(header_row=-1), "header_row"),
        (ReaderOptions(date_order="ydm"), "date_order"),
        (ReaderOptions(source="abacus"), "source"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(table, options, field):
    with pytest.raises(InvalidInputError) as caught:
        identify(table(HEADER), SOURCES, options)
    assert caught.value.facts["field"] == field
    assert caught.value.hint


def test_a_header_row_behind_the_end_is_refused(table):
    with pytest.raises(InvalidInputError, match="no row 9"):
        identify(table(HEADER), SOURCES, ReaderOptions(header_row=9))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NotFoundError, match=r"gone\.csv"):
        identify(tmp_path / "gone.csv", SOURCES)


def test_a_file_that_changed_after_it_was_recognised_is_refused(tmp_path):
    path = document(tmp_path, {"till_version": 3, "guests": [GUEST]})
    identified = identify(path, SOURCES)
    document(tmp_path, {"till_version": 3, "guests": [GUEST | {"new": 1}]})
    with pytest.raises(InvalidInputError, match="did not have before: new"):
        list(read(path, identified))
