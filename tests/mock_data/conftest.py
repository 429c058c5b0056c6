"""The exports of the demo tenants, written once a module."""

from __future__ import annotations

import pytest

from mock_data.clover.generate import write_pacific
from mock_data.oneclass.generate import write_oneclass
from mock_data.square.generate import write_coffee_corner
from mock_data.toast.generate import write_bella
from tests.mock_data.exports import UNTIL


@pytest.fixture(scope="module")
def bella(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bella")
    write_bella(folder, until=UNTIL)
    return folder


@pytest.fixture(scope="module")
def coffee(tmp_path_factory):
    folder = tmp_path_factory.mktemp("coffee")
    write_coffee_corner(folder, until=UNTIL)
    return folder


@pytest.fixture(scope="module")
def pacific(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pacific")
    write_pacific(folder, until=UNTIL)
    return folder


@pytest.fixture(scope="module")
def oneclass(tmp_path_factory):
    folder = tmp_path_factory.mktemp("oneclass")
    write_oneclass(folder, until=UNTIL)
    return folder
