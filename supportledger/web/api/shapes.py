"""
The shapes of what programs send and get: strict, with examples, in pages that go on where one ended.

Times are Unix seconds, hashes and addresses `0x` and hexadecimal digits, as the ledger has them.
"""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from supportledger.desk.signing.contracts import LONGEST

T = TypeVar("T")

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
"""What people write."""
Line = Annotated[str, Field(min_length=1, max_length=200)]
"""One line of it."""
Hex32 = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", examples=["0x" + "ab" * 32])]
"""32 bytes."""
AddressText = Annotated[
    str, Field(pattern="^0x[0-9a-fA-F]{40}$", examples=["0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f"])
]
"""An address on the ledger, with or without its checksum."""
SignatureText = Annotated[str, Field(pattern="^0x([0-9a-f]{2})+$", max_length=2 + 2 * LONGEST)]
"""A signature: 65 bytes of a key, or what the actor's contract takes for its own (ERC-1271)."""
Handle = Annotated[str, Field(max_length=66, examples=["stfy-qt2n-dk3c-52ny"])]
"""A ticket: its handle, or its id in hexadecimal."""
Instant = Annotated[int, Field(ge=0, le=253_402_300_799, examples=[1_795_385_199])]
"""Unix seconds."""


class Body(BaseModel):
    """What a program sends: nothing unknown, nothing of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """What a program gets."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Meta(Answer):
    """How a list goes on."""

    has_more: bool = Field(description="There is a next page.")
    after: str | None = Field(default=None, description="Give it as `after` to get the next page.")


class Page(Answer, Generic[T]):
    """A page of a list."""

    data: list[T]
    meta: Meta
