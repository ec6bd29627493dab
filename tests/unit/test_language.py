"""Catalogues for many readers at once, whatever they say that they read."""

import pytest

from supportledger.language import catalogue, translated


def test_each_reader_is_answered_in_their_language() -> None:
    """Two readers of one process are each answered in their own language."""
    assert "您的登录链接" == translated("zh-CN", "Your link to sign in")
    assert "您的登录链接" == translated("zh", "Your link to sign in")
    assert "Your link to sign in" == translated("en-GB", "Your link to sign in")


@pytest.mark.parametrize("language", ["", "de", "x", "../../etc", "zh/../zh", "zh\0", "\ud800", "z" * 10_000])
def test_what_has_no_catalogue_is_english(language: str) -> None:
    """Whatever somebody claims to read: without a catalogue it is English, and no other file is looked at."""
    assert "Your link to sign in" == translated(language, "Your link to sign in")


def test_nothing_stays_nothing() -> None:
    """An empty message is not the catalogue's header."""
    assert "" == translated("zh-CN", "")


def test_readers_do_not_fill_the_memory() -> None:
    """However many languages are asked for, only so many catalogues are kept."""
    for number in range(1_000):
        catalogue(f"x{number}")
    assert catalogue.cache_info().currsize <= 64
