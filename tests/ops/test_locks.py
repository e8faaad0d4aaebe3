"""Every package is pinned with hashes, and its licence is one we may ship with."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted(ROOT.glob("requirements*.txt"))
PERMITTED = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Lesser General Public|"
    r"Unlicense|Public Domain|Zlib|CC0|HPND|MIT-CMU)\b",
    re.I,
)
SAID_ELSEWHERE: dict[str, str] = {}
"""Packages whose metadata names no licence, and where it was read."""


def pins(lock: Path) -> dict[str, tuple[str, int]]:
    """Name to version and number of hashes."""
    text = lock.read_text().replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        line = line.strip()
        if line and not line.startswith("#"):
            pinned = re.match(r"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;]+)", line)
            assert pinned, line
            found[pinned[1].lower()] = (pinned[2], line.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_with_hashes_and_from_nowhere_in_particular(lock: Path) -> None:
    found = pins(lock)
    assert found
    assert [name for name, (_, hashes) in found.items() if not hashes] == []
    assert "://" not in lock.read_text()


def licence_of(name: str) -> str | None:
    """What the installed package says of its licence; None where it is not installed here."""
    try:
        told = distribution(name).metadata
    except PackageNotFoundError:
        return None
    classifiers = [one for one in told.get_all("Classifier") or () if one.startswith("License")]
    return " ".join(filter(None, (told["License-Expression"], (told["License"] or "")[:200], *classifiers)))


@pytest.mark.parametrize("name", sorted(pins(ROOT / "requirements.txt")))
def test_every_package_of_the_product_has_a_permitted_licence(name: str) -> None:
    said = licence_of(name)
    if said is not None:
        assert PERMITTED.search(said) or name in SAID_ELSEWHERE, f"{name}: {said or 'says nothing'}"
