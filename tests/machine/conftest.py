"""The store's databases, for these tests."""

from tests.store.databases import keys, migrated_file

__all__ = ["keys", "migrated_file"]
