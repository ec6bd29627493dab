"""A world to audit."""

import pytest

from tests.unit.desk.auditing.world import World


@pytest.fixture
def world():
    return World()
