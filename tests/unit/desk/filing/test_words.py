"""A ticket is found by the words that somebody remembers of it, in English and in Chinese."""

import json
from pathlib import Path

import pytest

from supportledger.desk.filing.words import MOST, MOST_ASKED, asking, indexing
from supportledger.errors import InputError

ROOT = Path(__file__).parents[4]
QUESTIONS = [
    json.loads(line) for line in Path("supportledger/data/questions.jsonl").read_text("utf-8").splitlines()
]


def _finds(question: str, text: str) -> bool:
    return set(asking(question)) <= indexing([text])


@pytest.mark.parametrize("one", QUESTIONS, ids=lambda one: f"{one['language']}-{one['category']}")
def test_real_questions_are_found_by_their_subjects(one):
    """Every question of the demo is found by its own subject, and by each half of it."""
    text = one["subject"] + "\n" + one["text"]
    subject = one["subject"]
    assert _finds(subject, text)
    for part in (subject[: len(subject) // 2].rsplit(" ", 1)[0], subject.split(" ")[-1]):
        if part.strip('?!. ,，。？"') and len(part) > 2:
            assert _finds(part, text)


@pytest.mark.parametrize("one", [one for one in QUESTIONS if one["language"].startswith("zh")][:10])
def test_chinese_is_found_by_any_part(one):
    """Any two characters in a row of a Chinese subject find it, and each one alone."""
    letters = [at for at in one["subject"] if "\u4e00" <= at <= "\u9fff"]
    assert all(_finds(letter, one["subject"]) for letter in letters)
    run = "".join(letters[:2])
    assert not _finds("龘龘", one["subject"])
    assert _finds(run, one["subject"]) or run not in one["subject"]


def test_questions_tell_tickets_apart():
    """Most subjects find their own question and no other."""
    texts = [one["subject"] + "\n" + one["text"] for one in QUESTIONS]
    alone = [one["subject"] for one in QUESTIONS if 1 == sum(_finds(one["subject"], text) for text in texts)]
    assert len(alone) > 0.9 * len(QUESTIONS)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("ｕｓｄｔ", "My USDT is gone"),
        ("STRASSE", "Straße"),
        ("café", "cafe\u0301 closed"),
        ("1234.50", "I sent 1,234.50 yesterday"),
        ("提币", "我的USDT提币失败了"),
        ("usdt", "我的USDT提币失败了"),
        ("0xABCDEF0123456789abcdef0123456789abcdef01", "to 0xabcdef0123456789ABCDEF0123456789ABCDEF01."),
        ("abcd-efgh-ijkl-mnop", "see ABCD-EFGH-IJKL-MNOP"),
        ("2fa", "my 2FA code"),
        ("हिन्दी", "मुझे हिन्दी आती है"),
        ("출금", "출금이 안돼요"),
        ("ログイン", "ログインできません"),
        ("币", "提币"),
    ],
)
def test_the_same_word_is_found_however_it_is_written(question, text):
    """Case, width and composition make no difference; numbers, handles and addresses are one word."""
    assert _finds(question, text)


@pytest.mark.parametrize(
    ("question", "text"), [("with", "withdrawal"), ("币提", "提币"), ("234", "1234"), ("繁體", "繁体")]
)
def test_other_words_are_not_found(question, text):
    """A part of a word, another order or another script is another word."""
    assert not _finds(question, text)


@pytest.mark.parametrize("text", ["", "  ", "a", "?!", "\u200b", "x" * 501])
def test_what_has_no_word_cannot_be_asked(text):
    """A question without a word to look for is refused, and so is a very long one."""
    with pytest.raises(InputError):
        asking(text)


def test_there_are_only_so_many_words():
    """A very long text is found by its first words; a question looks for its first ones."""
    assert MOST == len(indexing([" ".join(f"w{number}" for number in range(5_000))]))
    assert MOST_ASKED == len(asking(" ".join(f"w{number}" for number in range(100))))
    assert 80 == len(asking("x" * 400)[0])
