"""What the README says is what there is."""

import re
from pathlib import Path

from bot.erp_settings import PREFIX, ErpSettings
from bot.settings import Settings, settings_markdown

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_settings_table_is_the_one_of_the_program() -> None:
    shown = README.partition("<!-- settings -->\n")[2].partition("\n<!-- /settings -->")[0]
    assert shown == settings_markdown()


def test_the_example_file_names_only_settings_that_exist() -> None:
    named = set(re.findall(r"^(ORDERBOT_\w+)=", (ROOT / ".env.example").read_text(), re.M))
    known = {f"ORDERBOT_{name.upper()}" for name in Settings.model_fields}
    known |= {f"{PREFIX}{name.upper()}" for name in ErpSettings.model_fields}
    assert named
    assert named <= known


def test_every_file_the_readme_points_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    for lock in ROOT.glob("requirements*.txt"):
        text = lock.read_text()
        assert "://" not in text, lock.name
        pinned = re.findall(r"^[A-Za-z0-9._-]+(?:\[[^\]]*\])?==", text, re.M)
        assert len(pinned) <= text.count("--hash=sha256:"), lock.name
