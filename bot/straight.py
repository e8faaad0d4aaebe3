"""PostgreSQL straight away, for what every question asks: nobody asks first whether it is still there.

A pool that does so pays with a round trip and as much processor as a small SELECT takes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Executable
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

_CONNECTIONS, _MORE = 5, 5


class NotStraight(Exception):
    """Nothing was found out, as a rule because the connection was lost: it has to be asked another way."""


class Straight:
    """Connections that only read, each statement by itself; opened when they are wanted."""

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(
            url,
            # Nothing is begun, and so nothing to be ended.
            isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None,
            pool_size=_CONNECTIONS,
            max_overflow=_MORE,
        )

    async def rows(self, statement: Executable, values: Mapping[str, Any]) -> Sequence[Any]:
        """What a SELECT finds; raises NotStraight, and what SQLAlchemy raises."""
        try:
            async with self._engine.connect() as connection:
                return (await connection.execute(statement, values)).all()
        except DBAPIError as error:
            if error.connection_invalidated:
                raise NotStraight from error
            raise

    async def bare(self, sql: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """What a SELECT finds, as psycopg gives it; raises NotStraight, and what connecting raises."""
        async with self._engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            try:
                cursor = driver.cursor(binary=True)
                await cursor.execute(sql, values)
                found: list[tuple[Any, ...]] = await cursor.fetchall()
            except BaseException as error:
                # SQLAlchemy has not seen what went wrong, nor how the connection was left.
                await connection.invalidate(error)
                if isinstance(error, psycopg.Error):
                    raise NotStraight from error
                raise
        return found

    async def aclose(self) -> None:
        await self._engine.dispose()
