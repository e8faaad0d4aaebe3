"""What Odoo says when it refuses or fails, as the family of ErpError. None of its text goes further.

JSON-2 sends real statuses with `{"name", "message", "arguments", "context", "debug"}`; JSON-RPC always
sends 200 with `{"error": {"code", "message", "data": {"name", …}}}`. `debug` is a whole traceback.
Source: Odoo 19 `odoo/http.py` (Json2Dispatcher, JsonRPCDispatcher), Odoo 14 to 18 `http.py`.
"""

from bot.erp.errors import ErpBadAnswer, ErpDenied, ErpError, ErpUnavailable

_KEY_REFUSED = frozenset({"AccessDenied", "SessionExpiredException", "Unauthorized"})
_NO_RIGHT = frozenset({"AccessError", "Forbidden"})
# The database is away, locked or overloaded: psycopg2's names, and werkzeug's.
_PASSING = frozenset(
    {
        "OperationalError",
        "InterfaceError",
        "PoolError",
        "SerializationFailure",
        "LockNotAvailable",
        "DeadlockDetected",
        "QueryCanceled",
        "ServiceUnavailable",
        "MemoryError",
    }
)


class KeyRefused(ErpDenied):
    """The key itself is not taken, whatever it asks for."""


class NotKnown(ErpBadAnswer):
    """There is no such model or method: a module that is not installed, another version."""


def judge(status: int, body: object) -> None:
    """Raise what a failed JSON-2 call means by the exception it names; statuses alone say too little."""
    name = body.get("name") if isinstance(body, dict) else None
    if isinstance(name, str) and name and (status >= 500 or status in (401, 403)):
        raise meant(name)


def result_of(body: object) -> object:
    """The result of a JSON-RPC reply. A method that returns nothing leaves `result` out altogether."""
    if not isinstance(body, dict) or not ({"jsonrpc", "result", "error"} & body.keys()):
        raise ErpBadAnswer("no JSON-RPC reply")
    if "error" not in body:
        return body.get("result")
    error = body["error"]
    data = error.get("data") if isinstance(error, dict) else None
    name = data.get("name") if isinstance(data, dict) else None
    raise meant(name if isinstance(name, str) else "")


def meant(name: str) -> ErpError:
    """What an exception of Odoo's, by its dotted name, is to us."""
    short = name.rpartition(".")[2]
    if short in _KEY_REFUSED:
        return KeyRefused("key refused")
    if short in _NO_RIGHT:
        return ErpDenied("access refused")
    if short in _PASSING or name.startswith("psycopg2"):
        return ErpUnavailable("failing on its own side")
    if short in ("UserError", "AttributeError"):
        # JSON-RPC's words for a model, and a method, that are not there.
        return NotKnown("no such model or method")
    # An unknown field, a changed signature, a broken computation: asking again will not help.
    return ErpBadAnswer("refused the question")
