"""The API's own description, with what each route asks of those who come: OpenAPI 3.1."""

from typing import Any, Final

from fastapi import FastAPI

from supportledger.web.api.documented import problems
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
_HEADERS: Final[dict[str, Any]] = {
    "X-Request-Id": {
        "description": "Name of the request: tell it to whoever runs the desk when something is wrong.",
        "schema": {"type": "string"},
        "example": "9f2c4a7be01d5386",
    },
    "RateLimit-Policy": {
        "description": "How many requests a window of so many seconds allows.",
        "schema": {"type": "string"},
        "example": '"read";q=1200;w=60',
    },
    "RateLimit": {
        "description": "How many are left at most, and in how many seconds the next window begins.",
        "schema": {"type": "string"},
        "example": '"read";r=1187;t=34',
    },
    "Retry-After": {"description": "When to come again, in seconds.", "schema": {"type": "integer"}},
}
_TOLD: Final = ("X-Request-Id", "RateLimit-Policy", "RateLimit")
_LATER: Final = frozenset({"429", "503"})
_EITHER: Final[list[dict[str, list[str]]]] = [{"key": []}, {"session": []}]


class Described(FastAPI):
    """An application whose description says who may ask for what."""

    def openapi(self) -> dict[str, Any]:
        """Give the description; made once."""
        if self.openapi_schema is None:
            found = super().openapi()
            found["info"]["description"] = _ABOUT
            found["components"] |= {"securitySchemes": _SCHEMES, "headers": _HEADERS}
            for route in routes_of(self.routes):
                methods = found["paths"].get(route.path, {})
                for method in route.methods or ():
                    if method.lower() in methods:
                        _complete(method, methods[method.lower()], door_of(route))
                        _say_headers(methods[method.lower()])
        assert self.openapi_schema is not None  # noqa: S101 -- it was made above
        return self.openapi_schema


def _complete(method: str, said: dict[str, Any], door: Door | None) -> None:
    """Add what the guards ask for, and the headers that they understand."""
    said |= _asked(door)
    headers: list[dict[str, Any]] = []
    if method == "POST" and {} not in said["security"]:
        said["responses"].setdefault("409", problems(409)[409])
        key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}
        headers.append(_header("Idempotency-Key", "Lets it be done once, however often it is sent.", key))
    if "412" in said["responses"]:
        headers.append(_header("If-Match", "Only if the ticket's tag is this one.", {"type": "string"}))
    if "304" in said["responses"]:
        headers.append(
            _header("If-None-Match", "Only if the ticket's tag is another one.", {"type": "string"})
        )
    if headers:
        said.setdefault("parameters", []).extend(headers)


def _say_headers(said: dict[str, Any]) -> None:
    """Add the headers of each answer: its name, and what is left."""
    for status, answer in said["responses"].items():
        names = [*_TOLD, "Retry-After"] if status in _LATER else _TOLD
        answer["headers"] = answer.get("headers", {}) | {
            one: {"$ref": f"#/components/headers/{one}"} for one in names
        }


def _header(name: str, said: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": said, "schema": schema}


def _asked(door: Door | None) -> dict[str, Any]:
    """Say what a door asks for."""
    if door is None or door.is_public:
        return {"security": [{}, *_EITHER]}
    return {"security": _EITHER} | ({RIGHT: door.right.value} if door.right else {})
