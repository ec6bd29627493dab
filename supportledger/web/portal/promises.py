"""What is promised to a customer, in their language."""

from supportledger.desk.front import Front
from supportledger.desk.policies import describe
from supportledger.language import told


def promise_of(front: Front, number: int | None, language: str) -> list[str]:
    """
    Say what a policy promises, a sentence each.

    Args:
        front: The desk.
        number: Of the policy; None for the one that new tickets get.
        language: Of the reader.
    """
    terms = front.promises.terms(front.offered.get() if number is None else number)
    return [told(language, sentence) for sentence in describe(terms).split("\n")]
