"""What is kept by one release is read by the next: nothing that was ever kept goes from the values."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.chat.messages import Message
from bot.chat.replies import Reply

EVER_KEPT = Path(__file__).with_name("ever_kept.txt")


def test_no_field_or_word_that_a_release_has_kept_is_gone() -> None:
    """Rows live for days, and a reader refuses what it does not know (`bot.inbox.storage.Codec`).

    A field that nobody writes any more stays, with a default, until a release later at least. New ones
    need no entry here; before they go one day, they do.
    """
    gone = sorted(set(EVER_KEPT.read_text().split("\n")) - {*_names(Message), *_names(Reply), ""})
    assert not gone, f"older rows hold these: {gone}"


def _names(shape: type) -> Iterator[str]:
    schema: dict[str, Any] = TypeAdapter(shape).json_schema()
    for name, part in {**schema.pop("$defs"), shape.__name__: schema}.items():
        yield from (f"{name}.{field}" for field in part.get("properties", ()))
        yield from (f"{name}={word}" for word in part.get("enum", ()))


if __name__ == "__main__":
    EVER_KEPT.write_text("\n".join(sorted({*_names(Message), *_names(Reply)})) + "\n")
