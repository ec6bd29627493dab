"""Seed phrases: what is caught in every list and disguise, and what ordinary sentences are left alone."""

import json
import random
from pathlib import Path

import pytest

from supportledger.assist import guard
from supportledger.assist.guard import Certainty
from supportledger.assist.guard.words import HAN, LANGUAGES, words
from supportledger.model.incident import SecretKind
from tests.unit.assist.phrases_of import AROUND, HIDING, LISTS, SEPARATED, SIZES, phrase

ORDINARY = (Path(__file__).parent / "ordinary_chinese.txt").read_text("utf-8").splitlines()
QUESTIONS = Path(__file__).parents[3] / "supportledger" / "data" / "questions.jsonl"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lists_are_the_official_ones(language):
    """Our copy of each list has the words that others ship, all different after folding."""
    assert LISTS[language] == (words_file(language))
    assert 2048 == len(set(words(language)))


def words_file(language):
    folder = Path(guard.__file__).parent / "data" / "bip39"
    return (folder / f"{language}.txt").read_text("utf-8").split()


@pytest.mark.parametrize("disguise", SEPARATED)
def test_a_phrase_whose_words_stand_apart_is_always_found(disguise):
    """In every list, size and surrounding, the phrase is removed as one with a valid checksum."""
    chance = random.Random(disguise)
    missed = []
    for language in LANGUAGES:
        for size in SIZES:
            for around in AROUND:
                text = around.format(SEPARATED[disguise](phrase(language, size, chance)))
                found = guard.scan(text)
                if (SecretKind.SEED_PHRASE, Certainty.VERIFIED) not in {(f.kind, f.certainty) for f in found}:
                    missed.append((language, size, around))
    assert [] == missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_glued_phrase_that_stands_alone_is_always_found(language):
    """Without spaces, too, a phrase that is the whole text or the whole line is removed."""
    chance = random.Random(language)
    texts = ["".join(phrase(language, size, chance)) for size in SIZES for _ in range(10)]
    assert [] == [text for text in texts if guard.redact(text).text != "[removed:seed-phrase]"]
    assert [] == [text for text in texts if not guard.scan(f"Hello\n{text}\nBye")]


@pytest.mark.parametrize("language", HIDING)
def test_a_phrase_without_spaces_that_hides_in_a_sentence_is_found(language):
    """Of 500 that hide in sentences without spaces, at least 98 of 100 are removed, and removed whole."""
    chance = random.Random(language)
    missed = 0
    for _ in range(500):
        hidden = "".join(phrase(language, chance.choice(SIZES), chance))
        left = guard.redact(chance.choice(HIDING[language]).format(hidden)).text
        missed += any(hidden[at : at + 6] in left for at in range(len(hidden) - 5))
    assert missed <= 10


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fault", ["typo", "missing", "exchanged"])
def test_a_near_miss_is_removed_too(fault, language):
    """A letter is wrong, a word is missing, or the checksum fails: it is still removed."""
    chance = random.Random(f"{fault} {language}")
    missed = []
    for size in SIZES:
        said = phrase(language, size, chance)
        at = chance.randrange(size)
        if fault == "missing":
            del said[at]
        elif fault == "typo" and language not in HAN:
            said[at] = said[at][:2] + said[at][3:]
        else:
            said[at] = chance.choice(LISTS[language])
        text = "My seed phrase: " + " ".join(said)
        missed += [] if guard.scan(text) else [text]
    assert [] == missed


def test_first_letters_are_enough():
    """Words that are shortened to four letters, as steel plates have them, are removed."""
    said = phrase("english", 12, random.Random(4))
    assert "[removed:seed-phrase]" == guard.redact(" ".join(word[:4] for word in said)).text


def test_ordinary_chinese_is_left_alone():
    """No sentence of 700 and more alarms, alone, line by line in one text, or run together."""
    assert len(ORDINARY) >= 700
    assert len(set(ORDINARY)) == len(ORDINARY)
    assert [] == [sentence for sentence in ORDINARY if guard.scan(sentence)]
    assert not guard.scan("\n".join(ORDINARY))
    assert not guard.scan("".join(ORDINARY))


def test_the_questions_of_the_demonstration_are_left_alone():
    """Every text of every question comes through the door as it is."""
    texts = [
        text
        for line in QUESTIONS.read_text("utf-8").splitlines()
        for text in json.loads(line).values()
        if isinstance(text, str)
    ]
    assert texts == [guard.redact(text).text for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[removed:seed-phrase] " * 20,
        "My private key is [removed:private-key], the transaction 0x" + "a1" * 32,
        "about above absent but it will not be there again because you can only try this once more today",
        "I sent money to my sister and the card was not there when you said it would be",
    ],
)
def test_what_has_no_secret_is_the_very_same_text(text):
    """Nothing is found, and marks that are there already stay."""
    done = guard.redact(text)
    assert not done.findings
    assert done.text is text
