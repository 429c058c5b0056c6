"""The tests' ground: an embedded database of its own, and a cast that every test gets in fresh tenants.

Alice manages a restaurant, Bob is her specialist, Sam sells to both tenants, Mallory manages the other one.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

# Settings are read once per process: the folder must stand before anything of core is imported.
_FOLDER = tempfile.mkdtemp(prefix="aura-tests-")
os.environ["APP_DATA_DIR"] = _FOLDER
os.environ.pop("DATABASE_URL", None)
os.environ["AI_API_KEY"] = ""  # no test asks a model but by the fixture `emulator`
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import delete, text

from core.context import Context
from core.db.session import TenantSession
from core.engine.mapping.tables import ConfidenceOutcome, MappingMemory
from core.entry.ai_emulator.app import Emulator
from core.entry.ai_emulator.running import running
from core.entry.tenants import find_or_create_person
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.tables import Membership, TenantRecord
from core.platform.ai import breaker
from core.settings import settings
from tests import prepared
from tests.importer import Importer
from tests.installations import make_shared_folder
from tests.staff import empty_sales_desks, end_managers, end_memberships

make_shared_folder()
ROOT = Path(__file__).resolve().parent.parent
TOAST_SAMPLE = ROOT / "mock_data" / "toast" / "toast_sample.json"
SQUARE_SAMPLE = ROOT / "mock_data" / "square" / "square_sample.json"

_CAST = {
    "alice": ("bella", "manager"),
    "bob": ("bella", "specialist"),
    "sam": ("bella", "sales"),
    "mallory": ("coffee", "manager"),
}

Join = Callable[[str], Context]

_UNQUEUE = text("delete from dbos.workflow_status where status in ('ENQUEUED', 'DELAYED')")

# How fast the machine is says nothing about what is tested.
hypothesis_settings.register_profile("aura", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("aura")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How often the first start of several processes at once is tried: 20 times in a nightly run."""
    parser.addoption("--rounds", type=int, default=1, help="rounds of the first start (default 1)")
    parser.addoption(
        "--all-revisions", action="store_true", help="upgrade a database of each revision (default: two)"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that last longest, so that no worker is left alone with them at the end.

    The journeys come first and together: a worker stops its consoles before its first other test.
    """
    weights = {"browser": 2, "slow": 1}
    heaviest: dict[Path, int] = {}
    for item in items:
        weight = sum(weights.get(name, 0) for name in {mark.name for mark in item.iter_markers()})
        heaviest[item.path] = max(weight, heaviest.get(item.path, 0))
    items.sort(key=lambda item: -heaviest[item.path])


def pytest_collection_finish() -> None:
    """Go through what was imported never again for garbage, and through the rest less often: a twentieth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def database() -> Iterator[None]:
    """The embedded server, migrated once for all tests."""
    from core.db.base import app_engine
    from core.db.migrate import migrate

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Alembic about its own configuration
        migrate()
    yield
    app_engine().dispose()


@pytest.fixture(scope="module", autouse=True)
def no_managers_of_other_modules(request: pytest.FixtureRequest) -> None:
    """An installation has one operator: its managers and prospects of the module before are not those of this one.

    Nor do the people of the tests reach the customers of earlier modules: a screen of all customers would show thousands.
    """
    if "database" in request.fixturenames:
        request.getfixturevalue("database")
        end_managers()
        empty_sales_desks()
        end_memberships(tenant for state in _states.values() for tenant in state.tenants.values())


@pytest.fixture(scope="session")
def people(database: None) -> dict[str, str]:
    """handle -> person id."""
    return {handle: find_or_create_person(handle, handle.title(), is_demo=True) for handle in _CAST}


@pytest.fixture
def tenants(people: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    """Two tenants: 'bella' (New York) and 'coffee' (Los Angeles) -> tenant id.

    They are customers; under the mark `demo` they are demo tenants. Nobody has used them, or they are in the state
    that the test asks for. What customers share is empty again: no test is taught by another. Nor is anything queued:
    a worker that a test starts would first take up the runs of all tests before it.
    """
    _forget()
    demo = request.node.get_closest_marker("demo") is not None
    state_names = prepared.STATES.keys() & set(request.fixturenames)
    return (
        _state(state_names.pop(), people, demo=demo).tenants
        if state_names
        else _add_tenants(people, demo=demo)
    )


@pytest.fixture(scope="session")
def new_tenants(people: dict[str, str]) -> Callable[[], dict[str, str]]:
    """Makes two tenants as `tenants` does, for what several tests look at and none changes."""

    def make() -> dict[str, str]:
        _forget()
        return _add_tenants(people, demo=False)

    return make


def _forget() -> None:
    with TenantSession("", "") as session:
        session.execute(_UNQUEUE)
        for shared in (MappingMemory, ConfidenceOutcome):
            session.execute(delete(shared))
        session.commit()


_states: dict[tuple[str, bool], prepared.State] = {}


def _state(name: str, people: dict[str, str], *, demo: bool) -> prepared.State:
    """Reach the state, or restore it where it was reached before."""
    if (name, demo) in _states:
        _states[name, demo].restore()
    else:
        tenants = _add_tenants(people, demo=demo)
        with enter(people["alice"], tenants["bella"]) as alice:
            migration = prepared.STATES[name](alice)
        _states[name, demo] = prepared.copied(f"{name}_{demo}".lower(), tenants, migration)
    return _states[name, demo]


def _add_tenants(people: dict[str, str], *, demo: bool) -> dict[str, str]:
    tenant_ids = {}
    for name, zone in (("bella", "America/New_York"), ("coffee", "America/Los_Angeles")):
        tenant = new_id()
        with TenantSession(tenant, "") as session:
            session.add(
                TenantRecord(
                    id=tenant,
                    name=name.title(),
                    slug=f"{name}-{tenant}",
                    domain="restaurant",
                    is_demo=demo,
                    zone=zone,
                    currency="USD",
                    country="US",
                    created_at=clock.now(),
                )
            )
            session.flush()
            members = [
                (handle, role) for handle, (where, role) in _CAST.items() if where == name or handle == "sam"
            ]
            session.add_all(
                Membership(tenant_id=tenant, person_id=people[handle], role=role) for handle, role in members
            )
            session.commit()
        tenant_ids[name] = tenant
    return tenant_ids


def _migration(tenants: dict[str, str]) -> str:
    return next(state.migration for state in _states.values() if state.tenants == tenants)


@pytest.fixture
def suggested_toast(tenants: dict[str, str]) -> str:
    """Alice's migration of the Toast sample, its mapping suggested."""
    return _migration(tenants)


@pytest.fixture
def validated_toast(tenants: dict[str, str]) -> str:
    """Alice's migration of the Toast sample, its mapping suggested, validated."""
    return _migration(tenants)


@pytest.fixture
def decided_toast(tenants: dict[str, str]) -> str:
    """Alice's migration of the Toast sample, all fields decided."""
    return _migration(tenants)


@pytest.fixture
def join(people: dict[str, str], tenants: dict[str, str]) -> Iterator[Join]:
    """Makes a context for one of the cast; each has a session of its own, closed after the test."""
    with ExitStack() as stack:
        yield lambda handle: stack.enter_context(enter(people[handle], tenants[_CAST[handle][0]]))


@pytest.fixture
def alice(join: Join) -> Context:
    return join("alice")


@pytest.fixture
def bob(join: Join) -> Context:
    return join("bob")


@pytest.fixture
def sam(join: Join) -> Context:
    return join("sam")


@pytest.fixture
def mallory(join: Join) -> Context:
    return join("mallory")


@pytest.fixture
def importer(alice: Context, tmp_path: Path) -> Importer:
    """Alice's ways to prepare, run and roll back imports."""
    return Importer(alice, tmp_path)


@pytest.fixture
def importer_of(tmp_path: Path) -> Callable[[Context], Importer]:
    """The same ways for any context."""
    return lambda context: Importer(context, tmp_path)


@pytest.fixture
def sample() -> Callable[[str], Path]:
    """The sample document of a source: 'toast' or 'square'."""
    return {"toast": TOAST_SAMPLE, "square": SQUARE_SAMPLE}.__getitem__


@pytest.fixture(scope="session")
def emulator_address() -> Iterator[tuple[Emulator, str]]:
    emulator = Emulator()
    with running(emulator) as address:
        yield emulator, address


@pytest.fixture
def emulator(emulator_address: tuple[Emulator, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """The console set to ask the emulator: two models, no retries, at most three seconds."""
    emulator, address = emulator_address
    emulator.requests.clear()
    emulator.queue.clear()
    emulator.scenario = "ok"
    variables = {
        "AI_BASE_URL": address,
        "AI_API_KEY": "emulator",
        "AI_MODELS": "gpt-6-luna,gpt-6.1-terra",
        "AI_TIMEOUT_SECONDS": "3",
        "AI_MAX_RETRIES": "0",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    breaker.reset()
    yield emulator
    monkeypatch.undo()
    settings.cache_clear()
