"""How often something may be tried: by an account, for an address, from a network."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from supportledger.desk.people.tokens import hashed
from supportledger.errors import LimitReached
from supportledger.ports.cabinet import Cabinet


@dataclass(frozen=True, slots=True)
class Limit:
    """
    So many tries within so much time.

    Args:
        what: What is tried, in a word.
        tries: How many.
        window_s: Seconds.
    """

    what: str
    tries: int
    window_s: int

    def spend(self, cabinet: Cabinet, whose: str, now: int) -> None:
        """
        Count one try, before it is known whether it succeeds: who tries many at once gains nothing.

        Args:
            cabinet: Where tries are counted, for all processes.
            whose: Account, address or network; kept as a hash.
            now: Unix seconds.

        Raises:
            LimitReached: There were as many already.
        """
        name = f"{self.what}:{hashed(whose)}"
        if not cabinet.spend(name, 1, limit=self.tries, window_s=self.window_s, now=now):
            raise LimitReached(f"too many tries: {self.what}")


def network(address: str) -> str:
    """
    Tell which network somebody comes from: whoever has one IPv6 address has 2^64 of them.

    Args:
        address: As the connection has it; what is no address counts as one network.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network((found, 64 if found.version == 6 else 32), strict=False))
