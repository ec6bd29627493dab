// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Given, LifecycleHarness} from "../../contracts/testing/LifecycleHarness.sol";
import {AgentWord} from "../../contracts/types/Agent.sol";
import {Policy, PolicyWord} from "../../contracts/types/Policy.sol";
import {Rules, Step, Terms} from "./Rules.sol";
import {
    ANSWER,
    ASSIGN,
    CLAIM,
    CLOSE,
    ESCALATE,
    HOLD,
    LATE_RESOLVE,
    NOTE,
    RATE,
    REPLY,
    REPOLICY,
    RESUME,
    SOLVE,
    State,
    Words,
    pack,
    read,
    wordsOf
} from "./State.sol";
import {Test} from "forge-std/Test.sol";

/// @title Every action, on any state, keeps the rules
/// @notice What is accepted obeys each numbered rule; a refused action leaves nothing to look at.
contract LifecycleFuzzTest is Test {
    address private constant CUSTOMER = address(0xC);
    address private constant AGENT = address(0xA);
    address private constant STRANGER = address(0x5);
    uint256 private constant NOW = 1_700_000_000;

    LifecycleHarness private _harness = new LifecycleHarness();

    /// @dev Any number of these decides about one action.
    struct Draw {
        uint256 state;
        uint256 times;
        uint256 terms;
        uint256 who;
        uint256 argument;
        uint256 seen;
    }

    function testFuzz_Reply(uint256 seed) external view {
        _try(REPLY, _drawn(seed));
    }

    function testFuzz_Answer(uint256 seed) external view {
        _try(ANSWER, _drawn(seed));
    }

    function testFuzz_Note(uint256 seed) external view {
        _try(NOTE, _drawn(seed));
    }

    function testFuzz_Assign(uint256 seed) external view {
        _try(ASSIGN, _drawn(seed));
    }

    function testFuzz_Hold(uint256 seed) external view {
        _try(HOLD, _drawn(seed));
    }

    function testFuzz_Resume(uint256 seed) external view {
        _try(RESUME, _drawn(seed));
    }

    function testFuzz_Solve(uint256 seed) external view {
        _try(SOLVE, _drawn(seed));
    }

    function testFuzz_Close(uint256 seed) external view {
        _try(CLOSE, _drawn(seed));
    }

    function testFuzz_Rate(uint256 seed) external view {
        _try(RATE, _drawn(seed));
    }

    function testFuzz_Escalate(uint256 seed) external view {
        _try(ESCALATE, _drawn(seed));
    }

    function testFuzz_Repolicy(uint256 seed) external view {
        _try(REPOLICY, _drawn(seed));
    }

    function testFuzz_Claim(uint256 seed) external view {
        _try(CLAIM, _drawn(seed));
    }

    /// @notice Numbers that are no action are refused, whoever tries.
    function testFuzz_RefusesUnknownActions(uint8 action, uint256 seed) external view {
        vm.assume(action < REPLY || action > CLAIM);
        (Given memory g,,,) = _given(action, _drawn(seed));
        (bytes memory refusal,,) = _harness.transition(g);
        assertNotEq(0, refusal.length);
    }

    /// @notice The fuzzer is not idle: of a thousand draws of each action, some are accepted.
    function test_AcceptsSomeOfEveryAction() external view {
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        for (uint8 action = REPLY; action <= CLAIM; ++action) {
            uint256 accepted = 0;
            for (uint256 i = 0; i < 1000; ++i) {
                if (_try(action, _drawn(i))) ++accepted;
                // Memory of past draws would make the next ones needlessly dear.
                assembly {
                    mstore(0x40, free)
                }
            }
            assertGt(accepted, 50, vm.toString(action));
        }
    }

    /// @dev Fuzzers like small numbers; states want many different ones.
    function _drawn(uint256 seed) private pure returns (Draw memory d) {
        d.state = uint256(keccak256(abi.encode(seed, "state")));
        d.times = uint256(keccak256(abi.encode(seed, "times")));
        d.terms = uint256(keccak256(abi.encode(seed, "terms")));
        d.who = uint256(keccak256(abi.encode(seed, "who")));
        d.argument = uint256(keccak256(abi.encode(seed, "argument")));
        d.seen = uint256(keccak256(abi.encode(seed, "seen")));
    }

    function _try(uint8 action, Draw memory d) private view returns (bool accepted) {
        (Given memory g, State memory b, Terms memory terms, Terms memory proposed) = _given(action, d);
        (bytes memory refusal, bytes32[4] memory next, uint256 argument) = _harness.transition(g);
        if (refusal.length != 0) return false;
        State memory a = read(wordsOf(next));
        Step memory s = Step({
            action: action,
            auth: g.auth,
            actor: g.actor,
            asked: g.argument,
            argument: argument,
            seen: g.seen,
            commitment: g.commitment,
            time: g.time,
            authority: _authority(g)
        });
        assertEq("", Rules.check(b, a, s, terms, proposed));
        bool inForce = AgentWord.unwrap(g.agent) != 0;
        assertTrue(Rules.mayAct(b, s, inForce, g.agent.tier(), g.supervisor), "13 no one else can act");
        return true;
    }

    function _authority(Given memory g) private pure returns (bytes32) {
        bytes32 role = keccak256("SUPERVISOR_ROLE");
        if (g.action == REPOLICY) return keccak256(abi.encode(role, g.proposed.terms));
        bool toSelf = g.argument == uint160(g.actor) && AgentWord.unwrap(g.agent) != 0;
        if (g.action == ASSIGN && !toSelf) return role;
        return bytes32(AgentWord.unwrap(g.agent));
    }

    // ------------------------------------------------------------------------------------------------------------- drawing

    function _given(uint8 action, Draw memory d)
        private
        pure
        returns (Given memory g, State memory b, Terms memory terms, Terms memory proposed)
    {
        (terms, proposed) = _terms(d.terms);
        b = _state(d, terms);
        Words memory w = pack(b);
        (g.parties, g.work, g.counters, g.head) = (w.parties, w.work, w.counters, w.head);
        g.policy = _policy(terms, "terms");
        g.proposed = _policy(proposed, "proposed");
        g.action = action;
        g.actor = _actor(d.who, action, b);
        bool certified = d.who >> 16 & 7 != 0;
        g.supervisor = d.who >> 24 & 1 == 1;
        if (certified && g.actor != CUSTOMER && g.actor != STRANGER && _asksAgent(action, b)) {
            g.agent = _word(d.who >> 32 & 3);
        }
        if (d.who >> 40 & 3 != 0) g.assignee = _word(1);
        g.auth = action == REPLY && b.customer == address(0) ? 3 : 0;
        g.argument = _argument(action, d.argument);
        g.commitment = action == ESCALATE || (action == CLOSE && g.actor != b.customer)
            || d.argument >> 250 == 0
            ? bytes32(0)
            : keccak256("content");
        bool staffs = action != REPLY && action != RATE && action != CLOSE && action != ESCALATE;
        if (staffs) g.seen = uint32(b.customerSeq - (d.seen & 3 < b.customerSeq ? d.seen & 3 : 0));
        g.time = uint40(NOW);
    }

    function _asksAgent(uint8 action, State memory b) private pure returns (bool) {
        if (action == REPLY) return b.customer == address(0);
        return action != RATE && action != CLOSE && action != ESCALATE;
    }

    function _actor(uint256 seed, uint8 action, State memory b) private pure returns (address) {
        uint256 pick = seed & 7;
        if (pick == 0) return STRANGER;
        if (pick == 1) return CUSTOMER;
        bool customers = action == REPLY || action == RATE || action == CLOSE;
        return customers && b.customer != address(0) ? CUSTOMER : AGENT;
    }

    function _argument(uint8 action, uint256 seed) private pure returns (uint256) {
        if (seed & 15 == 0) return seed;
        if (action == ANSWER) return 1 + (seed >> 8) % 3;
        if (action == RATE) return 1 + (seed >> 8) % 5;
        if (action == REPOLICY) return 2;
        if (action == CLAIM) return uint160(CUSTOMER);
        if (action == ASSIGN) return seed >> 8 & 1 == 0 ? uint160(AGENT) : uint160(address(0xB));
        if (action == REPLY) return seed >> 8 & 1;
        return 0;
    }

    /// @dev A state that the ledger could have reached, with clocks just before, at and just after their deadlines.
    function _state(Draw memory d, Terms memory terms) private pure returns (State memory b) {
        uint256 x = d.state;
        b.customer = x & 3 == 0 ? address(0) : CUSTOMER;
        b.status = 1 + (x >> 8) % 5;
        bool settled = b.status >= 4;
        b.unseen = settled ? 0 : (x >> 16) % 10;
        b.flags = (x >> 24) % 32;
        b.staffRun = (x >> 32) % 17;
        b.level = (x >> 40) % 4;
        b.rating = x >> 48 & 1 == 0 ? 0 : 1 + (x >> 56) % 5;
        b.customerSeq = b.unseen + 1 + (x >> 64) % 5;
        b.staffSeq = 1 + (x >> 72) % 20;
        b.entries = b.customerSeq + b.staffSeq;
        b.assignee = x >> 80 & 1 == 0 ? address(0) : AGENT;
        (b.policy, b.tier, b.version, b.head) = (1, terms.tier, 1, keccak256(abi.encode(x)));
        uint256 y = d.times;
        b.openedAt = NOW - 100 days;
        b.respondBy = y & 7 == 0 ? 0 : _near(y >> 8);
        b.resolveBy = y & 56 == 0 ? 0 : _near(y >> 24) - (y >> 6 & 1) * terms.pauseAllowance;
        if (b.status == 2 || b.status == 3) b.pausedAt = _near(y >> 40) > NOW ? NOW - 50 : _near(y >> 40);
        b.pausedTotal = y >> 56 & 1 == 0 ? 0 : (y >> 64) % 10_000;
        b.escalatedAt = y >> 80 & 1 == 0 ? 0 : NOW - (y >> 88) % 1000;
        if (settled) {
            uint256[4] memory ago = [uint256(0), terms.reopenWindow, 30 days, (y >> 104) % 40 days];
            b.settledAt = NOW - ago[y >> 96 & 3] - (y >> 100 & 1);
        }
        if (b.flags & LATE_RESOLVE != 0 && b.resolveBy == 0) b.flags ^= LATE_RESOLVE;
    }

    function _near(uint256 seed) private pure returns (uint256) {
        uint256[6] memory by = [uint256(0), 1, 2, 600, 7200, 3 days];
        uint256 off = by[seed % 6];
        return seed >> 8 & 1 == 0 ? NOW - off : NOW + off;
    }

    function _terms(uint256 seed) private pure returns (Terms memory t, Terms memory p) {
        t = Terms({
            firstResponse: seed & 7 == 0 ? 0 : 1 + (seed >> 8) % 100_000,
            nextResponse: seed & 56 == 0 ? 0 : 1 + (seed >> 24) % 100_000,
            resolution: seed & 448 == 0 ? 0 : 1 + (seed >> 40) % 1_000_000,
            escalateEvery: 300 + (seed >> 64) % 1000,
            reopenWindow: (seed >> 80) % 20 days,
            pauseAllowance: (seed >> 112) % 8000,
            levels: (seed >> 144) % 5,
            tier: 1 + (seed >> 152) % 2
        });
        p = Terms({
            firstResponse: _shorter(t.firstResponse, seed >> 160),
            nextResponse: _shorter(t.nextResponse, seed >> 168),
            resolution: _shorter(t.resolution, seed >> 176),
            escalateEvery: t.escalateEvery,
            reopenWindow: t.reopenWindow + (seed >> 184 & 1),
            pauseAllowance: t.pauseAllowance,
            levels: t.levels + (seed >> 192 & 1),
            tier: t.tier + (seed >> 200 & 1)
        });
        // Now and then looser in one thing, which must be refused.
        if (seed >> 208 & 7 == 0 && t.resolution != 0) p.resolution = t.resolution + 1;
    }

    function _shorter(uint256 duration, uint256 seed) private pure returns (uint256) {
        if (duration == 0) return seed & 1 == 0 ? 0 : 500;
        return duration - (seed & 0xFF) % duration;
    }

    function _policy(Terms memory t, string memory name) private pure returns (Policy memory p) {
        p.word = PolicyWord.wrap(
            (t.firstResponse << 224) | (t.nextResponse << 192) | (t.resolution << 160)
                | (t.escalateEvery << 128) | (t.reopenWindow << 96) | (t.pauseAllowance << 64)
                | (t.levels << 56) | (t.tier << 48)
        );
        p.terms = keccak256(bytes(name));
    }

    function _word(uint256 tier) private pure returns (AgentWord) {
        return AgentWord.wrap(
            (uint256(1) << 216) | (uint256(type(uint40).max) << 176) | (uint256(1) << 168) | (tier << 160)
        );
    }
}
