"""From settings to the front of a desk: what a web process serves."""

import time

from supportledger.chain.identities import open_keystore
from supportledger.chain.signer import KeySigner
from supportledger.channels.mail_memory import MemoryMail
from supportledger.channels.mail_papers import PaperMail
from supportledger.config import Settings
from supportledger.desk.desk import Desk
from supportledger.desk.front import Front, House
from supportledger.desk.people.sessions import Lifetimes
from supportledger.desk.people.unlocking import Locksmith
from supportledger.ports.mail import Mail
from supportledger.wiring.connecting import connect
from supportledger.wiring.mailing import open_mail
from supportledger.wiring.memory import memory_desk


def open_front(settings: Settings, public_url: str, *, is_demo: bool = False) -> Front:
    """
    Open a desk for a web process: it never waits for the chain.

    Args:
        settings: Where everything is.
        public_url: What people type to get here.
        is_demo: Without a mail server, letters stay here, to be read on a page.

    Raises: As `wiring.connect`.
    """
    desk = connect(settings=settings, waits=False)
    try:
        stays = is_demo and settings.smtp is None
        mail = PaperMail(desk.store.cabinet, time.time) if stays else open_mail(settings, desk.clock)
        return front_of(desk, house_of(settings, public_url), mail)
    except BaseException:
        desk.close()
        raise


def memory_front(
    public_url: str = "http://testserver", desk: Desk | None = None, mail: Mail | None = None
) -> Front:
    """Make a front of a desk in this process's memory."""
    return front_of(desk or memory_desk(), House(public_url), mail or MemoryMail())


def house_of(settings: Settings, public_url: str) -> House:
    """Say where the front stands, as the settings have it."""
    lifetimes = Lifetimes(settings.staff_session_s, settings.staff_idle_s, settings.customer_session_s)
    return House(
        public_url,
        settings.desk_name,
        lifetimes,
        settings.staff_second_factor,
        is_loopback_told=settings.webhook_loopback,
    )


def front_of(desk: Desk, house: House, mail: Mail) -> Front:
    """Put the front before a desk."""
    locksmith = Locksmith(open_keystore, KeySigner, desk.cast.keys)
    return Front(desk, house, mail, locksmith)
