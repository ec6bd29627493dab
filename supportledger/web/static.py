"""Files of ours: styles, scripts, icons; kept by browsers for a year, because a new one has a new address."""

from functools import cache
from typing import Annotated, Final

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from supportledger.desk.people.visitors import Visitor
from supportledger.errors import NotFound
from supportledger.web.doors import PUBLIC
from supportledger.web.pages import ASSETS

router = APIRouter(include_in_schema=False)
_FOREVER: Final = "public, max-age=31536000, immutable"
_A_WHILE: Final = "public, max-age=3600"
WIDGET: Final = "widget.js"
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in ASSETS.iterdir() if path.is_file())


@router.get("/assets/{name}")
def file(name: str, _visitor: Annotated[Visitor, PUBLIC], v: str = "") -> Response:
    """Give a file; pages of others load the widget, by an address that never changes."""
    if name not in _names():
        raise NotFound("there is no such file")
    path = ASSETS / name
    headers = {"cache-control": _FOREVER if v else _A_WHILE}
    if name == WIDGET:
        headers["cross-origin-resource-policy"] = "cross-origin"
    return FileResponse(path, media_type=_TYPES.get(path.suffix), headers=headers)
