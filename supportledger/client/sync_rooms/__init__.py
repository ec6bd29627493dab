"""All that a desk can be asked, by subject; made by scripts/client.py."""

from collections.abc import Callable
from typing import Any

from supportledger.client.asking import Ask
from supportledger.client.sync_rooms.actions import Actions
from supportledger.client.sync_rooms.agents import Agents
from supportledger.client.sync_rooms.audits import Audits
from supportledger.client.sync_rooms.contacts import Contacts
from supportledger.client.sync_rooms.desk import Desk
from supportledger.client.sync_rooms.export import Export
from supportledger.client.sync_rooms.figures import Figures
from supportledger.client.sync_rooms.keys import Keys
from supportledger.client.sync_rooms.macros import Macros
from supportledger.client.sync_rooms.mergers import Mergers
from supportledger.client.sync_rooms.people import People
from supportledger.client.sync_rooms.policies import Policies
from supportledger.client.sync_rooms.queues import Queues
from supportledger.client.sync_rooms.reads import Reads
from supportledger.client.sync_rooms.search import Search
from supportledger.client.sync_rooms.sessions import Sessions
from supportledger.client.sync_rooms.tickets import Tickets
from supportledger.client.sync_rooms.views import Views
from supportledger.client.sync_rooms.webhooks import Webhooks


class Rooms:
    """
    The rooms of a desk.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Any]) -> None:
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
