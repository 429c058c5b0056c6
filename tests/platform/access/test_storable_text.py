"""Text that the database cannot keep is refused with its reason, whatever action or view it is given to."""

from __future__ import annotations

import pytest

from core.engine.sources import views
from core.engine.sources.actions import create_migration
from core.engine.validation.views import issues, latest
from core.errors import InvalidInputError

UNSTORABLE = pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])


@UNSTORABLE
def test_an_action_refuses_text_that_cannot_be_stored(alice, text):
    with pytest.raises(InvalidInputError, match="The text has"):
        create_migration(alice, text)
    assert views.migrations(alice) == []


@UNSTORABLE
def test_a_view_refuses_text_that_cannot_be_searched_for(alice, validated_toast, text):
    validation = latest(alice, validated_toast)
    with pytest.raises(InvalidInputError, match="The text has"):
        issues(alice, validation.id, search=text)
