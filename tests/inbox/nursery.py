"""Makes worker processes to kill, fast: everything is imported once, and each worker is a fork of that.

    python -m tests.inbox.nursery JOURNAL DATABASE_URL ANSWER_SECONDS SEND_SECONDS

Reads lines `EXECUTOR [NUMBER …]` and prints the new process's id. That process starts a worker as
EXECUTOR, keeps message NUMBER after NUMBER itself, and goes on until it is killed. What it does it
writes to JOURNAL as lines `PID EVENT MESSAGE DETAIL`, each in one append, so that none is torn.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.messages import Message
from bot.chat.people import Platform, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Errand, Reply, Say
from bot.inbox import Inbox, InboxSettings, Worker
from tests.inbox.people import KEY, message

LANES = 5
PARTS = ("one", "two")
ERRAND = "zz_errand"
KILLS_SURVIVED = 100


def laned(number: int, lanes: int = LANES) -> Message:
    return message(number, lane=f"D{number % lanes}")


@dataclass(frozen=True)
class Journal:
    path: str

    def write(self, event: str, identity: str = "-", detail: str = "-") -> None:
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{os.getpid()} {event} {identity} {detail}\n".encode())
        os.close(file)


@dataclass(frozen=True)
class JournalDesk:
    journal: Journal
    seconds: float

    async def answer(self, message: Message, reader: Reader) -> Reply:
        self.journal.write("composing", message.id)
        await asyncio.sleep(self.seconds)
        return Reply(
            parts=tuple(Say(Phrase(part)) for part in PARTS), reader=reader, errands=(Errand(ERRAND),)
        )

    async def run(self, message: Message, errand: Errand) -> None:
        self.journal.write("sent", message.id, errand.name)


@dataclass(frozen=True)
class JournalPost:
    journal: Journal
    seconds: float

    async def reader(self, message: Message) -> Reader:
        return Reader()

    async def working(self, message: Message) -> None:
        return

    def parcels(self, message: Message, reply: Reply) -> Sequence["JournalLetter"]:
        return [
            JournalLetter(self, message.id, part.phrase.key) for part in reply.parts if isinstance(part, Say)
        ]


@dataclass(frozen=True)
class JournalLetter:
    post: JournalPost
    identity: str
    key: str

    async def send(self) -> None:
        await asyncio.sleep(self.post.seconds / 2)
        self.post.journal.write("sent", self.identity, self.key)
        # The platform has it; its answer is still under way.
        await asyncio.sleep(self.post.seconds / 2)


async def live(settings: InboxSettings, desk: JournalDesk, post: JournalPost, numbers: Sequence[int]) -> None:
    worker = Worker(settings, desk, {Platform.SLACK: post})
    await worker.start()
    desk.journal.write("up")
    inbox = Inbox(settings, kept=worker.wake)
    for number in numbers:
        await inbox.receive(laned(number))
        desk.journal.write("kept", laned(number).id)
    await worker.wait()


def main() -> None:
    journal, url, answer_seconds, send_seconds = sys.argv[1:]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        executor, *numbers = line.split()
        child = os.fork()
        if child == 0:
            # Standard output is the nursery's answer, and logs go there.
            os.dup2(2, 1)
            # Fifty kills meet an unlucky message more often than any that is at fault itself.
            settings = InboxSettings(
                database_url=url, secret_keys=(KEY,), executor_id=executor, most_recoveries=KILLS_SURVIVED
            )
            desk = JournalDesk(Journal(journal), float(answer_seconds))
            post = JournalPost(Journal(journal), float(send_seconds))
            try:
                asyncio.run(live(settings, desk, post, [int(number) for number in numbers]))
            finally:
                os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    main()
