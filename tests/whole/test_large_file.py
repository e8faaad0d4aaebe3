"""A 40 MB document reaches both chats, and the bot never holds it in memory."""

from pathlib import Path

from bot.demo.events import ANA
from bot.demo.supplier import known
from tests.whole.conftest import World, eventually

MOST_GROWTH = 15 * 1024 * 1024


async def test_a_forty_megabyte_document_reaches_both_chats_with_little_memory(world: World) -> None:
    number = known.DOSSIER.order_number
    # The first answers load what any answer needs.
    await world.asks_in_slack(ANA, f"danfe of {number}")
    await world.asks_in_telegram(ANA, f"danfe of {number}")
    pid = world.show.bot.pid
    forget_peak(pid)
    before = peak(pid)

    offered = (await world.asks_in_slack(ANA, f"packing slip of {number}"))[-1]
    dossier = next(
        button
        for block in offered["blocks"]
        if block["type"] == "actions"
        for button in block["elements"]
        if button["text"]["text"] == known.DOSSIER_TITLE
    )
    slack = world.show.stage.slack
    await slack.press(ANA.id, ANA.slack_dm, offered["ts"], dossier["action_id"])
    await eventually(lambda: known.DOSSIER_BYTES in sizes_in_slack(world))

    await world.asks_in_telegram(ANA, f"packing slip of {number}")
    offered = world.show.stage.telegram.sees(ANA.id)[-1]
    data = next(
        key["callback_data"]
        for row in offered["reply_markup"]["inline_keyboard"]
        for key in row
        if key["text"] == known.DOSSIER_TITLE
    )
    await world.show.stage.telegram.press(ANA.id, offered["message_id"], data)
    await eventually(lambda: known.DOSSIER_BYTES in sizes_in_telegram(world))

    growth = peak(pid) - before
    print(f"{growth / 1024 / 1024:.1f} MB more at the peak")
    assert growth < MOST_GROWTH
    assert world.nothing_was_refused()


def sizes_in_slack(world: World) -> list[int]:
    seen = world.show.stage.slack.sees(ANA.id, ANA.slack_dm)
    return [file["size"] for message in seen for file in message.get("files", [])]


def sizes_in_telegram(world: World) -> list[int]:
    seen = world.show.stage.telegram.sees(ANA.id)
    return [message["document"]["file_size"] for message in seen if "document" in message]


def peak(pid: int) -> int:
    """The most memory a process has had resident since `forget_peak`, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def forget_peak(pid: int) -> None:
    # proc(5): writing 5 resets the peak resident size to the current one.
    Path(f"/proc/{pid}/clear_refs").write_text("5")
