"""
Make the client's verbs and answers from the API's own description, and the blocking client from the other.

    python scripts/client.py            write them
    python scripts/client.py --check    tell whether they are what they should be
"""

import re
import subprocess
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from supportledger.web.app import create_app
from supportledger.web.surroundings import Surroundings
from supportledger.wiring.fronting import memory_front

HERE = Path(__file__).resolve().parent.parent
HOME = HERE / "supportledger" / "client"
API = "/api/v1"
_STREAM = "text/event-stream"
_SHARED = "shared"
_LONGEST = 95
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_SYNC = (
    ("AsyncClient", "Client"),
    ("AsyncIterator", "Iterator"),
    ("async ", ""),
    ("await ", ""),
    ("Awaitable[None]", "None"),
    ("Awaitable[Any]", "Any"),
    ("Awaitable, ", ""),
    ("asyncio.sleep", "time.sleep"),
    ("import asyncio", "import time"),
    ("asked without blocking", "asked one thing after the other"),
    ("aio_rooms", "sync_rooms"),
    ("__aenter__", "__enter__"),
    ("__aexit__", "__exit__"),
    ("aclose", "close"),
    ("aread", "read"),
    ("aiter_lines", "iter_lines"),
)


def files(api: Mapping[str, Any]) -> dict[str, str]:
    """Give every file that is made, by its path in the client's folder."""
    rooms: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for operation in _operations(api):
        rooms[operation["room"]].append(operation)
    made = _answers(api)
    for kind in ("aio", "sync"):
        for room, operations in rooms.items():
            made[f"{kind}_rooms/{room}.py"] = _room(api, room, operations, is_async=kind == "aio")
        made[f"{kind}_rooms/__init__.py"] = _rooms(sorted(rooms), is_async=kind == "aio")
    source = (HOME / "aio.py").read_text()
    for old, new in _SYNC:
        source = source.replace(old, new)
    made["sync.py"] = source
    return {name: _formatted(text) for name, text in made.items()}


