"""Whatever the facts are, advice and risks come of them whole: no state of a migration is beyond the coach's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core.agents.coach.advice_actions import ADVICE_ACTIONS
from core.agents.coach.facts import FieldGroup, Review, StreamFact, ValidationFact
from core.agents.coach.guidance import advise
from core.agents.coach.risks import risks
from core.agents.coach.steps import STEPS
from core.engine.mapping.bands import BANDS
from core.engine.plan import Conflict
from core.engine.progress.facts import CURRENT
from core.engine.progress.rules import journey
from core.engine.progress.start import start_button
from core.platform.access.rules import ROLES
from core.platform.ai.views import DEGRADED, LIMIT, OFF, READY, Status
from core.platform.costs.views import Forecast
from core.schema import target_schema
from tests.engine.progress.test_journey import any_facts as progress_facts

COUNT = st.integers(0, 3_000_000)
FIELD_GROUP = st.builds(FieldGroup, COUNT, st.text("abcdef0123456789", min_size=4, max_size=4))
MOMENT = st.integers(0, 10**7).map(lambda seconds: datetime.fromtimestamp(1.7e9 + seconds, UTC))
SCREENS = {
    "",
    "connect",
    "preview",
    "mapping",
    "rules",
    "validation",
    "dry_run",
    "runs",
    "reconciliation",
    "operations",
}


@dataclass
class AnyFacts:
    """Stands where Facts stands, without a database."""

    domain: str
    sources: tuple
    streams: tuple
    review: Review
    streams_in_use: frozenset
    contested: int
    unit_open: int
    askable: int
    ai: Status
    conflicts: dict
    validation: ValidationFact | None
    tokens_left: int | None
    has_any: bool
    progress: object
    permissions: frozenset

    @property
    def journey(self):
        return journey(self.progress, self.permissions)

    @property
    def awaiting_second(self):
        return self.progress.second

    @property
    def is_validated(self):
        return self.progress.validation == CURRENT

    @property
    def imports_now(self):
        run = self.progress.imported
        return run is not None and run.state not in {"draft", "cancelled", "rolled_back"}

    def may(self, permission):
        return permission in self.permissions

    @property
    def rows(self):
        return sum(stream.rows for stream in self.streams)

    def forecast(self, fields):
        return Forecast(fields, 300 * fields, 0, self.tokens_left, self.tokens_left)

    def has_records(self, entity):
        return self.has_any

    def has_written(self, run_id):
        return self.has_any


@st.composite
def any_facts(draw):
    domain = draw(st.sampled_from(sorted(target_schema().domains)))
    entities = list(target_schema().domain(domain))
    targets = [field.key for field in target_schema().fields(domain)]
    stream = st.builds(
        StreamFact,
        st.uuids().map(str),
        st.sampled_from("abc"),
        st.none() | st.sampled_from(entities),
        COUNT,
        st.integers(0, 300),
        st.sampled_from([None, "mdy", "dmy", "ymd"]),
    )
    review = st.builds(
        Review,
        st.dictionaries(st.sampled_from(sorted(BANDS)), FIELD_GROUP),
        st.frozensets(st.sampled_from(targets), max_size=12),
        FIELD_GROUP,
        FIELD_GROUP,
        FIELD_GROUP,
    )
    issues = st.dictionaries(st.sampled_from(["unit_unproved", "duplicate_in_file", "repeated_row"]), COUNT)
    validations = st.builds(ValidationFact, st.just("v"), MOMENT, COUNT, st.just({}), issues, st.just([]))
    states = st.sampled_from([OFF, READY, DEGRADED, LIMIT])
    return draw(
        st.builds(
            AnyFacts,
            st.just(domain),
            st.lists(
                st.tuples(st.sampled_from(["toast", "square", "spreadsheet"]), st.booleans()), max_size=3
            ).map(tuple),
            st.lists(stream, max_size=5).map(tuple),
            review,
            st.frozensets(st.sampled_from("abc")),
            *[COUNT] * 3,
            states.map(lambda state: Status(state, "", None, "", ())),
            st.dictionaries(
                st.sampled_from(entities), st.sampled_from([conflict.value for conflict in Conflict])
            ),
            st.none() | validations,
            st.none() | COUNT,
            st.booleans(),
            progress_facts(),
            st.sampled_from([*ROLES.values(), frozenset()]),
        )
    )


@given(any_facts())
def test_every_step_advises_in_whole_sentences_and_offers_only_deeds_there_are(facts):
    for step in STEPS:
        advice = list(advise(facts, step))
        assert len({piece.id for piece in advice}) == len(advice)
        for piece in advice:
            assert piece.id.startswith(f"{step}.{piece.code}.")
            assert piece.title
            assert piece.why.endswith(".")
            assert piece.risk.endswith(".")
            assert piece.screen in SCREENS
            assert piece.offer is None or piece.offer.action in ADVICE_ACTIONS


@given(any_facts())
def test_every_risk_has_its_mitigation_and_its_own_words(facts):
    factors = risks(facts)
    assert all(factor.title and factor.mitigation.endswith(".") for factor in factors)
    assert len({(factor.code, factor.title) for factor in factors}) == len(factors)


@given(any_facts())
def test_no_run_is_offered_while_one_is_in_progress(facts):
    busy = {"queued", "running", "verifying", "rolling_back"}
    runs = (facts.progress.dry_run, facts.progress.imported)
    if any(run and run.state in busy for run in runs) and facts.progress.validation == CURRENT:
        advice = [piece for step in STEPS for piece in advise(facts, step)]
        assert not [piece for piece in advice if piece.offer and piece.offer.action == "start"]


@given(any_facts())
def test_the_first_advice_on_every_step_is_the_journey_s_next_action(facts):
    action = facts.journey.action
    for step in STEPS:
        first = next(iter(advise(facts, step)))
        assert (first.title, first.code) == (action.label, action.key)
        if action.enabled:
            assert first.screen == action.screen
            assert first.offer is None or first.offer.label == action.label
        else:
            assert first.why == action.reason
            assert (first.offer, first.screen) == (None, "")


@given(any_facts())
def test_coach_and_start_button_agree_on_starting(facts):
    button = start_button(facts.progress, facts.journey, facts.permissions)
    offers = [
        piece.offer
        for step in STEPS
        for piece in advise(facts, step)
        if piece.offer and piece.offer.arguments.get("kind") == "import"
    ]
    assert bool(offers) == button.primary
    assert all(offer.warns == button.consequences for offer in offers)


@given(any_facts())
def test_nothing_is_offered_that_the_role_may_not_do(facts):
    for piece in (advice for step in STEPS for advice in advise(facts, step)):
        if piece.offer:
            assert ADVICE_ACTIONS[piece.offer.action].permissions <= facts.permissions
