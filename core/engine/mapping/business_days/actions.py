"""Takes the time zone of a location and the hour at which its business day ends"""

from __future__ import annotations

from core.context import Context
from core.engine.sources import views as sources_views
from core.engine.transforms.business_days import SETTING, check_day
from core.platform.access.actions import action
from core.platform.audit.actions import record


@action("mapping.edit")
def set_business_day(
    context: Context, migration_id: str, location: str, *, zone: str | None, close_hour: int
) -> None:
    """Set how a location's days are told: its IANA zone (None: as its file says) and the hour its business day ends.

    `location` is the key of a BusinessDay, '' for all locations without an entry of their own. InvalidInputError for
    a zone or an hour that does not exist.
    """
    check_day(zone, close_hour)
    migration = sources_views.migration(context, migration_id)
    days = {**migration.settings.get(SETTING, {}), location: {"zone": zone, "close_hour": close_hour}}
    migration.settings = {**migration.settings, SETTING: days}
    record(
        context,
        "mapping.business_day",
        "migration",
        migration_id,
        location=location,
        zone=zone,
        close_hour=close_hour,
    )
