"""Where a web desk is reached, and how it is served."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Surroundings:
    """
    What the web needs to know of where it is.

    Args:
        public_url: What people type to get here: `https://desk.example` or, for trying, `http://localhost:8080`.
        is_demo: It shows a demonstration: anybody on this machine may sign in as anybody.
        trusts_proxy: A proxy of ours stands before it, and says who asks.
        widget_origins: Sites whose pages may show our chat in a frame; as browsers name them.
    """

    public_url: str
    is_demo: bool = False
    trusts_proxy: bool = False
    widget_origins: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Scheme, host and port, as browsers name them."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The name alone: passkeys belong to it."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def is_secure(self) -> bool:
        """It is reached by https."""
        return self.public_url.startswith("https://")
