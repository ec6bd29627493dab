"""The guard on any text: it raises nothing, marks once, and takes time in proportion."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportledger.assist import guard

PIECES = st.sampled_from(
    [
        *(
            "abandon ",
            "about",
            "的",
            "一是",
            "あいこくしん",
            "\u3000",
            "\u200b",
            "\n",
            "1. ",
            "word 1: ",
            "0x",
            "a1" * 32,
        ),
        *(
            "4111 1111 1111 1111",
            "xprv9s21",
            "private key ",
            "tx hash ",
            "<b>",
            "</b>",
            "&amp;",
            "&#97;",
            "\\u7684",
        ),
        *(
            "[removed:seed-phrase]",
            "[removed:",
            "５",
            "③",
            "é",
            "ﷺ",
            "\ud800",
            "\0",
            '"ciphertext": "',
            "，",
            "谁拿到",
        ),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=60).map("".join)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_a_text_that_was_redacted_is_redacted(text):
    """Findings lie in the text, in order and apart, and a second run leaves the marks of the first."""
    findings = list(guard.scan(text))
    ends = [0, *(one.end for one in findings)]
    assert all(end <= one.start < one.end <= len(text) for end, one in zip(ends, findings, strict=False))
    once = guard.redact(text).text
    assert once.count("[removed:") <= guard.redact(once).text.count("[removed:") + len(findings)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_file_is_read_without_an_error(data):
    """What has no secret is the very same bytes."""
    done = guard.redact_file(data)
    assert done.findings or done.data is data


HARD = (
    *(
        "a",
        "abandon ",
        "的一",
        "谁，拿，到 ",
        "堵沫皱畅叠阁",
        "あ",
        "あいこくしん",
        "4 ",
        "1",
        "4111 1111 1111 1112 ",
        "a1",
    ),
    *(
        "0x" + "a1" * 32 + " ",
        "a1 ",
        "5" + "K" * 50 + " ",
        "xprv",
        "<a ",
        "<b>x</b>",
        "&amp;",
        "\\",
        "\u200b",
        " ",
    ),
    *(
        "\n",
        "[1, 2, ",
        "-----BEGIN PRIVATE KEY-----",
        "word 1: ",
        "[removed:seed-phrase] ",
        "1. ",
        "abandon x ",
    ),
    *("abandon " * 11 + "qwertz ", "aban ", "ﷺ", "key "),
)


@pytest.mark.parametrize("piece", HARD, ids=[ascii(one)[:24] for one in HARD])
def test_time_grows_with_the_length_and_no_faster(piece):
    """Four times as long takes less than ten times as long, whatever is repeated: no square, no blow-up."""
    guard.scan("warm")
    least, size = [float("inf")] * 2, 40_000
    for _ in range(2):
        for at, length in enumerate((size, 4 * size)):
            text = (piece * (length // len(piece) + 1))[:length]
            start = time.process_time()
            guard.scan(text)
            least[at] = min(least[at], time.process_time() - start)
    assert least[1] < 10 * least[0] + 0.05
