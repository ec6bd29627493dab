"""What is taken along as a file: kept, never shown."""

from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from supportledger.web.headers import SANDBOX

PROOF_TYPE: Final = "application/vnd.supportledger.proof+json"


def download(name: str, data: bytes, media_type: str = "application/octet-stream") -> Response:
    """Give bytes that people have sent: to be kept, and without any right where they are shown anyway."""
    headers = {"content-disposition": kept_as(name), "content-security-policy": SANDBOX}
    return Response(data, media_type=media_type, headers=headers)


def kept_as(name: str) -> str:
    """Name a file for browsers old and new; RFC 6266."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "_" for one in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
