"""Durable receive, answer, deliver: once each, in order per conversation, on SQLite or PostgreSQL.

    web     Inbox.receive(message)          returns after the commit, once per message id
    worker  Answerer.answer -> checkpoint   composed once, even if the process dies afterwards
            Parcel.send     -> checkpoint   one after the other, with durable retries
            Answerer.run    -> checkpoint   the errands a reply left to do

The engine is DBOS Transact. A message id is the workflow's id, so a message is answered once for as
long as its row is kept; a lane is the queue's partition, worked off one message at a time in order of
arrival, and of id where two arrived at the same moment.

What can happen twice: a process that dies after a platform took a parcel and before that was
committed sends this one parcel again, where the platform cannot be asked whether it has it.
"""

from bot.inbox.basics import InboxBusy, InboxNotPossible, InboxSettings, LeaseLost, check_runtime, inbox_url
from bot.inbox.failing import FailedMessage, Failures, NoSuchFailure
from bot.inbox.receiving import Inbox, Waiting
from bot.inbox.storage import migrate
from bot.inbox.worker import Worker

__all__ = [
    "FailedMessage",
    "Failures",
    "Inbox",
    "InboxBusy",
    "InboxNotPossible",
    "InboxSettings",
    "LeaseLost",
    "NoSuchFailure",
    "Waiting",
    "Worker",
    "check_runtime",
    "inbox_url",
    "migrate",
]
