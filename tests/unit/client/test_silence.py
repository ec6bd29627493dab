"""A stream that has died without a word does not hold a client for ever."""

import httpx

from supportledger.client.sync import Client

EVENT = 'id: 7\ndata: {"kind": "ticket.opened"}\n\n'
BEAT_S = 15
"""How often a desk says that it is still there."""


def test_a_silent_stream_is_given_up_and_gone_on_with():
    """Silence of several beats ends a stream; the next one goes on behind the last event."""
    asked = []

    def answer(request):
        asked.append(request)
        if len(asked) == 1:
            raise httpx.ReadTimeout("silence", request=request)
        return httpx.Response(200, text=EVENT)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    found = Client("http://desk.test", "slk_x", http=http, sleep=lambda _: None).events(after="6")
    assert {"kind": "ticket.opened"} == next(found)
    assert ["6", "6"] == [one.headers["last-event-id"] for one in asked]
    limit = asked[0].extensions["timeout"]["read"]
    assert limit is not None
    assert 2 * BEAT_S < limit < 120
