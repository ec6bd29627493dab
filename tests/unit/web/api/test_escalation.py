"""A key that leaks stays what it was."""

import pytest

from supportledger.desk.people.api_keys import Wanted
from supportledger.desk.people.tokens import csrf_token
from supportledger.model.people import Right, Role
from tests.unit.web.api.conftest import API


@pytest.mark.parametrize("how", ["invite", "set"])
def test_a_key_makes_no_administrator(browser, front, how):
    """Whoever has a key for people alone does not become somebody who may do everything."""
    admin = browser(Role.ADMIN)
    visitor = front.sessions.visitor(admin.cookies["sl_session"])
    assert csrf_token(admin.cookies["sl_session"]) == admin.headers["X-CSRF-Token"]
    token = front.api_keys.make(visitor, Wanted("Staff list", [Right.PEOPLE])).token
    other = front.people.add("Ann", [Role.AUDITOR])
    program = browser()
    program.headers["Authorization"] = f"Bearer {token}"

    def ask(role):
        said = {"roles": [role], "queues": None}
        if how == "set":
            return program.put(f"{API}/people/0x{other.id.hex()}/roles", json=said)
        return program.post(f"{API}/people", json={**said, "name": "Mallory"})

    refused = ask("admin")
    assert 403 == refused.status_code, refused.text
    assert ask("auditor").status_code in {200, 201}
