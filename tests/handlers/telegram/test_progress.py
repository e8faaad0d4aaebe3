"""How far a file is that takes long to make: shown in one message."""

from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.demo.events import ANA
from bot.handlers.telegram.line import Line, Manners
from bot.handlers.telegram.places import Place
from bot.handlers.telegram.progress import Progress
from tests.handlers.telegram.world import World, wording


async def test_it_stands_in_one_message_that_is_changed_in_place(world: World) -> None:
    await world.telegram.say("ana", "hello")
    before = len(world.from_bot())
    place = Place(chat=ANA.telegram_id)
    show = Progress(Line(world.bot, place, world.inbox.last, Reader("pt-BR"), Manners()), wording())
    for done in range(3):
        await show(Phrase("collect_progress", {"done": done, "all": 2}), final=done == 2)
    [message] = world.from_bot()[before:]
    assert message["text"] == "Juntando documentos: 2 de 2"
