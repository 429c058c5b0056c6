"""Rows that belong together: items with variants, orders with lines, blank cells under a group."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import FAULT, ROW
from core.engine.sources.read import ReaderOptions, identify, read
from core.engine.sources.reshape.decide import shapes_of

WORDS = st.text("abcdefgh", min_size=1, max_size=6)


def streams_of(tmp_path, text, options=None, domain="restaurant"):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    identified = identify(path, [], options, domain=domain)
    frames = {}
    for name, frame in read(path, identified, chunk_rows=2):
        frames.setdefault(name, []).append(frame)
    rows = {name: pl.concat(parts, how="diagonal").to_dicts() for name, parts in frames.items()}
    return {info.name: info for info in identified.streams}, rows


def picked(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


SHOP = (
    "Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src\n"
    "tea,Black Tea,Acme,Size,Small,T-S,3.00,a.jpg\n"
    "tea,,,,Large,T-L,4.00,\n"
    "tea,,,,,,,b.jpg\n"
    "mug,Mug,Pots,Title,Default Title,M-1,9.00,\n"
)


def test_variants_in_the_rows_of_a_handle_have_their_own_price_and_the_item_is_there_once(tmp_path):
    infos, rows = streams_of(tmp_path, SHOP)
    assert picked(rows["table"], ROW, "Handle", "Title") == [(2, "tea", "Black Tea"), (5, "mug", "Mug")]
    assert picked(rows["table · variants"], ROW, "Handle", "Variant name", "Variant Price") == [
        (2, "tea", "Small", "3.00"),
        (3, "tea", "Large", "4.00"),
        (5, "mug", "Default Title", "9.00"),
    ]
    assert picked(rows["table · further rows"], ROW, "Image Src") == [(4, "b.jpg")]
    assert "Title" not in infos["table · variants"].columns
    assert "Variant Price" not in infos["table"].columns


def test_an_item_without_options_keeps_its_own_price(tmp_path):
    text = (
        "Handle,Name,Category,Option 1 value,Price\n"
        "coffee,Coffee,Drinks,Small,3.00\ncoffee,,,Large,3.80\ncola,Cola,Drinks,,1.40\n"
    )
    _, rows = streams_of(tmp_path, text)
    assert picked(rows["table"], "Name", "Price") == [("Coffee", None), ("Cola", "1.40")]
    assert picked(rows["table · variants"], "Variant name", "Price") == [("Small", "3.00"), ("Large", "3.80")]


def test_variations_name_their_parent_by_id_or_by_sku(tmp_path):
    text = (
        "ID,Type,SKU,Name,Sale price,Regular price,Parent,Attribute 1 value(s)\n"
        '1,variable,P,Pizza,,,,"Small, Large"\n2,variation,P-S,Pizza - Small,8.00,9.00,id:1,Small\n'
        "3,variation,P-L,Pizza - Large,,13.00,P,Large\n4,simple,S,Soda,,2.50,,\n"
    )
    infos, rows = streams_of(tmp_path, text)
    assert picked(rows["table"], "ID", "Regular price") == [("1", None), ("4", "2.50")]
    assert picked(rows["table · variants"], "ID", "Parent", "Variant name") == [
        ("2", "1", "Small"),
        ("3", "1", "Large"),
    ]
    readings = infos["table · variants"].shape.readings
    assert readings["Regular price"].target == "item_variant.price"
    assert readings["Sale price"].target is None


def test_a_price_that_is_a_word_is_an_open_price_and_no_amount(tmp_path):
    infos, rows = streams_of(tmp_path, "Item,Sold by weight,Price\nSoup,N,4.50\nTip,N,variable\nHam,Y,2.00\n")
    assert picked(rows["table"], "Price", "Pricing") == [("4.50", None), (None, "open"), ("2.00", "per_unit")]
    assert infos["table"].shape.readings["Pricing"].target == "menu_item.pricing_strategy"


def test_an_order_is_there_once_and_each_row_is_a_line(tmp_path):
    text = (
        "Name,Email,Total,Currency,Paid at,Lineitem quantity,Lineitem name,Lineitem discount\n"
        "#1,a@example.com,30.00,USD,2025-01-01,1,Tea,5.00\n#1,a@example.com,,,,2,Mug,\n#2,,8.00,USD,2025-01-02,1,Tea,\n"
    )
    infos, rows = streams_of(tmp_path, text)
    assert picked(rows["table"], ROW, "Name", "Total") == [(2, "#1", "30.00"), (4, "#2", "8.00")]
    assert picked(rows["table · lines"], ROW, "Line key", "Lineitem name", "Lineitem discount") == [
        (2, "#1 | 1", "Tea", "5.00"),
        (3, "#1 | 2", "Mug", None),
        (4, "#2 | 1", "Tea", None),
    ]
    assert infos["table · lines"].shape.readings["Name"].target == "order_line.order_id"


@pytest.mark.parametrize(
    "text",
    [
        "Category,Item,Description\nPizza,Margherita,classic\nPizza,Diavola,\nWine,Red,\n",
        "Item,Category,Price\nSoup,Starters,4\nTea,,2\nCola,,3\n",
        "Item,Size,Price\nCola,0.3 l,3\nTea,0.2 l,2\n",
        "Order ID,Customer,Total\n1,Ann,3\n2,,4\n3,Bo,5\n",
    ],
)
def test_a_blank_that_means_nothing_stays_blank(tmp_path, text):
    _, rows = streams_of(tmp_path, text)
    lines = [[cell or None for cell in line.split(",")] for line in text.splitlines()[1:]]
    assert [[value for name, value in row.items() if name != ROW] for row in rows["table"]] == lines


def test_a_later_row_that_contradicts_its_group_is_broken(tmp_path):
    head = "Handle,Title,Vendor,Option1 Value,Variant Price\n"
    rows = [f"h{place},Title {place},V,S,1.00\nh{place},,,L,2.00\n" for place in range(10)]
    table = pl.DataFrame(
        {name: [] for name in head.strip().split(",")},
        schema_overrides=dict.fromkeys(head.strip().split(","), pl.String),
    )
    path = tmp_path / "table.csv"
    path.write_text(head + "".join(rows), encoding="utf-8")
    info = identify(path, [], domain="restaurant").streams[1]
    odd = pl.DataFrame(
        {
            ROW: [2, 3],
            "Handle": ["x", "x"],
            "Title": ["A", "B"],
            "Vendor": ["V", None],
            "Option1 Value": ["S", "L"],
            "Variant Price": ["1", "2"],
        }
    )
    (frame,) = info.shape.convert(iter([odd]))
    assert frame[FAULT].to_list() == [None, "Title is not that of the first row of its Handle"]
    assert table.is_empty()


@st.composite
def menus(draw):
    """Build a long menu: categories, their items, sizes and prices of each, all names distinct."""
    names = draw(st.lists(WORDS, min_size=4, max_size=24, unique=True))
    sizes = ["Small", "Medium", "Large"]
    rows = []
    for place, name in enumerate(names):
        count = draw(st.integers(1, 3))
        prices = draw(st.lists(st.integers(100, 9_999), min_size=count, max_size=count))
        rows += [
            (f"Category {place // 3}", f"Item {name}", size, f"{cents / 100:.2f}")
            for size, cents in zip(sizes, prices, strict=False)
        ]
    return rows


@given(menu=menus(), hidden=st.sampled_from(["", "Category", "Category and Item"]))
def test_a_menu_grouped_with_blanks_is_read_as_the_long_one(menu, hidden):
    columns = ("Category", "Item", "Size", "Price")
    above = [(None, None), *((category, item) for category, item, _, _ in menu)]
    rows = [
        [
            None if "Category" in hidden and category == last[0] else category,
            None if "Item" in hidden and item == last[1] else item,
            size,
            price,
        ]
        for (category, item, size, price), last in zip(menu, above, strict=False)
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row").with_row_index(ROW, 2)
    frame = frame.with_columns(pl.col(ROW).cast(pl.Int64))
    shapes = shapes_of(columns, frame, "restaurant")
    if (
        len(shapes) == 1
    ):  # too few blanks to tell, or no item has several sizes: nothing is filled, or all of it
        (shape,) = shapes
        (read_frame,) = shape.convert(iter([frame]))
        assert read_frame.select(columns).rows() in ([tuple(row) for row in rows], menu)
        return
    items, variants = (pl.concat(shape.convert(iter([frame]))) for shape in shapes)
    category = dict(items.select("Item", "Category").iter_rows())
    items_read = [
        (category[row["Item"]], row["Item"], row["Variant name"], row["Price"]) for row in variants.to_dicts()
    ]
    assert items_read == menu
    assert items["Item"].is_unique().all()


def test_the_table_is_read_as_it_stands_where_the_option_says_so(tmp_path):
    infos, rows = streams_of(tmp_path, SHOP, ReaderOptions(reshape=False))
    assert [*infos] == ["table"]
    assert len(rows["table"]) == 4


def test_a_german_menu_with_blanks_under_groups_and_items_is_read_as_items_and_variants(tmp_path):
    text = (
        "Warengruppe;Artikel;Größe;Preis\nBier;Pils;0,3 l;3,20\n;;0,5 l;4,80\n;Weizen;0,5 l;4,90\n"
        "Wein;Riesling;0,1 l;4,50\n;;0,2 l;8,50\n"
    )
    _, rows = streams_of(tmp_path, text)
    assert picked(rows["table"], "Warengruppe", "Artikel") == [
        ("Bier", "Pils"),
        ("Bier", "Weizen"),
        ("Wein", "Riesling"),
    ]
    assert picked(rows["table · variants"], "Artikel", "Variant name", "Preis")[1] == (
        "Pils",
        "0,5 l",
        "4,80",
    )


def test_few_blank_cells_under_a_group_are_asked_about(tmp_path):
    text = "Category,Item,Price\nSoups,Bisque,4.00\nMains,Stew,9.00\nDesserts,Pie,5.00\n,Tart,5.50\n"
    infos, rows = streams_of(tmp_path, text)
    assert picked(rows["table"], "Category")[-1] == (None,)
    assert "value above" in infos["table"].shape.readings["Category"].question


def test_one_waiter_named_once_has_the_orders_below(tmp_path):
    text = "Server,Order No,Total\nKim,1,4.00\n,2,9.00\nLee,3,5.00\n,4,5.50\n"
    _, rows = streams_of(tmp_path, text)
    assert picked(rows["table"], "Server") == [("Kim",), ("Kim",), ("Lee",), ("Lee",)]
