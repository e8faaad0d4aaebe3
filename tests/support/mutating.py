"""A pytest plugin for `make mutate`: what is built once a process must be built by every test anew.

Else a mutant in the building of it would be seen by the first test alone, and by none in a fork.
"""

from bot.linking import budgets, gathering


def pytest_runtest_setup() -> None:
    gathering._statement.cache_clear()
    budgets._ends.cache_clear()
