"""The API's description says what its doors ask for."""

import pytest

from supportledger.web.api.described import RIGHT
from supportledger.web.doors import door_of, routes_of
from tests.unit.web.api.conftest import API


@pytest.fixture
def operations(app):
    """Give what the description says of each route of the API, with the door of that route."""
    paths = app.openapi()["paths"]
    return [
        (paths[route.path][method.lower()], door_of(route))
        for route in routes_of(app.routes)
        if route.path.startswith(API)
        for method in route.methods
    ]


def test_every_operation_names_its_right(operations):
    """Whoever reads the description knows which scope a key needs."""
    assert [] == [
        one["operationId"]
        for one, door in operations
        if one.get(RIGHT) != (door.right.value if door.right else None)
    ]


def test_nobody_in_particular_comes_to_public_doors_alone(operations):
    """The description lets nobody in without a key or a session, but where anybody may come."""
    assert [] == [one["operationId"] for one, door in operations if ({} in one["security"]) != door.is_public]


def test_every_operation_tells_its_problems(operations):
    """Each says what it answers when nobody is let in, when it is too much, and when a value cannot be."""
    usual = {"400", "401", "403", "422", "429", "503"}
    assert [] == [one["operationId"] for one, _ in operations if not usual <= set(one["responses"])]


def test_operations_have_names_of_their_own(operations):
    """No two verbs of a program have one name."""
    names = [one["operationId"] for one, _ in operations]
    assert len(names) == len(set(names))
