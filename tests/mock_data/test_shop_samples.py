"""The samples of the shops are what their generators write: whoever changes one changes the other."""

from __future__ import annotations

import pytest

from mock_data.shopify import generate as shopify
from mock_data.woocommerce import generate as woocommerce


@pytest.mark.parametrize("shop", [shopify, woocommerce], ids=["shopify", "woocommerce"])
def test_the_samples_are_those_of_the_generator(shop, tmp_path):
    samples = shop.write_samples(tmp_path)
    assert samples
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    samples_in_folder = {
        path.name: path.read_bytes() for path in shop.FOLDER.iterdir() if path.suffix in {".csv", ".json"}
    }
    assert files == samples_in_folder
