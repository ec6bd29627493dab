"""
The guard at the door: finds seed phrases, private keys and card numbers, and takes them out.

* It is pure: it reads word lists of its own, and asks nobody; not a node, not a network.
* It runs before anything is normalised, committed to, stored or logged.
* What it gives back, findings and errors, never holds a secret, nor a hash of one.
* When unsure it removes: a hash can be asked for again, a stolen key cannot.

Warning: it knows what it knows (docs/explanation/secrets.md). Pictures, archives, passwords and secrets split
over several messages pass.
"""

from supportledger.assist.guard.findings import Certainty, Finding, Findings
from supportledger.assist.guard.redaction import (
    Redacted,
    RedactedFile,
    redact,
    redact_diagnostics,
    redact_file,
    scan,
)
from supportledger.assist.guard.warnings import warning

__all__ = [
    "Certainty",
    "Finding",
    "Findings",
    "Redacted",
    "RedactedFile",
    "redact",
    "redact_diagnostics",
    "redact_file",
    "scan",
    "warning",
]
