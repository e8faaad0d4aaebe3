"""How DBOS is set up for a worker: on our engine, without migrations, and without pollers nobody needs."""

import sqlalchemy as sa
from dbos import DBOS

from bot.inbox.basics import InboxNotPossible
from bot.inbox.storage import APPLICATION, SCHEMA, VERSION, SealedJson

_A_DAY = 86_400.0


def make_dbos(engine: sa.Engine, serializer: SealedJson, executor_id: str) -> DBOS:
    """DBOS's one instance of this process, not launched yet; it may be another Worker's."""
    return DBOS(
        config={
            "name": APPLICATION,
            "system_database_engine": engine,
            "dbos_system_schema": SCHEMA,
            "serializer": serializer,
            "executor_id": executor_id,
            "application_version": VERSION,
            "run_migrations": False,
            # Nothing here waits for DBOS events; this spares a connection and a thread's work.
            "use_listen_notify": False,
            # The thread that remains sleeps this long, and stopping waits for it.
            "notification_listener_polling_interval_sec": 0.5,
            "scheduler_polling_interval_sec": _A_DAY,
            "log_level": "WARNING",
        }
    )


def launch(dbos: DBOS) -> None:
    """Launch it, but for what would ask the database every second for what this bot never has.

    That is work of DBOS's own queue, workflows with a delay, and workflows with a deadline: together 1 %
    of a core in each worker, at rest. Raises InboxNotPossible where the tables cannot be used.
    """
    # The doorbell's thread listens instead of DBOS's own.
    DBOS.listen_queues([])
    # Not public in DBOS 3.4. `tests/inbox/test_rest.py` fails should it change.
    dbos._registry.get_internal_queue()._polling_interval_sec = _A_DAY
    try:
        DBOS.launch()
    except Exception as error:
        raise InboxNotPossible(
            "The inbox's tables cannot be used. Run `orderbot migrate` and try again."
        ) from error
    dbos._background_jobs_stop_event.set()
