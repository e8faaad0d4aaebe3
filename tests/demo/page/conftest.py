"""The browser and the stage of the page's other tests."""

from tests.browser.conftest import browser, open_page, stage

__all__ = ["browser", "open_page", "stage"]
