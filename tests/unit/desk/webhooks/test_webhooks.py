"""Endpoints are managed: their addresses are checked, their secrets shown once."""

import pytest

from supportledger.desk.webhooks import endpoints
from supportledger.desk.webhooks.webhooks import MOST, Webhooks
from supportledger.errors import Conflict, InputError, NotFound

URL = "https://hooks.example/desk"


def test_secret_is_shown_once(webhooks):
    """A secret is in what making gives, and in nothing that is listed or printed."""
    made = webhooks.add(URL)
    assert made.secret.startswith("whsec_")
    assert made.secret not in repr(made)
    assert made.secret not in repr(webhooks.list())


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://hooks.example:22/",
        "https://user:word@hooks.example/",
        "https://hooks.example\\@inside/",
        "https://hooks.example/\r\nX: y",
        "ftp://hooks.example/",
        "https:///x",
        "",
        "https://inside/",
    ],
)
def test_address_that_leads_inside_is_refused(url, webhooks):
    """Nothing is kept that is not https to a host that everybody can reach."""
    with pytest.raises(InputError):
        webhooks.add(url)
    assert [] == webhooks.list()


def test_loopback_is_allowed_where_a_setting_says_so(cabinet, feed, clock):
    """For trying things out, an endpoint on this machine may be named, on any port."""
    webhooks = Webhooks(cabinet, feed, clock, is_loopback_allowed=True)
    assert "http://127.0.0.1:8081/x" == webhooks.add("http://127.0.0.1:8081/x").endpoint.url
    with pytest.raises(InputError):
        webhooks.add("http://10.0.0.1:8081/x")


@pytest.mark.parametrize("kind", ["*", "ticket", "ticket.", "Ticket.opened", "ticket.opened; drop", ".*"])
def test_unknown_kinds_are_refused(kind, webhooks):
    """What an endpoint wants is the name of a kind, or of all of a sort."""
    with pytest.raises(InputError):
        webhooks.add(URL, [kind])


def test_change_needs_the_version_that_was_seen(webhooks):
    """Who changes an endpoint that somebody else has changed is told so, and the secret stays."""
    made = webhooks.add(URL)
    webhooks.change(made.endpoint.id, URL + "/2", ["ticket.*"], "", version=made.endpoint.version)
    with pytest.raises(Conflict):
        webhooks.change(made.endpoint.id, URL + "/3", [], "", version=made.endpoint.version)
    found = webhooks.get(made.endpoint.id)
    assert (URL + "/2", ("ticket.*",), (made.secret,)) == (found.url, found.wants, found.secrets)


def test_there_are_only_so_many(webhooks):
    """There is a most of endpoints."""
    for _ in range(MOST):
        webhooks.add(URL)
    with pytest.raises(Conflict):
        webhooks.add(URL)


def test_what_is_not_there_is_not_found(webhooks):
    """Nothing can be done to an endpoint or delivery that is not there."""
    for call in (webhooks.get, webhooks.rotate, webhooks.remove, webhooks.replay, webhooks.enable):
        with pytest.raises(NotFound):
            call("we_0")


def test_disabled_endpoint_is_not_told_again(webhooks):
    """Nothing is replayed to an endpoint that is disabled."""
    made = webhooks.add(URL)
    webhooks.disable(made.endpoint.id)
    with pytest.raises(Conflict):
        webhooks.replay_since(made.endpoint.id, 0)


def test_papers_keep_all_of_an_endpoint(webhooks):
    """An endpoint comes back from its paper as it was."""
    made = webhooks.rotate(webhooks.add(URL, ["ticket.*"], "ours").endpoint.id).endpoint
    assert made == endpoints.from_paper(endpoints.to_paper(made))
