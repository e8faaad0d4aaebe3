"""One of the two chats on the demo page, used as a person uses it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass
class Chat:
    page: Page
    app: str

    @property
    def answers(self) -> Locator:
        return said_by_bot(self.page.locator(f"#{self.app.lower()}-log"))

    @property
    def last(self) -> Locator:
        return self.answers.last

    def ask(self, text: str) -> Locator:
        """Type, press Enter, and wait for one more message of the bot's."""
        return self._after(lambda: self.say(text))

    def press(self, name: str | re.Pattern[str]) -> Locator:
        """Press a button of the newest message that has it, and wait for one more message."""
        return self._after(lambda: self.button(name).click())

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.locator(f"#{self.app.lower()}-log").get_by_role("button", name=name).last

    def files(self, ending: str) -> Locator:
        """The file cards with this ending, oldest first."""
        name = self.page.locator(".file-name", has_text=re.compile(rf"\.{ending}$"))
        return self.page.locator(f"#{self.app.lower()}-log a.file").filter(has=name)

    def file(self, ending: str) -> bytes:
        """What the newest file card with this ending opens."""
        card = self.files(ending).last
        expect(card).to_be_visible()
        expect(card).to_have_attribute("target", "_blank")
        expect(card).to_contain_text("opens in a new tab")
        response = self.page.request.get(card.evaluate("link => link.href"))
        assert response.ok
        assert response.headers["content-type"].partition(";")[0] in (
            f"application/{ending}",
            f"text/{ending}",
        )
        assert response.headers["content-disposition"].startswith("inline;")
        return response.body()

    def saved(self, ending: str) -> bytes:
        """What the newest file card with this ending has a browser save; of a kind it does not show."""
        card = self.files(ending).last
        expect(card).to_be_visible()
        expect(card).to_contain_text("is saved")
        response = self.page.request.get(card.evaluate("link => link.href"))
        assert response.ok
        assert response.headers["content-disposition"].startswith("attachment;")
        return response.body()

    def say(self, text: str) -> None:
        """Type, press Enter, and wait for nothing."""
        self.page.get_by_label(f"Message in {self.app}").fill(text)
        self.page.keyboard.press("Enter")

    def _after(self, act: Callable[[], None]) -> Locator:
        before = self.answers.count()
        act()
        newest = self.answers.nth(before)
        expect(newest).to_be_visible()
        return newest


def said_by_bot(log: Locator) -> Locator:
    """What the bot said, without the note that it is looking: that comes only when an answer takes long."""
    return log.locator("article[data-by=bot]").filter(has_not_text="Looking that up…")


def newest_code(page: Page, *, mails: int) -> str:
    """The code of the newest mail, once there are so many."""
    expect(page.locator("#mail-log article")).to_have_count(mails)
    text = page.locator("#mail-log article").first.inner_text()
    found = re.search(r"\b\d{6}\b", text)
    assert found, text
    return found.group()
