"""Documents that the bot sends: uploads, files that Telegram holds already, and albums of them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from telegram.constants import MediaGroupLimit, MessageLimit

from bot.demo.telegram_double.markup import parse
from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.signatures import Upload
from bot.demo.telegram_double.world import World

_FIELDS = frozenset(
    {"type", "media", "caption", "parse_mode", "caption_entities", "disable_content_type_detection"}
)
Arguments = Mapping[str, Any]


def document(world: World, given: Arguments) -> dict[str, Any]:
    """What a message with this document holds."""
    return _content(world, given["document"], given)


def album(
    world: World, given: Arguments, send: Callable[[dict[str, Any]], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Send two to ten documents as one album; nothing is sent where one of them is wrong."""
    media = given["media"]
    if not MediaGroupLimit.MIN_MEDIA_LENGTH <= len(media) <= MediaGroupLimit.MAX_MEDIA_LENGTH:
        raise Refused("Bad Request: media group must have from 2 to 10 messages")
    uploads = {name: value for name, value in given.items() if isinstance(value, Upload)}
    if sum(upload.size for upload in uploads.values()) > world.largest_upload:
        raise Refused("Request Entity Too Large", 413)
    named = set()
    contents = []
    for one in media:
        # All of them, before any file is looked for.
        if not isinstance(one, dict) or one.get("type") != "document":
            raise Refused("Bad Request: this stand-in takes albums of documents only")
        if extra := set(one) - _FIELDS:
            raise Refused(f"Bad Request: InputMediaDocument has no field {sorted(extra)[0]!r}")
        parse(one.get("caption", ""), one.get("parse_mode"), MessageLimit.CAPTION_LENGTH, may_be_empty=True)
    for one in media:
        source = one.get("media", "")
        if isinstance(source, str) and source.startswith("attach://"):
            named.add(source.removeprefix("attach://"))
            source = uploads.get(source.removeprefix("attach://"), "")
        contents.append(_content(world, source, one))
    if named != set(uploads):
        raise Refused("Bad Request: what is attached and what the album names differ")
    group = f"album-{len(world.files)}-{abs(hash(json.dumps(contents)))}"
    return [send({**content, "media_group_id": group}) for content in contents]


def _content(world: World, source: Any, said: Arguments) -> dict[str, Any]:
    caption = parse(
        said.get("caption", ""), said.get("parse_mode"), MessageLimit.CAPTION_LENGTH, may_be_empty=True
    )
    content: dict[str, Any] = {"document": _document(world, source)}
    if caption.plain:
        content["caption"] = caption.plain
    if caption.entities:
        content["caption_entities"] = list(caption.entities)
    return content


def _document(world: World, source: Any) -> dict[str, Any]:
    if isinstance(source, Upload):
        if source.size == 0:
            raise Refused("Bad Request: file must be non-empty")
        return world.keep_file(source)
    if isinstance(source, str) and "://" in source:
        # Telegram would fetch it, and so learn an address of ours.
        raise Refused("Bad Request: this stand-in takes documents as uploads only, or by their names here")
    held = world.files.get(source)
    if held is None:
        # Also what a file is called by another bot.
        raise Refused("Bad Request: wrong file identifier/HTTP URL specified", violation=False)
    return world.described(source, held)
