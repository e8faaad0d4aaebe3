"""What stands before a platform's door, and before everything else that a process serves."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.web import public_app
from tests.support.panel import quiet_panel
from tests.support.serving import serving


class Door:
    """Answers as SlackDoor does, in ASGI itself; breaks where it is told to."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["query_string"] == b"broken":
            raise RuntimeError("a secret of the door")
        await PlainTextResponse("kept")(scope, receive, send)


async def page(_: Request) -> Response:
    return PlainTextResponse("a page")


@pytest.fixture
async def site() -> AsyncIterator[httpx.AsyncClient]:
    app = public_app([Route("/page", page)], quiet_panel(), straight={"/door": Door()})
    async with serving(app) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


async def test_a_platform_gets_the_doors_answer_and_nothing_that_is_for_browsers(
    site: httpx.AsyncClient,
) -> None:
    answer = await site.post("/door", content=b"{}")
    assert (answer.status_code, answer.text) == (200, "kept")
    assert "content-security-policy" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"), [("/page", 200), ("/healthz", 200), ("/readyz", 200), ("/door/x", 404), ("/", 404)]
)
async def test_everything_else_is_answered_with_the_headers_of_a_careful_site(
    site: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await site.get(path)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_door_that_breaks_tells_nothing_and_answers_the_next(site: httpx.AsyncClient) -> None:
    answer = await site.post("/door?broken", content=b"{}")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert (await site.post("/door", content=b"{}")).status_code == 200
