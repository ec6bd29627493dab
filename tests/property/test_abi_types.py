from contextlib import suppress
from typing import Any

import eth_abi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportledger.chain.abi_types import arguments, parse
from supportledger.errors import InputError, RpcUnavailable

SIMPLE = ["uint8", "uint40", "uint256", "bool", "address", "bytes12", "bytes32", "bytes", "string"]


def component(kind: Any) -> dict[str, Any]:
    """Write a type as an ABI does; a struct is a list, an array a tuple of a type and a length, if any."""
    if isinstance(kind, list):
        return {"type": "tuple", "components": [component(one) for one in kind]}
    if isinstance(kind, tuple):
        inner = component(kind[0])
        return {**inner, "type": inner["type"] + brackets(kind)}
    return {"type": kind}


def brackets(array: tuple[Any, ...]) -> str:
    """Write what makes a type an array."""
    return f"[{''.join(map(str, array[1:]))}]"


def text(kind: Any) -> str:
    """Write a type as eth-abi takes it."""
    if isinstance(kind, list):
        return f"({','.join(text(one) for one in kind)})"
    return text(kind[0]) + brackets(kind) if isinstance(kind, tuple) else kind


def values(kind: Any) -> st.SearchStrategy[Any]:
    if isinstance(kind, list):
        return st.tuples(*(values(one) for one in kind))
    if isinstance(kind, tuple):
        least, most = (kind[1], kind[1]) if kind[1:] else (0, 3)
        return st.lists(values(kind[0]), min_size=least, max_size=most).map(tuple)
    return PLAIN.get(kind) or sized(kind)


def sized(kind: str) -> st.SearchStrategy[Any]:
    if kind.startswith("uint"):
        return st.integers(0, 2 ** int(kind[4:]) - 1)
    length = 20 if kind == "address" else int(kind[5:])
    return st.binary(min_size=length, max_size=length)


PLAIN = {"bool": st.booleans(), "string": st.text(max_size=40), "bytes": st.binary(max_size=70)}
kinds = st.recursive(
    st.sampled_from(SIMPLE),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4) | st.tuples(inner) | st.tuples(inner, st.integers(1, 4))
    ),
    max_leaves=6,
)


@given(data=st.data(), listed=st.lists(kinds, min_size=1, max_size=4))
def test_encodes_and_decodes_as_eth_abi(data: st.DataObject, listed: list[Any]) -> None:
    """Whatever the types and values, the bytes are eth-abi's, and read back as what was written."""
    given_values = data.draw(st.tuples(*(values(kind) for kind in listed)))
    ours = arguments([component(kind) for kind in listed])
    encoded = ours.encode(given_values)
    assert eth_abi.encode([text(kind) for kind in listed], given_values) == encoded
    assert given_values == ours.decode(encoded, 0)


def test_words_that_are_laid_out_already_are_taken_as_they_are() -> None:
    """A state goes into a call as its 128 bytes, and is read as four words."""
    state = arguments([component(("bytes32", 4))])
    words = tuple(bytes([at]) * 32 for at in range(4))
    assert state.encode([words]) == state.encode([b"".join(words)]) == b"".join(words)
    assert (words,) == state.decode(b"".join(words), 0)
    for wrong in (b"".join(words)[:-1], words[:3]):
        with pytest.raises(InputError, match="are expected"):
            state.encode([wrong])


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    """A node's answer that makes no sense is an error of the chain, never another one."""
    kind = parse(component([("bytes",), "string", (["uint256", "bytes"],), ("bytes", 2), (("bytes32", 4),)]))
    with suppress(RpcUnavailable):
        kind.decode(data, 0)
