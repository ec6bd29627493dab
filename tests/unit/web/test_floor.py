"""What every request goes through: doors, origins, headers, sizes, limits, problems."""

import pytest
from fastapi import APIRouter, FastAPI

from supportledger import errors
from supportledger.model.people import Role
from supportledger.model.refusal import REFUSALS
from supportledger.web import problems
from supportledger.web.doors import check_doors, door_of, routes_of
from supportledger.web.headers import SAFE
from supportledger.web.limits import Allowance, Limits
from supportledger.web.sizes import LARGEST_BODY
from tests.unit.web.conftest import URL


def all_errors(cls=errors.Error):
    yield cls
    for one in cls.__subclasses__():
        yield from all_errors(one)


@pytest.mark.parametrize(
    "kind", [*dict.fromkeys(all_errors()), *REFUSALS.values()], ids=lambda one: one.__name__
)
def test_every_error_has_a_status(kind):
    """Whatever goes wrong has a status that says whose turn it is."""
    status = problems.status_of(kind)
    assert 400 <= status < 600
    if issubclass(kind, errors.InputError | errors.NotFound | errors.Denied | errors.Conflict):
        assert status < 500


def test_what_may_pass_says_when_to_come_again():
    """An answer to something that may succeed later says when, and one to nobody how to be let in."""
    assert {"Retry-After"} == set(problems.headers(errors.StoreBusy("x")))
    assert {"Retry-After"} == set(problems.headers(errors.LimitReached("x")))
    assert {"WWW-Authenticate"} == set(problems.headers(errors.NotSignedIn("x")))
    assert {} == problems.headers(errors.NotFound("x"))


def test_a_route_without_a_door_stops_the_start():
    """An application in which somebody forgot to say who may come does not start, however deep it is."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    inner, outer = APIRouter(), APIRouter(prefix="/deep")
    inner.get("/open")(lambda: "come in")
    outer.include_router(inner)
    app.include_router(outer)
    with pytest.raises(TypeError, match="/deep/open"):
        check_doors(app.routes)


def test_every_route_has_a_door(app):
    """Each route says what it asks of those who come."""
    routes = routes_of(app.routes)
    assert len(routes) > 100
    assert all(door_of(route) is not None for route in routes)


def test_a_page_of_somebody_else_changes_nothing(browser):
    """A form that another site sends is refused, with a session and without."""
    for one in (browser(), browser(Role.AGENT)):
        answer = one.post("/sign-out", headers={"origin": "https://evil.example"})
        assert 403 == answer.status_code
        answer = one.post("/sign-out", headers={"sec-fetch-site": "cross-site"})
        assert 403 == answer.status_code


def test_a_session_changes_nothing_without_its_own_token(browser, front):
    """Neither no token nor another session's is good; the field of a form is as good as the header."""
    one, other = browser(Role.AGENT), browser(Role.AGENT, name="Bob")
    own, foreign = one.headers.pop("X-CSRF-Token"), other.headers["X-CSRF-Token"]
    assert 403 == one.post("/sign-out").status_code
    assert 403 == one.post("/sign-out", data={"csrf": foreign}).status_code
    assert 403 == one.post("/sign-out", headers={"X-CSRF-Token": foreign}).status_code
    assert 1 == len(front.sessions.of(one.account.id))
    assert 303 == one.post("/sign-out", data={"csrf": own}).status_code
    assert 0 == len(front.sessions.of(one.account.id))


def test_a_program_with_a_key_has_no_session(browser):
    """Whoever shows an API key is judged by it alone, whatever cookies come along."""
    one = browser(Role.ADMIN)
    answer = one.get("/account", headers={"authorization": "Bearer slk_nothing"})
    assert 303 == answer.status_code  # nobody is signed in: the page to sign in


def test_every_answer_is_safe(browser):
    """Pages, files, problems and refusals all say what a browser must not do."""
    for path in ("/sign-in", "/assets/desk.css", "/nothing", "/api/v1/nothing", "/account"):
        found = browser().get(path).headers
        assert {name: SAFE[name] for name in SAFE if name != "cache-control"} == {
            name: found[name] for name in SAFE if name != "cache-control"
        }
        assert "unsafe" not in found["content-security-policy"]


def test_what_belongs_to_somebody_is_kept_nowhere(browser):
    """Pages stay in no cache; our own files stay in all of them under an address that changes with them."""
    assert "no-store" == browser(Role.AGENT).get("/account").headers["cache-control"]
    assert "immutable" in browser().get("/assets/desk.css?v=1").headers["cache-control"]
    assert "public, max-age=3600" == browser().get("/assets/widget.js").headers["cache-control"]


@pytest.mark.parametrize(
    "name", ["..%2fapp.py", "%2e%2e/%2e%2e/config.py", "desk.css/../../app.py", ".gitignore"]
)
def test_files_of_ours_only(browser, name):
    """No address leads out of the folder of assets."""
    assert 404 == browser().get(f"/assets/{name}").status_code


def test_too_much_is_refused_before_it_is_read(browser):
    """A body that says it is too large, or turns out to be, is refused with a problem."""
    answer = browser().post("/sign-in/mail", content=b"x", headers={"content-length": str(LARGEST_BODY + 1)})
    assert 413 == answer.status_code

    def pieces():
        for _ in range(LARGEST_BODY // 2**20 + 2):
            yield b"x" * 2**20

    answer = browser().post(
        "/sign-in/mail", content=pieces(), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert 413 == answer.status_code
    assert problems.MEDIA_TYPE == answer.headers["content-type"]


def test_limits_are_shared(front):
    """Two processes together grant what a window allows, and no more."""
    allowance = Allowance("test", 50, share=8)
    both = [Limits(front.cabinet, lambda: 1_000_000.0) for _ in range(2)]
    granted = 0
    for turn in range(200):
        try:
            both[turn % 2].take(allowance, "somebody")
        except errors.LimitReached:
            continue
        granted += 1
    assert 50 == granted
    both[0].take(allowance, "somebody else")


def test_errors_speak_the_readers_language(browser):
    """A page that says what went wrong is in the language that the reader chose, or their browser's."""
    assert 'lang="zh-CN"' in browser().get("/nothing", headers={"accept-language": "zh-TW,en;q=0.5"}).text
    assert 'lang="en"' in browser().get("/nothing", headers={"accept-language": "fr"}).text
    client = browser()
    assert 303 == client.get("/language/zh?to=/sign-in").status_code
    assert 'lang="zh-CN"' in client.get("/nothing").text


@pytest.mark.parametrize(
    "to",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\\\\evil", "x"],
)
def test_nobody_is_sent_elsewhere(browser, to):
    """A way back leads to a page of ours, whatever the address says."""
    assert "/" == browser().get("/language/zh", params={"to": to}).headers["location"]
    assert "evil" not in browser().get("/sign-in", params={"to": to}).text.replace("%5C%5Cevil", "")


def test_origin_is_ours():
    """The address that people type gives the origin that browsers name."""
    from supportledger.web.surroundings import Surroundings  # noqa: PLC0415 -- only here

    assert URL == Surroundings(URL + "/").origin
    assert "https://desk.example:8443" == Surroundings("https://desk.example:8443/x").origin
