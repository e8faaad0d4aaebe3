"""The files pages are made of, and the small page behind a link that opens the orders once."""

from collections.abc import Mapping
from html import escape
from importlib import resources
from string import Template

from starlette.responses import HTMLResponse, Response

from bot.chat.people import Reader

_TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
_NOT_SERVED = frozenset({"link.html"})
"""Templates."""


def security_headers(framed_by: str) -> Mapping[str, str]:
    """Headers of everything pages answer with; `framed_by` are origins that may show it in a frame."""
    ancestors = framed_by or "'none'"
    return {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            f"form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
        "X-Robots-Tag": "noindex, nofollow",
    }


class Leaves:
    """Everything under `site/`, read once; a name that is not among it is not there."""

    def __init__(self) -> None:
        site = resources.files("bot.pages") / "site"
        self._files = {entry.name: entry.read_bytes() for entry in site.iterdir() if entry.is_file()}

    def file(self, name: str) -> Response | None:
        content = self._files.get(name)
        media_type = _TYPES.get(name.rpartition(".")[2])
        if content is None or media_type is None or name in _NOT_SERVED:
            return None
        return Response(content, media_type=media_type, headers={"Cache-Control": "no-cache"})

    def link_page(
        self,
        reader: Reader,
        *,
        title: str,
        text: str,
        button: str = "",
        session: str = "",
        status: int = 200,
    ) -> HTMLResponse:
        """A page of one sentence, and one button that opens what the link is for.

        It is opened by a press and not by looking: programs that look at links press nothing. `session` is
        handed to the orders' page, which goes on from there.
        """
        template = Template(self._files["link.html"].decode())
        form = f'<form method="post"><button>{escape(button)}</button></form>' if button else ""
        enters = '<script type="module" src="/app/site/enter.js"></script>' if session else ""
        page = template.substitute(
            lang=escape(reader.locale),
            title=escape(title),
            text=escape(text),
            form=form,
            session=f'<meta name="session" content="{escape(session)}">{enters}' if session else "",
        )
        return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})
