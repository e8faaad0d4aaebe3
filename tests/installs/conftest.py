"""Databases for these tests."""

from tests.store.databases import database_url, keys, migrated_database, migrated_file, store
from tests.support.postgres import postgres_server

__all__ = ["database_url", "keys", "migrated_database", "migrated_file", "postgres_server", "store"]
