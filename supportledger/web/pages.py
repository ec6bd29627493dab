"""
Pages: templates filled in the reader's language.

Every template has at hand: `visitor`, `desk` (where we are), `csrf`, `path`, `language`, and what the page is
about. What people wrote is escaped, always; nothing in a template is marked as safe that came from outside.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from supportledger.desk.people.tokens import csrf_token
from supportledger.desk.people.visitors import NOBODY_KNOWN
from supportledger.errors import Error
from supportledger.language import catalogue, told
from supportledger.web.language import LANGUAGES, language_of
from supportledger.web.links import linked
from supportledger.web.problems import headers, problem, status_of
from supportledger.web.request_ids import request_id_of
from supportledger.web.visitors import token_of, visitor_of

TEMPLATES: Final = Path(__file__).parent / "templates"
ASSETS: Final = Path(__file__).parent / "assets"
_TAG_DIGITS: Final = 12


def page(request: Request, template: str, *, status: int = 200, **about: Any) -> HTMLResponse:
    """
    Show a page.

    Args:
        request: Whose answer it is.
        template: Path below `templates`.
        status: Of the answer.
        about: What the page shows, by name.
    """
    html = fragment(request, template, **about)
    about_it = {"content-language": language_of(request), "vary": "Cookie, HX-Request"}
    return HTMLResponse(html, status, about_it)


def fragment(request: Request, template: str, **about: Any) -> str:
    """Fill a template, as `page`."""
    return _environment(language_of(request)).get_template(template).render({**_surrounded(request), **about})


def error_page(request: Request, error: Error) -> HTMLResponse:
    """Show what went wrong, and what to do next."""
    language = language_of(request)
    try:
        visitor_of(request)
    except Error:  # whoever asks is refused as well: they are told of `error`, as nobody in particular
        request.state.visitor = NOBODY_KNOWN.speaking(language)
    name = request_id_of(request)
    said = problem(error, told(language, error.message), told(language, error.hint), name)
    answer = page(request, "error.html", status=status_of(type(error)), problem=said)
    answer.headers.update(headers(error))
    return answer


def asset(name: str) -> str:
    """Give the address of a file of ours; it changes whenever the file does."""
    return f"/assets/{name}?v={_tag(name)}"


@cache
def _tag(name: str) -> str:
    return sha256((ASSETS / name).read_bytes()).hexdigest()[:_TAG_DIGITS]


def _surrounded(request: Request) -> Mapping[str, Any]:
    visitor, token = visitor_of(request), token_of(request)
    return {
        "visitor": visitor,
        "desk": request.app.state.surroundings,
        "csrf": csrf_token(token) if visitor.person is not None and token else "",
        "path": request.url.path,
        "query": request.url.query,
        "language": language_of(request),
        "languages": LANGUAGES,
        "now": datetime.now(UTC),
    }


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]  # of the extension
    environment.globals["asset"] = asset
    environment.filters |= {"instant": instant, "day": day, "linked": linked}
    return environment


def instant(value: float | datetime) -> datetime:
    """Make a time of Unix seconds."""
    return value if isinstance(value, datetime) else datetime.fromtimestamp(value, UTC)


def day(value: float | datetime) -> str:
    """Write a day as `2026-11-22`."""
    return instant(value).date().isoformat()
