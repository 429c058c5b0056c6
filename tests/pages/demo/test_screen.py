"""The screen Demo: its stories, its script, what is switched off, and the times of the last demos."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from streamlit.testing.v1 import AppTest

from core.engine.sources.actions import create_migration
from core.entry import demo
from core.entry.demo_rehearsal import record_rehearsal
from core.entry.tenants import add_member, create_person, create_tenant
from core.errors import NotAllowedError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.demo_outages import AI, NETWORK, outages
from pages.demo import screen, state
from pages.demo.steps import STEPS
from pages.demo.stories import STORIES
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen
from tests.pages.test_menu import texts


@dataclass(frozen=True)
class Stage:
    """Who gives the demo, the slug of its only story here, and the story's migrations by name."""

    presenter: Staff
    slug: str
    migrations: dict[str, str]

    def broken(self) -> set[str]:
        with enter(self.presenter.person, self.slug) as context:
            return set(outages(context.session))


def _press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


@pytest.fixture
def stage(database, monkeypatch: pytest.MonkeyPatch) -> Stage:
    presenter, slug = add_staff("sales", is_demo=True), f"story-{new_id()}"
    owner = create_person(f"o{new_id()[-12:]}", "Owner", is_demo=True)
    tenant = create_tenant(owner, slug, "Story", is_demo=True)
    add_member(tenant, presenter.person, "sales")
    with enter(owner, slug) as context:
        migrations = {name: create_migration(context, name).id for name in (demo.OPEN, demo.FINISHED)}
    monkeypatch.setattr(demo, "TENANTS", {slug: replace(demo.BELLA, slug=slug)})
    monkeypatch.setattr(demo, "OPERATOR", presenter.operator)
    monkeypatch.setattr(screen, "STORIES", (replace(STORIES[0], slug=slug),))
    monkeypatch.setattr(state, "TENANT_OF_THE_SCRIPT", slug)
    monkeypatch.setattr(state, "OPERATOR_OF_THE_DEMO", presenter.operator)
    return Stage(presenter, slug, migrations)


def test_the_screen_shows_stories_script_times_and_the_mark(stage: Stage) -> None:
    app = open_screen(stage.presenter, "demo")
    page = texts(app)
    assert "Story" in page
    assert "5 minutes (the playbook's own steps add to 6)" in page
    assert "Demo data" in page
    for step in STEPS:
        assert all(action in page for action in step.actions)
        assert step.talk in page
    assert ":violet-badge[Fictional quote]" in page
    assert {f"demo_step_{number}" for number in range(1, 6)} <= {button.key for button in app.button}
    assert "imports this story again" in page


def test_a_story_opens_in_its_customer_on_its_migration(stage: Stage) -> None:
    app = _press(open_screen(stage.presenter, "demo"), f"demo_open_{stage.slug}_mapping")
    assert not app.exception
    assert app.session_state["tenant"] == stage.slug
    assert app.session_state["migration"] == stage.migrations[demo.OPEN]
    assert app.title[0].value == "Mapping"


def test_a_part_is_switched_off_and_on_and_every_screen_says_so(stage: Stage) -> None:
    app = open_screen(stage.presenter, "demo")
    app.pills(key="demo_broken").set_value([AI, NETWORK]).run()
    assert stage.broken() == {AI, NETWORK}
    assert "AI is switched off for this demo." in texts(app)
    assert "wait in the outbox" in texts(app)
    app = _press(app, f"demo_open_{stage.slug}_mapping")
    assert "AI is switched off for this demo." in texts(app)
    app = open_screen(stage.presenter, "demo")
    app.pills(key="demo_broken").set_value([]).run()
    assert stage.broken() == set()


def test_a_demo_given_to_its_end_is_a_rehearsal_with_its_times(stage: Stage) -> None:
    app = _press(open_screen(stage.presenter, "demo"), "demo_start")
    for _ in STEPS[1:]:
        app = _press(app, "demo_next")
    app = _press(app, "demo_end")
    assert not app.exception
    assert app.title[0].value == "Demo"
    [times] = [frame.value for frame in app.dataframe if "Smart mapping" in frame.value.columns]
    assert times["Ended"][0] == "Plan"
    assert len(times) == 2
    assert times["Smart mapping"][0] == "1:30"


def test_the_bar_names_one_click_after_the_other(stage: Stage) -> None:
    app = _press(open_screen(stage.presenter, "demo"), "demo_start")
    app = _press(app, "demo_next")
    first, second = STEPS[1].actions
    assert f":material/ads_click: **{first}**" in texts(app)
    assert app.button(key="demo_next").label == "Next section"
    app = _press(app, "demo_click")
    assert f":material/ads_click: **{second}**" in texts(app)
    assert "**Step 0:0" in texts(app)
    assert "of 1:30**" in texts(app)
    assert "demo_click" not in {button.key for button in app.button}


def test_a_demo_begins_on_the_result_that_its_first_step_points_at(stage: Stage) -> None:
    app = _press(open_screen(stage.presenter, "demo"), "demo_start")
    assert app.title[0].value == "Reconciliation"
    assert app.session_state["tenant"] == stage.slug


def test_today_hides_the_sales_desk_while_a_demo_is_given(stage: Stage) -> None:
    def has_sales(app: AppTest) -> bool:
        return any(element.value.startswith("Sales ") for element in app.header)

    app = open_screen(stage.presenter, "today")
    assert has_sales(app)
    app = _press(app, "demo_start")
    app.session_state["frame_going"] = ("today", {})
    app = app.run()
    assert app.title[0].value == "Today"
    assert not has_sales(app)
    app = _press(app, "demo_end")
    app.session_state["frame_going"] = ("today", {})
    assert has_sales(app.run())


def test_a_demo_ended_early_leads_back_to_its_screen_with_its_times(stage: Stage) -> None:
    app = _press(_press(open_screen(stage.presenter, "demo"), "demo_start"), "demo_next")
    app = _press(app, "demo_end")
    assert app.title[0].value == "Demo"
    assert "Ended on step 2 of 5, not kept: Hook 0:0" in texts(app)


@pytest.mark.parametrize("role", ["specialist", "partner"])
def test_who_does_not_sell_has_no_screen_demo_and_resets_no_sales(stage: Stage, role: str) -> None:
    person = add_staff(role, is_demo=True)
    with enter(person.person, person.operator) as context:
        assert not context.may("demo.reset")
        assert context.may("demo.reset_story")
        with pytest.raises(NotAllowedError):
            record_rehearsal(context, {"Hook": 31})
    app = open_screen(person, "demo")
    assert not {key for button in app.button if (key := button.key or "").startswith("demo_")}


def test_rehearsals_are_the_person_s(stage: Stage) -> None:
    with enter(stage.presenter.person, stage.presenter.operator) as context:
        record_rehearsal(context, {"Hook": 31})
    app = open_screen(add_staff("sales", is_demo=True), "demo")
    assert not [frame for frame in app.dataframe if "Hook" in frame.value.columns]


def test_the_operator_of_an_installation_has_no_demo_to_give(
    database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "TENANTS", {})
    app = open_screen(add_staff("sales", is_demo=True), "demo")
    assert "No demo here" in texts(app)
    assert "demo_reset_all" not in {button.key for button in app.button}
