import json
from collections import Counter
from itertools import islice

import pytest

from supportledger.desk.questions import Question, read_questions, shipped_questions
from supportledger.errors import InputError, NotFound


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_shipped_set_is_large_and_half_chinese():
    """The shipped set has at least forty questions, about half in Chinese, some in Traditional characters."""
    languages = Counter(question.language for question in shipped_questions())
    chinese = languages["zh-Hans"] + languages["zh-Hant"]
    assert {"en", "zh-Hans", "zh-Hant"} == languages.keys()
    assert languages.total() >= 40
    assert 0.4 <= chinese / languages.total() <= 0.6


def test_shipped_questions_are_complete_and_different():
    """Every shipped question has all its fields, and no text appears twice."""
    questions = list(shipped_questions())
    assert [] == [one for one in questions if not all((one.subject, one.category, one.answer))]
    assert len(questions) == len({one.text for one in questions})


def test_csv_with_quoted_lines(write):
    """A CSV cell in quotation marks may contain commas, line ends and quotation marks."""
    path = write("q.csv", 'text,category\n"Where, ""exactly"",\nis it?",card\n')
    assert [Question('Where, "exactly",\nis it?', category="card")] == list(read_questions(path))


def test_csv_keeps_every_language(write):
    """Chinese, right-to-left text and emoji come through as they are, with or without a byte order mark."""
    texts = ["提现一直没到账", "أين أموالي؟", "where 👀"]
    path = write("q.csv", b"\xef\xbb\xbf" + "\r\n".join(["text", *texts]).encode())
    assert texts == [question.text for question in read_questions(path)]


def test_jsonl_by_line(write):
    """A JSON Lines file gives a question for each line that is not blank."""
    path = write("q.jsonl", '{"text": "a", "answer": "b", "id": 7}\n\n{"text": "c", "language": null}\n')
    assert [Question("a", answer="b"), Question("c")] == list(read_questions(path))


def test_question_column_stands_in(write):
    """Where there is no column `text`, `question` is taken."""
    assert [Question("q", answer="a")] == list(
        read_questions(write("q.jsonl", '{"question": "q", "answer": "a"}\n'))
    )


def test_files_are_read_as_streams(write):
    """The first questions of a file are given before its later lines are looked at."""
    path = write("q.jsonl", '{"text": "first"}\nnot json\n')
    assert [Question("first")] == list(islice(read_questions(path), 1))


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("q.csv", "", "holds no questions"),
        ("q.csv", "text\n", "holds no questions"),
        ("q.jsonl", "\n \n", "holds no questions"),
        ("q.csv", "id,body\n1,a\n", "line 1: no column 'text'; there is id, body"),
        ("q.jsonl", '{"text": "a"}\n{"body": "b"}\n', "line 2: no column 'text'; there is body"),
        ("q.csv", b"text\nok\nBeschwerde \xfcber\n", "line 3: byte 0xfc is not UTF-8"),
        ("q.csv", 'text\n"open\nfor ever\n', "line 3: malformed CSV: unexpected end of data"),
        ("q.csv", "text,category\na\n", "line 2: 1 cells, and the first line names 2 columns"),
        ("q.csv", "text,category\n  ,card\n", "line 2: the text is empty"),
        ("q.jsonl", '{"text": ""}', "line 1: the text is empty"),
        ("q.jsonl", '{"text": 5}', "line 1: text is not text"),
        ("q.jsonl", '{"text": "a", "subject": ["b"]}', "line 1: subject is not text"),
        ("q.jsonl", "[1]", "line 1: not a JSON object"),
        ("q.jsonl", "text\n", "line 1: not JSON"),
        ("q.jsonl", "[" * 100_000, "line 1: not JSON"),
        ("q.jsonl", json.dumps({"text": "a\ud800"}), "line 1: text is not valid Unicode"),
        ("q.xlsx", "", "questions are read from CSV"),
    ],
    ids=range(17),  # a content would make a poor name
)
def test_unusable_files_say_where(write, name, content, complaint):
    """A file that cannot be read is refused with the line and the reason."""
    with pytest.raises(InputError) as caught:
        list(read_questions(write(name, content)))
    assert complaint in caught.value.message


def test_huge_cell_is_refused(write):
    """A cell larger than any question is refused rather than read."""
    with pytest.raises(InputError, match="field larger than field limit"):
        list(read_questions(write("q.csv", "text\n" + "x" * 200_000)))


def test_missing_file_is_named(tmp_path):
    """A file that does not exist is not found, by its name."""
    with pytest.raises(NotFound, match="nowhere"):
        list(read_questions(tmp_path / "nowhere.csv"))


def test_directory_is_no_file(tmp_path):
    """A directory with the name of a file is refused."""
    (tmp_path / "q.csv").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        list(read_questions(tmp_path / "q.csv"))
