import pytest

from supportledger.errors import InputError
from supportledger.model.agent import UNCERTIFIED, Agent, AgentStatus

AGENT = Agent(
    from_=0x0102030405,
    until=0x1112131415,
    status=AgentStatus.CERTIFIED,
    tier=2,
    skills=0x21222324,
    languages=0x31323334,
    credential=b"\xcc" * 12,
)
WORD = int("0102030405" + "1112131415" + "01" + "02" + "21222324" + "31323334" + "cc" * 12, 16)


class TestWord:
    def test_fields_lie_where_the_ledger_puts_them(self) -> None:
        """The word is LEDGER's list of fields, the first most significant."""
        assert (WORD, WORD.to_bytes(32)) == (AGENT.word, AGENT.authority)

    def test_unpacking_gives_every_field_back(self) -> None:
        """What was packed is read back."""
        assert AGENT == Agent.unpack(WORD)

    def test_uncertified_is_zero(self) -> None:
        """The ledger has 0 for whoever was never certified."""
        assert (0, UNCERTIFIED) == (UNCERTIFIED.word, Agent.unpack(0))

    def test_unknown_status_is_refused(self) -> None:
        """A certificate of a later ledger is not read as if it were ours."""
        with pytest.raises(InputError, match="status 4"):
            Agent.unpack(WORD + (3 << 168))

    @pytest.mark.parametrize("word", [-1, 1 << 256])
    def test_what_is_no_word_is_refused(self, word: int) -> None:
        """A certificate has 256 bits."""
        with pytest.raises(InputError, match="one word"):
            Agent.unpack(word)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"from_": 1 << 40},
            {"until": -1},
            {"tier": 256},
            {"skills": 1 << 32},
            {"languages": 1 << 32},
            {"credential": bytes(11)},
        ],
        ids=str,
    )
    def test_field_must_fit_its_place(self, wrong: dict[str, int]) -> None:
        """A value too large is refused rather than spilt into its neighbour."""
        with pytest.raises(InputError):
            Agent(**{"from_": 1, "until": 2, "status": AgentStatus.CERTIFIED, **wrong})


class TestInForce:
    @pytest.mark.parametrize(("time", "expected"), [(99, False), (100, True), (199, True), (200, False)])
    def test_from_its_first_second_until_before_its_last(self, time: int, expected: bool) -> None:
        """A certificate is in force while from ≤ time < until."""
        assert expected == Agent(100, 200, AgentStatus.CERTIFIED).in_force(time)

    @pytest.mark.parametrize("status", set(AgentStatus) - {AgentStatus.CERTIFIED})
    def test_only_if_certified(self, status: AgentStatus) -> None:
        """Suspended, revoked or never given, it is not in force."""
        assert not Agent(100, 200, status).in_force(150)


class TestRevokedFor:
    @pytest.mark.parametrize(("time", "expected"), [(199, False), (200, True), (201, True)])
    def test_from_the_time_since_which_it_is(self, time: int, expected: bool) -> None:
        """What was done before that time stands, what was done at it or after is flagged."""
        assert expected == Agent(100, 200, AgentStatus.REVOKED).revoked_for(time)

    def test_expired_is_not_revoked(self) -> None:
        """A certificate that ran out says nothing against what was done under it."""
        assert not Agent(100, 200, AgentStatus.CERTIFIED).revoked_for(300)
