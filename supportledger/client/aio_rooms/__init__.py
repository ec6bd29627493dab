"""All that a desk can be asked, by subject; made by scripts/client.py."""

from collections.abc import Awaitable, Callable
from typing import Any

from supportledger.client.aio_rooms.actions import Actions
from supportledger.client.aio_rooms.agents import Agents
from supportledger.client.aio_rooms.audits import Audits
from supportledger.client.aio_rooms.contacts import Contacts
from supportledger.client.aio_rooms.desk import Desk
from supportledger.client.aio_rooms.export import Export
from supportledger.client.aio_rooms.figures import Figures
from supportledger.client.aio_rooms.keys import Keys
from supportledger.client.aio_rooms.macros import Macros
from supportledger.client.aio_rooms.mergers import Mergers
from supportledger.client.aio_rooms.people import People
from supportledger.client.aio_rooms.policies import Policies
from supportledger.client.aio_rooms.queues import Queues
from supportledger.client.aio_rooms.reads import Reads
from supportledger.client.aio_rooms.search import Search
from supportledger.client.aio_rooms.sessions import Sessions
from supportledger.client.aio_rooms.tickets import Tickets
from supportledger.client.aio_rooms.views import Views
from supportledger.client.aio_rooms.webhooks import Webhooks
from supportledger.client.asking import Ask


class Rooms:
    """
    The rooms of a desk.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self.actions = Actions(ask)
        self.agents = Agents(ask)
        self.audits = Audits(ask)
        self.contacts = Contacts(ask)
        self.desk = Desk(ask)
        self.export = Export(ask)
        self.figures = Figures(ask)
        self.keys = Keys(ask)
        self.macros = Macros(ask)
        self.mergers = Mergers(ask)
        self.people = People(ask)
        self.policies = Policies(ask)
        self.queues = Queues(ask)
        self.reads = Reads(ask)
        self.search = Search(ask)
        self.sessions = Sessions(ask)
        self.tickets = Tickets(ask)
        self.views = Views(ask)
        self.webhooks = Webhooks(ask)
