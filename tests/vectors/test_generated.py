import json
from typing import Any

import pytest

from tests.vectors import generate_hashes, generate_logs, generate_rfc6962


@pytest.mark.parametrize("generator", [generate_hashes, generate_logs, generate_rfc6962])
def test_vectors_are_what_their_generator_writes(generator: Any) -> None:
    """The committed file and a fresh run of its generator are equal."""
    assert json.loads(generator.FILE.read_text()) == json.loads(json.dumps(generator.generate()))
