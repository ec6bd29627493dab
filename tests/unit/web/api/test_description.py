"""What the API says of itself is complete, and true."""

import pytest

from supportledger.web.doors import door_of, routes_of


@pytest.fixture
def described(browser):
    """Give the description, as anybody gets it."""
    answer = browser().get("/api/v1/openapi.json")
    assert 200 == answer.status_code
    return answer.json()


def operations(described):
    return {
        said["operationId"]: (path, method.upper(), said)
        for path, methods in described["paths"].items()
        for method, said in methods.items()
    }


def test_it_is_of_this_version_and_place(described):
    """It is OpenAPI 3.1, and says where the desk is."""
    assert "3.1.0" == described["openapi"]
    assert [{"url": "http://testserver"}] == described["servers"]


def test_every_route_is_there_once(described, app):
    """Each route of the API is an operation with a name of its own, and no page is among them."""
    routes = {
        (route.path_format, method)
        for route in routes_of(app.routes)
        if route.path_format.startswith("/api/")
        for method in route.methods
    }
    known = operations(described)
    assert routes == {(path, method) for path, method, _ in known.values()}
    assert len(routes) == len(known)
    assert all(name.count(".") == 1 for name in known)


def test_it_says_who_may_come(described, app):
    """Only what everybody may ask is open to nobody in particular."""
    public = {route.path_format for route in routes_of(app.routes) if door_of(route).is_public}
    for name, (path, _method, said) in operations(described).items():
        assert ({} in said["security"]) <= (path in public), name
        assert {"key": []} in said["security"]
    assert {"key", "session"} == set(described["components"]["securitySchemes"])


def test_it_says_what_can_go_wrong(described):
    """Every operation names its problems, and a way to read each."""
    for name, (_path, method, said) in operations(described).items():
        assert {"401", "403", "422", "429", "503"} <= set(said["responses"]), name
        assert said["description"], name
        if method == "POST" and {} not in said["security"]:
            assert "409" in said["responses"], name
            assert "Idempotency-Key" in [one["name"] for one in said["parameters"]], name
        for status, answer in said["responses"].items():
            if status >= "400":
                assert ["application/problem+json"] == list(answer["content"]), name


def test_each_body_is_strict(described):
    """Nothing unknown is taken: a misspelt name is told, not ignored."""
    schemas = described["components"]["schemas"]
    for name, (_path, _method, said) in operations(described).items():
        body = said.get("requestBody", {}).get("content", {}).get("application/json")
        if body:
            schema = schemas[body["schema"]["$ref"].rsplit("/", 1)[1]]
            assert schema["additionalProperties"] is False, name
