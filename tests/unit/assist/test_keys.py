"""Keys and cards: what is removed, and what is let through as a hash or another number."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from supportledger.assist import guard
from supportledger.assist.guard import Certainty
from supportledger.assist.guard.base58 import _ALPHABET

KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
WIF = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
XPRV = (
    "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiCh"
    "kVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"
)
XPUB = (
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ"
    "29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8"
)


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"0x{KEY}",
        f"my private key is {KEY}",
        f"我的私钥是{KEY}，请帮我看看",
        f"PRIVATE_KEY=0x{KEY.upper()}",
        f"not the tx hash, the private key: 0x{KEY}",
        f"0x{KEY} is my key",
        f"{KEY[:32]}\n{KEY[32:]}",
        "private key " + " ".join(KEY[at : at + 4] for at in range(0, 64, 4)),
        "\u200b".join(KEY),
        f"In order to prove that it is mine I send you what the wallet shows:\n{KEY}",
        json.dumps({"privateKey": f"0x{KEY}"}),
    ],
)
def test_a_private_key_is_removed(text):
    """64 digits that nobody calls a hash are a key, however they are written."""
    left = guard.redact(text).text
    assert "[removed:private-key]" in left
    assert KEY[:8] not in left.lower().replace("\u200b", "").replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        f"tx hash 0x{KEY}",
        f"交易哈希：0x{KEY}",
        f"我的交易 0x{KEY} 一直没有确认",
        f"https://etherscan.io/tx/0x{KEY}",
        f"block 0x{KEY}",
        f"ticket 0x{KEY}",
        f"0x{KEY} (transaction hash)",
        f"I never gave my private key to anybody. The transaction hash is 0x{KEY}",
        json.dumps({"blockHash": f"0x{KEY}", "transactionHash": f"0x{KEY}"}),
        "0x" + "00" * 32,
        f"0x{KEY}{KEY}",
        f"public key hash {KEY}",
        XPUB,
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    ],
)
def test_a_hash_is_let_through(text):
    """What is called a hash, is no scalar, or is public stays as it is."""
    assert text == guard.redact(text).text


def test_a_key_and_a_hash_in_one_message_are_told_apart():
    """Each number has the name that is its own."""
    other = KEY[::-1]
    text = f"tx hash 0x{other}, private key 0x{KEY}"
    assert f"tx hash 0x{other}, private key [removed:private-key]" == guard.redact(text).text


@pytest.mark.parametrize(
    ("secret", "mark"),
    [(WIF, "private-key"), (XPRV, "extended-key"), (f"{XPRV[:60]}\n{XPRV[60:]}", "extended-key")],
)
def test_a_key_with_a_checksum_is_removed(secret, mark):
    """Its checksum holds, so that nothing need be said of it."""
    done = guard.redact(f"here: {secret} ok")
    assert f"here: [removed:{mark}] ok" == done.text
    assert [Certainty.VERIFIED] == [one.certainty for one in done.findings]


def test_a_wrong_letter_leaves_an_extended_key_a_key():
    """Nothing else is as long and begins so; a single key must be called one."""
    wrong = XPRV[:-1] + "j"
    assert "[removed:extended-key]" == guard.redact(wrong).text
    assert f"id {WIF[:-1]}K" == guard.redact(f"id {WIF[:-1]}K").text
    assert "private key [removed:private-key]" == guard.redact(f"private key {WIF[:-1]}K").text


def test_a_pair_of_keys_is_known_by_its_public_half():
    """64 bytes whose second half belongs to the first are removed, as Base58 and as numbers; others stay."""
    private = bytes(range(1, 33))
    public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    number, signs = int.from_bytes(private + public, "big"), ""
    while number:
        number, at = divmod(number, 58)
        signs = _ALPHABET[at] + signs
    assert "[removed:private-key]" == guard.redact(signs).text
    assert "[[removed:private-key]]" == guard.redact(json.dumps(list(private + public))).text
    assert not guard.scan(json.dumps(list(private + private)))


def test_the_ciphertext_of_a_keystore_is_removed():
    """What can be guessed at with a password goes; the file stays JSON."""
    kept = {
        "crypto": {
            "ciphertext": KEY,
            "kdf": "scrypt",
            "kdfparams": {"salt": "ab1" * 21 + "c"},
            "mac": "1f" * 32,
        }
    }
    left = json.loads(guard.redact(json.dumps(kept)).text)
    assert {**kept, "crypto": {**kept["crypto"], "ciphertext": "[removed:keystore]"}} == left


def test_what_stands_between_the_lines_of_a_pem_key_is_removed():
    """Nothing of its body stays."""
    text = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIB\n-----END EC PRIVATE KEY-----\n"
    assert (
        "-----BEGIN EC PRIVATE KEY-----[removed:private-key]-----END EC PRIVATE KEY-----\n"
        == guard.redact(text).text
    )


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "４１１１ １１１１ １１１１ １１１１",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "3782 822463 10005",
        "6011111111111117",
        "3530111333300000",
        "6200000000000005",
        "6205500000000000004",
        "30569309025904",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    ],
)
def test_a_card_number_is_removed(number):
    """Every large issuer's, grouped or not, with what stands behind it on the card."""
    assert "[removed:card-number]" == guard.redact(number).text
    assert "卡号[removed:card-number]，到期 12/29" == guard.redact(f"卡号{number}，到期 12/29").text
    assert "card: [removed:card-number] 12/29 123" == guard.redact(f"card: {number} 12/29 123").text


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "+8613800138000",
        "order 4111111111111111",
        "订单号 4111111111111111",
        "tracking number: 6200000000000005",
        "0x4111111111111111",
        "4000000000000000",
        "0.4111111111111111",
        "620102198001014114",
        "IBAN DE89 3704 0044 0532 0130 00",
        "1763812345678901",
    ],
)
def test_another_long_number_is_let_through(text):
    """No check digit, no issuer, another name, or somebody's identity number."""
    assert text == guard.redact(text).text
