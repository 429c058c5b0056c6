"""Whatever the facts are, advice and risks come of them whole: no state of a migration is beyond the coach's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core.agents.coach.deeds import DEEDS
from core.agents.coach.facts import Pile, Review, RunFact, StreamFact, ValidationFact
from core.agents.coach.risks import risks
from core.agents.coach.steps import STEPS
from core.engine.mapping.bands import BANDS
from core.engine.plan import Conflict
from core.engine.runs.rules import STATES
from core.platform.ai.views import DEGRADED, LIMIT, OFF, READY, Status
from core.platform.costs.views import Forecast
from core.schema import target_schema

COUNT = st.integers(0, 3_000_000)
PILE = st.builds(Pile, COUNT, st.text("abcdef0123456789", min_size=4, max_size=4))
MOMENT = st.integers(0, 10**7).map(lambda seconds: datetime.fromtimestamp(1.7e9 + seconds, UTC))
RUN = st.builds(RunFact, st.uuids().map(str), st.sampled_from(sorted(STATES)), MOMENT, COUNT)
SCREENS = {
    "",
    "connect",
    "preview",
    "mapping",
    "rules",
    "validation",
    "dry_run",
    "runs",
    "parallel_run",
    "operations",
}


@dataclass
class AnyFacts:
    """Stands where Facts stands, without a database."""

    domain: str
    sources: tuple
    streams: tuple
    review: Review
    fed: frozenset
    contested: int
    unit_open: int
    askable: int
    awaiting_second: int
    ai: Status
    conflicts: dict
    validation: ValidationFact | None
    is_validated: bool
    runs: dict
    has_worker: bool
    left: int | None
    there: bool

    @property
    def rows(self):
        return sum(stream.rows for stream in self.streams)

    def forecast(self, fields):
        return Forecast(fields, 300 * fields, 0, self.left, self.left)

    def is_there(self, entity):
        return self.there

    def has_written(self, run_id):
        return self.there


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
        st.dictionaries(st.sampled_from(sorted(BANDS)), PILE),
        st.frozensets(st.sampled_from(targets), max_size=12),
        PILE,
        PILE,
        PILE,
        COUNT,
    )
    issues = st.dictionaries(st.sampled_from(["unit_unproved", "duplicate_in_file", "repeated_row"]), COUNT)
    found = st.builds(ValidationFact, st.just("v"), MOMENT, COUNT, st.just({}), issues, st.just([]))
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
            *[COUNT] * 4,
            states.map(lambda state: Status(state, "", None, "", ())),
            st.dictionaries(st.sampled_from(entities), st.sampled_from([one.value for one in Conflict])),
            st.none() | found,
            st.booleans(),
            st.dictionaries(st.sampled_from(["import", "dry_run"]), RUN),
            st.booleans(),
            st.none() | COUNT,
            st.booleans(),
        )
    )


@given(any_facts())
def test_every_step_advises_in_whole_sentences_and_offers_only_deeds_there_are(facts):
    for step, advise in STEPS.items():
        advice = list(advise(facts))
        assert len({one.id for one in advice}) == len(advice)
        for one in advice:
            assert one.id.startswith(f"{step}.{one.code}.")
            assert one.title
            assert one.why.endswith(".")
            assert one.risk.endswith(".")
            assert one.screen in SCREENS
            assert one.offer is None or one.offer.deed in DEEDS


@given(any_facts())
def test_every_risk_has_its_mitigation_and_its_own_words(facts):
    found = risks(facts)
    assert all(one.title and one.mitigation.endswith(".") for one in found)
    assert len({(one.code, one.title) for one in found}) == len(found)


@given(any_facts())
def test_no_run_is_offered_while_one_is_under_way(facts):
    busy = {"queued", "running", "verifying", "rolling_back"}
    if any(run.state in busy for run in facts.runs.values()):
        offered = [one.offer for one in STEPS["live"](facts) if one.offer and one.offer.deed == "start"]
        assert not offered
