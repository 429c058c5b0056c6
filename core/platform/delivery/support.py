"""Read data/support.yaml: whom customers of a line of business turn to, as messages, Settings and "Your order" show it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from core.settings import ROOT

SUPPORT = ROOT / "data" / "support.yaml"


class Support(BaseModel):
    """The contact block of a line of business; '' for a channel it does not have. `staff_channel` is no customer's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: str = ""
    phone: str = ""
    documentation: str = ""
    status_page: str = ""
    staff_channel: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not (self.email or self.phone):
            raise ValueError("there is neither an e-mail address nor a phone number")
        if any(address and not address.startswith("https://") for address in self.addresses.values()):
            raise ValueError("an address does not begin with https://")
        return self

    @property
    def addresses(self) -> dict[str, str]:
        """Return label -> address of the pages that it has."""
        pages = {"Documentation": self.documentation, "Status page": self.status_page}
        return {label: address for label, address in pages.items() if address}

    @property
    def contact(self) -> str:
        """'support@oneclass.ac.zw or +263 4 123 4567'."""
        return " or ".join(channel for channel in (self.email, self.phone) if channel)

    def rows(self, *, for_staff: bool = False) -> list[tuple[str, str]]:
        """List label and value of each channel; the staff's own only `for_staff`."""
        channels = [("E-mail", self.email), ("Phone", self.phone), *self.addresses.items()]
        if for_staff:
            channels.append(("Staff channel", self.staff_channel))
        return [(label, value) for label, value in channels if value]


@cache
def _declared() -> Mapping[str, Support]:
    with SUPPORT.open(encoding="utf-8") as file:
        return TypeAdapter(dict[str, Support]).validate_python(yaml.safe_load(file))


def support_of(domain: str) -> Support:
    """Return the contact block of a line of business, that of the first one where it has none."""
    blocks = _declared()
    return blocks.get(domain) or next(iter(blocks.values()))
