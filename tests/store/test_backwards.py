"""Rows that nobody ordered come in an order that nobody expects, so that nothing can rest on one."""

from sqlalchemy import text

from bot.store import Store


async def test_what_is_not_ordered_comes_backwards_on_sqlite(store: Store) -> None:
    async with store.writing() as session:
        connection = await session.connection()
        await connection.execute(text("CREATE TABLE numbered (n INTEGER)"))
        await connection.execute(text("INSERT INTO numbered VALUES (1), (2), (3)"))
        found = (await connection.execute(text("SELECT n FROM numbered"))).scalars().all()
        ordered = (await connection.execute(text("SELECT n FROM numbered ORDER BY n"))).scalars().all()
        await connection.execute(text("DROP TABLE numbered"))
    assert list(found) == ([3, 2, 1] if connection.dialect.name == "sqlite" else [1, 2, 3])
    assert list(ordered) == [1, 2, 3]
