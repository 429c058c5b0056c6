"""The sources we know, each a declaration in a file of its own."""

from __future__ import annotations

from adapters.canvas import CANVAS
from adapters.clever import CLEVER
from adapters.clover import CLOVER
from adapters.lightspeed.r_series import LIGHTSPEED_R
from adapters.lightspeed.x_series import LIGHTSPEED_X
from adapters.loyverse import LOYVERSE
from adapters.oneroster import ONEROSTER
from adapters.shopify import SHOPIFY
from adapters.spreadsheet import SPREADSHEET
from adapters.square import SQUARE
from adapters.toast import TOAST
from adapters.woocommerce import WOOCOMMERCE
from adapters.zettle import ZETTLE
from core.engine.sources.contract import Source

SOURCES: dict[str, Source] = {
    "toast": TOAST,
    "square": SQUARE,
    "clover": CLOVER,
    "lightspeed_x": LIGHTSPEED_X,
    "lightspeed_r": LIGHTSPEED_R,
    "loyverse": LOYVERSE,
    "zettle": ZETTLE,
    "shopify": SHOPIFY,
    "woocommerce": WOOCOMMERCE,
    "oneroster": ONEROSTER,
    "clever": CLEVER,
    "canvas": CANVAS,
    "spreadsheet": SPREADSHEET,
}
