"""The message catalogues: complete, compiled from what is there, and the same in values."""

import re

import pytest
from babel.messages.pofile import read_po

from scripts.catalogues import DOMAIN, LOCALES, compiled, required
from supportledger.cli import language, messages
from supportledger.model.refusal import REFUSALS

LANGUAGES = sorted(path.parts[-3] for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
VALUE = re.compile(r"\{[^{}]*\}")


def catalogue(name):
    with (LOCALES / name / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=name)


def texts(value):
    return value if isinstance(value, (tuple, list)) else (value,)


def test_chinese_is_there():
    """The product speaks Chinese besides English."""
    assert "zh" in LANGUAGES


@pytest.mark.parametrize("name", LANGUAGES)
def test_everything_is_translated(name):
    """The command line and all refusals are translated; `scripts/catalogues.py` lists what is not."""
    found = {texts(one.id)[0]: one for one in catalogue(name) if one.id}
    assert set() == required() - found.keys()
    assert [] == [key for key in required() if not all(texts(found[key].string)) or found[key].fuzzy]


@pytest.mark.parametrize("name", LANGUAGES)
def test_translations_have_the_same_values(name):
    """A translation fills in no value that the message does not have, and loses none."""
    translated = [one for one in catalogue(name) if one.id and all(texts(one.string))]
    wrong = [
        one.id
        for one in translated
        for text in texts(one.string)
        if sorted(set(VALUE.findall(text))) != sorted(set(VALUE.findall(texts(one.id)[-1])))
    ]
    assert [] == wrong


@pytest.mark.parametrize("name", LANGUAGES)
def test_compiled_is_current(name):
    """What gettext reads is what the translators wrote."""
    path = LOCALES / name / "LC_MESSAGES" / f"{DOMAIN}.mo"
    assert compiled(catalogue(name)) == path.read_bytes()


@pytest.mark.parametrize("cls", REFUSALS.values(), ids=REFUSALS)
def test_refusals_are_recognised(cls, chinese):
    """A refusal with its values filled in is found again in the catalogue, values and all."""
    values = {parameter.name: f"<{parameter.name}>" for parameter in cls.parameters}
    said = messages.translate(cls.text.format_map(values))
    assert re.search("[\u4e00-\u9fff]", said)
    assert all(value in said for name, value in values.items() if "{" + name + "}" in cls.text)


def test_findings_are_translated_in_parts(chinese):
    """A finding that is put together from others is translated part by part."""
    said = messages.translate("2 recover to their actors; 9 sent by the actor")
    assert "2 个签名与操作者相符；9 个由操作者本人发送" == said


def test_unknown_messages_stay(chinese):
    """What the catalogue does not have stays as it is."""
    assert "something new: 7" == messages.translate("something new: 7")


PREFERRED = [
    ([], {}, "en"),
    ([], {"LANG": "zh_CN.UTF-8"}, "zh-CN"),
    ([], {"LANG": "zh_CN.UTF-8", "SUPPORTLEDGER_LANG": "en"}, "en"),
    (["ticket", "--lang", "zh"], {"SUPPORTLEDGER_LANG": "en"}, "zh"),
    (["--lang=zh-CN", "ticket"], {}, "zh-CN"),
    (["ticket", "--", "--lang", "zh"], {}, "en"),
]


@pytest.mark.parametrize(("arguments", "environment", "expected"), PREFERRED)
def test_language_is_known_before_parsing(arguments, environment, expected):
    """Flag, then environment, then locale decide the language, so that even a usage error is in it."""
    assert expected == language.preferred(arguments, environment)


def test_language_of_a_settings_file(tmp_path, monkeypatch):
    """A settings file names the language, too."""
    (tmp_path / "settings.toml").write_text('lang = "zh-CN"')
    monkeypatch.delenv("SUPPORTLEDGER_LANG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "zh-CN" == language.preferred(["--data", str(tmp_path)], {})
