"""The office of the answers, whose files are opened as a courier does."""

from tests.answers.conftest import office

__all__ = ["office"]