def _operations(api: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in sorted(api["paths"].items()):
        for method, said in sorted(methods.items()):
            room, _, verb = said["operationId"].partition(".")
            yield {**said, "room": room, "verb": verb, "method": method.upper(), "path": path}


def _room(api: Mapping[str, Any], room: str, operations: list[dict[str, Any]], *, is_async: bool) -> str:
    methods = [_method(api, one, is_async=is_async) for one in operations if not _is_stream(one)]
    body = "\n\n".join(methods) or "    pass"
    names = sorted(set(re.findall(r"answers\.(\w+)", body)))
    head = f'"""What a desk is asked about {room}; made by scripts/client.py."""\n\n'
    head += "from collections.abc import Awaitable, Callable, Mapping, Sequence\nfrom typing import Any\n\n"
    if names:
        head += "from supportledger.client import answers\n"
    head += "from supportledger.client.asking import Ask, part\n\n\n"
    asks = "Callable[[Ask], Awaitable[Any]]" if is_async else "Callable[[Ask], Any]"
    return (
        f'{head}class {room.capitalize()}:\n    """\n    Asks a desk about {room}.\n\n    Args:\n'
        f'        ask: Sends what is asked.\n    """\n\n'
        f"    def __init__(self, ask: {asks}) -> None:\n        self._ask = ask\n\n{body}\n"
    )


def _method(api: Mapping[str, Any], one: Mapping[str, Any], *, is_async: bool) -> str:
    path = re.findall(r"\{(\w+)\}", one["path"])
    query = [each for each in one.get("parameters", ()) if each["in"] == "query"]
    body = _body(api, one)
    taken = [f"{name}: {_path_type(one, name)}" for name in path]
    named = [_argument(each["name"], each["schema"], is_needed=each["required"]) for each in query]
    named += [
        _argument(name, schema, is_needed=name in body.get("required", ()))
        for name, schema in body.get("properties", {}).items()
        if "const" not in schema
    ]
    more = ["if_match: str = ''"] if "412" in one["responses"] else []
    more += ["key: str = ''"] if one["method"] == "POST" else []
    named = sorted(named, key=lambda text: "=" in text) + more
    stars = ["*"] if named else []
    returns = _returns(one)
    where = re.sub(r"\{(\w+)\}", r"{part(\1)}", one["path"].removeprefix(API))
    given = [f'"{one["method"]}"', f'{"f" if path else ""}"{where}"']
    if query:
        given.append("query={" + ", ".join(f'"{each["name"]}": {each["name"]}' for each in query) + "}")
    if body:
        names = [name for name, schema in body["properties"].items() if "const" not in schema]
        given.append("body={" + ", ".join(f'"{name}": {name}' for name in names) + "}")
    given += ["if_match=if_match"] if "412" in one["responses"] else []
    given += ["key=key"] if one["method"] == "POST" else []
    word, wait = ("async def", "await ") if is_async else ("def", "")
    call = f"{wait}self._ask(Ask({', '.join(given)}))"
    done = (
        f"        {call}" if returns == "None" else f"        found: {returns} = {call}\n        return found"
    )
    signature = ", ".join(["self", *taken, *stars, *named])
    said = _docstring(one["description"])
    return f"    {word} {one['verb']}({signature}) -> {returns}:\n{said}\n{done}"


def _docstring(text: str) -> str:
    lines = text.strip().splitlines()
    if len(lines) == 1 and len(lines[0]) <= _LONGEST:
        return f'        """{lines[0]}"""'
    if len(lines) == 1:
        head, rest = re.split(r"[;:.] ", lines[0], maxsplit=1)
        lines = [f"{head}.", "", rest[0].upper() + rest[1:]]
    wrapped = [one for line in lines for one in textwrap.wrap(line, _LONGEST) or [""]]
    return "\n".join(['        """', *(f"        {one}".rstrip() for one in wrapped), '        """'])


def _argument(name: str, schema: Mapping[str, Any], *, is_needed: bool) -> str:
    kind = _type(schema, is_given=True)
    if is_needed:
        return f"{name}: {kind}"
    return f"{name}: {kind if kind.endswith('None') else kind + ' | None'} = None"


def _path_type(one: Mapping[str, Any], name: str) -> str:
    schema = next(each["schema"] for each in one["parameters"] if each["name"] == name)
    return _type(schema, is_given=True)


def _body(api: Mapping[str, Any], one: Mapping[str, Any]) -> Mapping[str, Any]:
    content = one.get("requestBody", {}).get("content", {})
    if not content:
        return {}
    reference = content["application/json"]["schema"]["$ref"]
    found: Mapping[str, Any] = api["components"]["schemas"][reference.rsplit("/", 1)[1]]
    return found


def _returns(one: Mapping[str, Any]) -> str:
    good = next(said for status, said in one["responses"].items() if status in {"200", "201", "202", "204"})
    content = good.get("content", {})
    if not content:
        return "None"
    return (
        _type(content["application/json"]["schema"], "answers.") if "application/json" in content else "bytes"
    )


def _is_stream(one: Mapping[str, Any]) -> bool:
    return any(_STREAM in said.get("content", {}) for said in one["responses"].values())


def _type(schema: Mapping[str, Any], prefix: str = "", *, is_given: bool = False) -> str:
    """Write a schema as a type; what is given may be any sequence, and objects are mappings."""
    if "$ref" in schema:
        return "Mapping[str, Any]" if is_given else prefix + _name(schema["$ref"].rsplit("/", 1)[1])
    for words in ("anyOf", "oneOf"):
        if words in schema:
            kinds = dict.fromkeys(_type(one, prefix, is_given=is_given) for one in schema[words])
            return " | ".join(sorted(kinds, key=lambda kind: kind == "None"))
    if "const" in schema:
        return "str"
    kind = schema.get("type", "")
    if kind == "array":
        item = _type(schema.get("items", {}), prefix, is_given=is_given)
        return f"Sequence[{item}]" if is_given else f"list[{item}]"
    if kind == "object":
        more = schema.get("additionalProperties")
        item = _type(more, prefix, is_given=is_given) if isinstance(more, dict) else "Any"
        return f"Mapping[str, {item}]" if is_given else f"dict[str, {item}]"
    return _PLAIN.get(kind, "Any")


def _answers(api: Mapping[str, Any]) -> dict[str, str]:
    """Write what is answered, each in the file of the one room that has it, or in `shared`."""
    users: dict[str, set[str]] = defaultdict(set)
    for one in _operations(api):
        good = {status: said for status, said in one["responses"].items() if status.startswith("2")}
        for name in _reached(api, good):
            users[name].add(one["room"])
    homes = {name: next(iter(rooms)) if len(rooms) == 1 else _SHARED for name, rooms in users.items()}
    short = {_name(name): home for name, home in homes.items()}
    if len(short) != len(homes):
        raise ValueError("two answers have one name: rename one")
    made = {}
    for home in sorted(set(homes.values())):
        own = sorted(name for name in homes if homes[name] == home)
        made[f"answers/{home}.py"] = _answers_of(
            api, home, own, [one for one in short if short[one] == _SHARED]
        )
    lines = ['"""What a desk answers, as JSON; made by scripts/client.py."""', ""]
    for name, home in sorted(short.items()):
        lines.append(f"from supportledger.client.answers.{home} import {name}")
    lines += ["", f"__all__ = [{', '.join(repr(name) for name in sorted(short))}]"]
    return made | {"answers/__init__.py": "\n".join(lines) + "\n"}


def _reached(api: Mapping[str, Any], said: object, known: frozenset[str] = frozenset()) -> frozenset[str]:
    """Name all that something is made of."""
    for name in re.findall(r"'#/components/schemas/([\w.-]+)'", str(said)):
        if name not in known:
            known = _reached(api, api["components"]["schemas"][name], known | {name})
    return known


def _answers_of(api: Mapping[str, Any], home: str, names: list[str], shared: list[str]) -> str:
    schemas = api["components"]["schemas"]
    lines = [f'"""What a desk answers about {home}, as JSON; made by scripts/client.py."""', ""]
    lines += ["from typing import Any, Literal, TypedDict", ""]
    if home != _SHARED:
        lines += [f"from supportledger.client.answers.{_SHARED} import {', '.join(sorted(shared))}", ""]
    for name in names:
        if "enum" in schemas[name]:
            lines.append(f"{_name(name)} = Literal[{', '.join(repr(one) for one in schemas[name]['enum'])}]")
    for name in names:
        if "enum" not in schemas[name]:
            lines += ["", f"class {_name(name)}(TypedDict):"]
            said = " ".join(schemas[name].get("description", "A page of a list.").split())
            lines += [_docstring(said).replace("        ", "    "), ""]
            fields = schemas[name]["properties"].items()
            lines += [f"    {field}: {_quoted(_type(one))}" for field, one in fields]
    return "\n".join(lines) + "\n"


def _quoted(kind: str) -> str:
    """Let types name what is written further below."""
    return f'"{kind}"' if re.search(r"\b[A-Z]\w+", kind.replace("Any", "").replace("None", "")) else kind


def _name(name: str) -> str:
    plain = name.rsplit("__", 1)[-1] if name.startswith("supportledger__") else name
    return "".join(part_[:1].upper() + part_[1:] for part_ in re.split(r"[_\W]+", plain) if part_)


def _rooms(rooms: list[str], *, is_async: bool) -> str:
    asks = "Callable[[Ask], Awaitable[Any]]" if is_async else "Callable[[Ask], Any]"
    kind = "aio" if is_async else "sync"
    lines = [
        '"""All that a desk can be asked, by subject; made by scripts/client.py."""',
        "",
        "from collections.abc import Awaitable, Callable",
        "from typing import Any",
        "",
        "from supportledger.client.asking import Ask",
    ]
    kept = [room for room in rooms if room != "events"]
    lines += [f"from supportledger.client.{kind}_rooms.{room} import {room.capitalize()}" for room in kept]
    lines += ["", "", "class Rooms:", '    """', "    The rooms of a desk.", "", "    Args:"]
    lines += ["        ask: Sends what is asked.", '    """', ""]
    lines += [f"    def __init__(self, ask: {asks}) -> None:"]
    lines += [f"        self.{room} = {room.capitalize()}(ask)" for room in kept]
    return "\n".join(lines) + "\n"


def _formatted(text: str) -> str:
    """Write it as everything here is written."""
    ruff = [sys.executable, "-m", "ruff"]
    stdin = ["--no-cache", "--stdin-filename", str(HOME / "made.py"), "-"]
    fixed = subprocess.run(  # noqa: S603 -- our own command
        [*ruff, "check", "--select", "F401,I", "--fix", "--quiet", *stdin],
        input=text, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    return subprocess.run(  # noqa: S603 -- our own command
        [*ruff, "format", *stdin], input=fixed, capture_output=True, text=True, check=True
    ).stdout


def described() -> Mapping[str, Any]:
    """Give the description of the API, as a desk in memory gives it."""
    with memory_front() as front:
        return create_app(front, Surroundings("http://localhost"), closes=False).openapi()


def main() -> int:
    """Write what is made, or compare it."""
    made, wrong = {name: text for name, text in files(described()).items() if "rooms/events" not in name}, []
    folders = ("answers", "aio_rooms", "sync_rooms")
    there = {str(one.relative_to(HOME)) for folder in folders for one in (HOME / folder).glob("*.py")}
    for name in sorted(there - set(made)):
        if "--check" in sys.argv:
            wrong.append(name)
        else:
            (HOME / name).unlink()
            print(f"removed {name}")
    for name, text in made.items():
        path = HOME / name
        if path.exists() and path.read_text() == text:
            continue
        if "--check" in sys.argv:
            wrong.append(name)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            print(f"wrote {path.relative_to(HERE)}")
    for name in wrong:
        print(f"supportledger/client/{name} is not what scripts/client.py makes", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
