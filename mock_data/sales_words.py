"""Words of the generated sales history: invented companies, answers of discovery, reasons and next steps."""

from __future__ import annotations

from mock_data.writing import listed

RESTAURANTS = listed(
    "Amber Oven Pizzeria|Anchor & Olive|Basil Street Kitchen|Blue Lantern Noodles|Brass Kettle Diner|Canal House Grill|"
    "Cedar Plank Table|Copper Ladle Group|Corner Taqueria Sol|Driftwood Oyster Bar|Elm & Ember|Fennel & Rye|"
    "Fig Tree Bistro|Golden Wok House|Harbor Lane Cafe|Hazel's Pancake House|Juniper Tap Room|Lemon Grove Eatery|"
    "Little Finch Bakery|Maple Row Burgers|Marigold Curry Co|Mill Pond Brewery|Mint & Clove|Night Owl Ramen|"
    "North Pier Fish Fry|Oak Barrel Steaks|Old Depot Barbecue|Orchard Bowl Salads|Paper Crane Sushi|"
    "Pepper Mill Trattoria|Pine Street Deli|Plum Garden Dim Sum|Quarry Road Pub|Red Barn Creamery|River Bend Smokehouse|"
    "Rosemary & Vine|Saffron Yard|Salt Flats Cantina|Silver Spoon Catering|Stone Hearth Bread|Sunny Side Waffles|"
    "Three Rivers Chophouse|Tin Roof Tacos|Tumbleweed Grill|Velvet Bean Coffee|Walnut Creek Tavern|Wild Thyme Bistro"
)
SCHOOLS = listed(
    "Alder Grove Academy|Bright Meadow Montessori|Cedar Hill School|Clearwater Prep|Copper Canyon Charter|"
    "Eastbrook Elementary|Fairhaven Learning Center|Foxglove Primary|Granite Peak High|Harvest Hill School|"
    "Kestrel Valley Academy|Lakeshore Language School|Larkspur Day School|Maple Hollow School|Moonrise Arts School|"
    "Northgate Science Academy|Pinecrest Tutoring|Prairie Wind School|Quiet River School|Ridgeline Middle School|"
    "Silver Birch School|Stonebridge College Prep|Summit View Academy|Thistle Down Kindergarten|Willow Bay School"
)

POS_SYSTEMS = listed(
    "toast|square|clover|shopify|lightspeed_x|Custom POS with an API|CSV export of an old till"
)
SCHOOL_SYSTEMS = listed("canvas|clever|oneroster")
SYSTEM_NAMES = {
    "toast": "Toast",
    "square": "Square",
    "clover": "Clover",
    "shopify": "Shopify",
    "lightspeed_x": "Lightspeed Retail (X-Series)",
    "canvas": "Canvas",
    "clever": "Clever",
    "oneroster": "OneRoster",
}

LOST_REASONS = listed(
    "Stayed with the current system|Chose a consultant|No budget this year|Company was sold|No decision, no answer"
)
DECLINE_REASONS = listed(
    "Too expensive for this year|A consultant they know does it|Postponed by the owner|Stays with the current system"
)
DISCOUNT_REASONS = listed(
    "Signs within the month|Reference customer|Second brand of the group|Non-profit|Pays in full at signing"
)

NEXT_STEPS = {
    "new": listed("Call for discovery|Send the introduction|Find out who decides"),
    "discovery": listed("Ask for a sample export|Finish the discovery questions|Book the demo"),
    "demo": listed("Send the quote|Show the dry run with their file|Send the ROI case"),
    "quoted": listed("Call about the quote|Answer the questions on price|Agree on the go-live date"),
}
NOTES = listed(
    "Owner wants a date before the season begins.|Asked for a reference of the same size.|Sent a sample export.|"
    "Bookkeeper joins the next call.|Worried about gift card balances.|Wants both systems side by side for a month.|"
    "Decides together with a partner.|Asked what happens if it goes wrong; explained the rollback."
)

HOLDING_BACK = listed(
    "Fear of losing the order history|No time to train the staff|The last attempt failed|The contract ends next year"
)
TRIED = listed("No|Once, given up after two weeks|Yes, with a consultant|Started by hand, never finished")
CONCERNS = listed(
    "Losing guests' loyalty points|A closed day|Wrong prices on the menu|Modifiers that do not carry over"
)
SCHOOL_CONCERNS = listed(
    "Losing grades of past terms|Guardians linked to the wrong pupil|Fees that do not add up|Attendance of this term"
)
DEADLINES = listed("Before summer|Within two months|By the end of the quarter|No fixed date")
SEASONS = listed("None|December is closed for changes|Terrace season from May|Graduation weekend")
SCHOOL_SEASONS = listed("Only in the holidays|Before the school year|Not during exams|None")
BUDGETS = listed(
    "Budget is set in January|Fiscal year ends in June|Paid from running costs|Board decides each quarter"
)
