"""The API's own description, with what each route asks of those who come: OpenAPI 3.1."""

from typing import Any, Final

from fastapi import FastAPI

from supportledger.web.doors import Door, door_of, routes_of

RIGHT: Final = "x-right"
"""Names the right that an operation asks for."""
_ABOUT: Final = (
    "Who asks is told by an API key (`Authorization: Bearer slk_…`), or by a session's cookie with the "
    "session's token in `X-CSRF-Token`. What is wrong comes as RFC 9457 problems. Every POST may carry an "
    "`Idempotency-Key`, so that it is done once however often it is sent; what is done to a ticket may carry "
    "`If-Match` with the `ETag` that was read. Times are Unix seconds."
)
_SCHEMES: Final[dict[str, Any]] = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key: `slk_…`."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sl_session",
        "description": "A session; `__Host-sl_session` over https. Whatever changes something brings "
        "`X-CSRF-Token`, too.",
    },
}
_EITHER: Final[list[dict[str, list[str]]]] = [{"key": []}, {"session": []}]


class Described(FastAPI):
    """An application whose description says who may ask for what."""

    def openapi(self) -> dict[str, Any]:
        """Give the description; made once."""
        if self.openapi_schema is None:
            found = super().openapi()
            found["info"]["description"] = _ABOUT
            found["components"]["securitySchemes"] = _SCHEMES
            for route in routes_of(self.routes):
                methods = found["paths"].get(route.path, {})
                for method in route.methods or ():
                    if method.lower() in methods:
                        methods[method.lower()] |= _asked(door_of(route))
        assert self.openapi_schema is not None  # noqa: S101 -- it was made above
        return self.openapi_schema


def _asked(door: Door | None) -> dict[str, Any]:
    """Say what a door asks for."""
    if door is None or door.is_public:
        return {"security": [{}, *_EITHER]}
    return {"security": _EITHER} | ({RIGHT: door.right.value} if door.right else {})
