"""Writes the sample of Zettle: the product library and purchases as one document."""

from __future__ import annotations

from pathlib import Path

from mock_data.writing import Json, write_json

_LIBRARY = (
    ("Fish Soup", "Kitchen", ((None, 1150),)),
    ("Shrimp Sandwich", "Kitchen", (("Half", 750), ("Whole", 1290))),
    ("Elderflower Soda", "Drinks", ((None, 400),)),
)
_SALES = (
    (1001, ((0, 0, 1), (2, 0, 2)), "IZETTLE_CARD", 200),
    (1002, ((1, 1, 1),), "IZETTLE_CASH", None),
    (1003, ((2, 0, -1),), "IZETTLE_CARD", None),
)


def _uuid(kind: int, number: int) -> str:
    return f"{kind:08x}-cafe-11ee-8000-{number:012d}"


def write_zettle(folder: Path) -> list[Path]:
    """Write the sample: two sales, one with a tip, and a refund; the same bytes each time."""
    document = {"products": _products(), "purchases": [_purchase(*sale) for sale in _SALES]}
    return [write_json(folder / "library_and_purchases.json", document, indent=True)]


def _products() -> list[Json]:
    return [
        {
            "uuid": _uuid(1, number), "name": name, "description": None, "externalReference": None,
            "category": {"uuid": _uuid(3, 1 + (category == "Drinks")), "name": category},
            "presentation": {"imageUrl": None, "backgroundColor": "#ffffff", "textColor": "#000000"},
            "variants": [
                {
                    "uuid": _uuid(2, number * 10 + index), "name": size, "description": None,
                    "sku": f"ZE-{number}{index}", "barcode": None, "price": {"amount": cents, "currencyId": "USD"},
                    "costPrice": {"amount": cents // 4, "currencyId": "USD"}, "vatPercentage": "8",
                    "options": [{"name": "Size", "value": size}] if size else [],
                }
                for index, (size, cents) in enumerate(sizes)
            ],
            "vatPercentage": "8", "updatedAt": "2025-02-01T08:00:00.000+0000", "createdAt": "2024-11-01T08:00:00.000+0000",
        }
        for number, (name, category, sizes) in enumerate(_LIBRARY)
    ]  # fmt: skip


def _purchase(number: int, sold: tuple[tuple[int, int, int], ...], tender: str, tip: int | None) -> Json:
    lines = [
        {
            "quantity": str(quantity), "productUuid": _uuid(1, item), "variantUuid": _uuid(2, item * 10 + size),
            "vatPercentage": 8, "unitPrice": _LIBRARY[item][2][size][1], "name": _LIBRARY[item][0],
            "rowTaxableAmount": round(_LIBRARY[item][2][size][1] * quantity / 1.08),
            "variantName": _LIBRARY[item][2][size][0], "id": str(index), "type": "PRODUCT", "libraryProduct": True,
        }
        for index, (item, size, quantity) in enumerate(sold)
    ]  # fmt: skip
    total = sum(_LIBRARY[item][2][size][1] * quantity for item, size, quantity in sold)
    moment = f"2025-03-02T1{number % 10}:20:00.000+0000"
    card = {"maskedPan": "541234******0042", "cardType": "MASTERCARD"} if tender == "IZETTLE_CARD" else {}
    return {
        "source": "POS", "purchaseUUID": f"Zq{number}", "purchaseUUID1": _uuid(4, number), "amount": total,
        "vatAmount": round(total * 8 / 108), "country": "US", "currency": "USD", "timestamp": moment, "purchaseNumber": number,
        "globalPurchaseNumber": number, "userDisplayName": "Ines Byrne", "userId": 71001, "organizationId": 71000,
        "products": lines, "discounts": [],
        "payments": [
            {
                "uuid": _uuid(5, number), "amount": total + (tip or 0), "type": tender, "createdAt": moment,
                "gratuityAmount": tip, "attributes": card,
            }
        ],
        "receiptCopyAllowed": True, "created": moment, "refunded": False, "refund": total < 0,
    }  # fmt: skip
