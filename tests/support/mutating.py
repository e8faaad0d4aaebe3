"""A pytest plugin for `make mutate`: what the parent process cached must not hide a mutant in its fork."""

from bot.linking import access


def pytest_sessionstart() -> None:
    access._statement.cache_clear()
