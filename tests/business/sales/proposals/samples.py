"""Content of proposals for tests: a usual one, and the longest that a quote can have."""

from __future__ import annotations

from core.business.sales.proposals.document import (
    CostRow,
    CountRow,
    Fact,
    InputRow,
    Instalment,
    PriceRow,
    Proposal,
    Roi,
)

LONG = "a rather long remark about the move and everything that was said about it " * 6

USUAL = Proposal(
    paper="us-letter",
    is_demo=True,
    seller="AuraConnect",
    product="AuraConnect",
    number="Q-0042 v2",
    date="28 Nov 2026",
    customer="Bella Vista Trattoria Group",
    headline="Move from Toast to AuraConnect: Enterprise package, 50 locations",
    summary=[
        Fact(label="Total", text="$95,000"),
        Fact(label="Saving", text="$595,000"),
        Fact(label="Go-live", text="1 Mar 2027"),
        Fact(label="Valid until", text="28 Dec 2026"),
    ],
    asked=[
        Fact(label="Which POS system are you currently using?", text="Toast"),
        Fact(label="How many locations need migration?", text="50"),
        Fact(label="What's your typical daily transaction volume?", text="12,400"),
        Fact(
            label="What's holding you back from upgrading?",
            text="Years of guests and loyalty points sit in the old system.",
        ),
        Fact(
            label="Have you attempted migration before?",
            text="2024, stopped after two locations lost a weekend of orders.",
        ),
        Fact(label="What's your biggest concern about switching?", text="Losing loyalty balances."),
        Fact(label="When do you need to complete the migration?", text="Before the terrace season, 1 March."),
        Fact(label="Any seasonal considerations?", text="No change from 10 December to 6 January."),
        Fact(label="Budget cycle timing?", text="January"),
    ],
    found=[
        CountRow(label="Locations", value="50", source="you told us"),
        CountRow(label="Menu items", value="1,284", source="counted in your files"),
        CountRow(label="Modifiers", value="412", source="counted in your files"),
        CountRow(label="Guests", value="84,110", source="counted in your files"),
        CountRow(label="POS types", value="1", source="counted in your files"),
    ],
    fit=[
        "Enterprise is the smallest package that holds this.",
        "What decides: locations, 50 of the 10 that Professional holds.",
    ],
    roi=Roi(
        saving="$595,000",
        percent="85%",
        range="Between $310,000 and $880,000 over the range of the assumptions.",
        break_even="The saving is zero at a price of $13,900 per location.",
        traditional=[
            CostRow(title="Consultants", formula="50 locations × $7,500", amount="$375,000"),
            CostRow(title="Lost business", formula="50 locations × 2 days × $3,000", amount="$300,000"),
            CostRow(title="Training", formula="50 locations × $500", amount="$25,000"),
        ],
        traditional_total="$700,000",
        ours=[
            CostRow(title="Enterprise package", formula="50 locations × $2,000", amount="$100,000"),
            CostRow(title="Lost business", formula="50 locations × 0 days × $3,000", amount="$0"),
            CostRow(title="Training", formula="50 locations × $100", amount="$5,000"),
        ],
        ours_total="$105,000",
        inputs=[
            InputRow(title="Locations", value="50", range="50 to 50", source="Customer"),
            InputRow(
                title="Consultants per location", value="$7,500", range="$5,000 to $15,000", source="Default"
            ),
            InputRow(title="Days closed", value="2", range="1 to 5", source="Default"),
            InputRow(
                title="Sales per day and location",
                value="$3,000",
                range="$2,000 to $4,000",
                source="Customer",
            ),
            InputRow(title="Training per location", value="$500", range="$300 to $800", source="Default"),
            InputRow(title="Days closed with AuraConnect", value="0", range="0 to 0", source="Measured"),
        ],
    ),
    prices=[
        PriceRow(
            text="Enterprise package",
            explanation="50 locations at $2,000.00.",
            quantity="50",
            unit_price="$2,000.00",
            amount="$100,000.00",
        ),
    ],
    reductions=[
        PriceRow(
            text="Discount",
            explanation="5% for signing this year.",
            quantity="",
            unit_price="",
            amount="−$5,000.00",
        ),
    ],
    subtotal="$100,000.00",
    total="$95,000.00",
    plan="Split payment: 50% at signing and 50% at go-live",
    instalments=[
        Instalment(due="At signing", amount="$47,500.00"),
        Instalment(due="At go-live", amount="$47,500.00"),
    ],
    includes=[
        "Advanced AI mapping",
        "Custom AI model training",
        "AI-guided self-service migration",
        "All POS types",
        "Unlimited menu items",
        "Priority support by phone and e-mail",
        "White-glove service",
        "On-site support",
        "Custom import rules",
        "Custom field mapping",
        "Dedicated migration team: lead specialist and reviewers",
        "Service level agreement, 99.9% uptime",
        "Parallel run of both systems, 30 days",
        "Rollback, 90 days from cutover",
    ],
    promises=[
        "Every row of your files is accounted for, with its outcome and reason.",
        "Totals before and after agree to the smallest unit of the currency, or every difference is explained.",
        "Both systems can run in parallel for 30 days.",
        "Your original data is kept, and a rollback is possible, for 90 days from cutover.",
        "The move needs no closed day.",
        "A dedicated migration team, with a lead specialist and reviewers, works on your move.",
        "99.9% uptime by a service level agreement.",
    ],
    dates=[
        Fact(label="Date of the offer", text="28 Nov 2026"),
        Fact(label="Valid until", text="28 Dec 2026"),
        Fact(label="Go-live planned", text="1 Mar 2027"),
    ],
    contact=[
        Fact(label="Name", text="Maria Bella"),
        Fact(label="E-mail", text="maria@example.com"),
        Fact(label="Telephone", text="555-0142"),
    ],
    ours=[Fact(label="Name", text="Sam Seller"), Fact(label="Quote", text="Q-0042 v2")],
)

LONGEST = USUAL.model_copy(
    update={
        "customer": "W" * 300,
        "headline": "Move from a system with a very long name to AuraConnect: " + LONG[:160],
        "asked": [Fact(label=f"Question {number} of discovery", text=LONG) for number in range(30)],
        "found": [
            CountRow(label=f"Measure {number}", value="1,000,000,000", source="counted in your files")
            for number in range(30)
        ],
        "roi": USUAL.roi
        and USUAL.roi.model_copy(
            update={
                "inputs": [
                    InputRow(
                        title=f"Assumption {number} with a long title",
                        value="$1,000,000,000",
                        range="$900,000,000 to $2,000,000,000",
                        source="Measured",
                    )
                    for number in range(40)
                ]
            }
        ),
        "prices": [
            PriceRow(
                text=f"Item {number} {LONG}",
                explanation=LONG,
                quantity="1,000",
                unit_price="$1,000,000.00",
                amount="$1,000,000,000.00",
            )
            for number in range(60)
        ],
        "instalments": [
            Instalment(due=f"{number} months after signing", amount="$1,000,000.00") for number in range(12)
        ],
        "promises": [LONG] * 40,
        "includes": [LONG] * 40,
        "reductions": [*USUAL.reductions] * 3,
        "contact": [
            Fact(label="Name", text="M" * 200),
            Fact(label="E-mail", text="m" * 200 + "@example.com"),
        ],
    }
)
