// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    ANSWER,
    ANSWERED,
    ASSIGN,
    CLAIM,
    CLOSE,
    CLOSED,
    CONTESTED,
    ESCALATE,
    HOLD,
    LATE_FIRST,
    LATE_NEXT,
    LATE_RESOLVE,
    NOTE,
    ON_HOLD,
    OPEN,
    PENDING,
    RATE,
    REPLY,
    REPOLICY,
    RESUME,
    SOLVE,
    SOLVED,
    State,
    isActive
} from "./State.sol";

/// @notice An accepted action, as its event tells it.
struct Step {
    uint8 action;
    uint8 auth;
    address actor;
    uint256 asked; // the argument as it was asked for
    uint256 argument; // as the event has it
    uint256 seen;
    bytes32 commitment;
    uint256 time;
    bytes32 authority; // what the rules say that the actor acted on
}

/// @notice The promises of a policy that counts all hours.
struct Terms {
    uint256 firstResponse;
    uint256 nextResponse;
    uint256 resolution;
    uint256 escalateEvery;
    uint256 reopenWindow;
    uint256 pauseAllowance;
    uint256 levels;
    uint256 tier;
}

/// @title Rules
/// @notice The design's sentences again, as conditions on before and after; numbered as in tests/invariant/README.md.
/// @dev Not written like the ledger: nothing here changes a state, each rule looks at both.
library Rules {
    /// @return broken The number and name of the first rule that the step breaks; empty when it breaks none.
    function check(State memory b, State memory a, Step memory s, Terms memory terms, Terms memory proposed)
        internal
        pure
        returns (string memory broken)
    {
        if (!isListed(b, a, s, terms)) return "1 only listed transitions happen";
        if (a.respondBy != respondByAfter(b, a, s, terms, proposed)) return "2 respondBy moves only by rule";
        if (a.resolveBy != resolveByAfter(b, s, proposed)) return "2 resolveBy moves only by rule";
        if (a.flags != flagsAfter(b, s, terms)) return "3 lateness is never missed, invented or lost";
        if (!countsRight(b, a, s)) return "4 sequences count exactly the accepted actions";
        if (!escalatesRight(b, a, s, terms)) return "5 one level for each escalation, and for nothing else";
        if (!waitsRight(b, a, s)) return "6 only an answer lowers what waits";
        if (!runsRight(b, a, s)) return "7 at most sixteen staff entries in a row";
        if (!pausesRight(b, a, s)) return "8 a pause runs while Pending or OnHold";
        if (!settlesRight(b, a, s)) return "9 settledAt is set while Solved or Closed";
        if (!keepsRest(b, a, s, proposed)) return "10 everything else changes only by its own action";
        if (a.head != headAfter(b, s)) return "11 the head chains the events";
        if (s.action == REPOLICY && isLooser(proposed, terms)) return "12 a promise only gets stricter";
    }

    // ------------------------------------------------------------------------------------------------------ 1 transitions

    function isListed(State memory b, State memory a, Step memory s, Terms memory terms)
        internal
        pure
        returns (bool)
    {
        bool active = isActive(b);
        bool stays = a.status == b.status;
        if (s.action == REPLY) {
            bool reopens = b.status == SOLVED && s.time <= b.settledAt + terms.reopenWindow;
            return (active || reopens) && a.status == OPEN;
        }
        if (s.action == ANSWER) {
            bool goes = a.unseen != 0 ? a.status == OPEN : a.status == s.asked;
            return active && isActive(a) && goes;
        }
        if (s.action == NOTE) return (active || b.status == SOLVED) && stays;
        if (s.action == ASSIGN || s.action == REPOLICY || s.action == ESCALATE) return active && stays;
        if (s.action == HOLD) return b.status == OPEN && a.status == ON_HOLD;
        if (s.action == RESUME) return b.status == ON_HOLD && a.status == OPEN;
        if (s.action == SOLVE) return active && a.status == SOLVED;
        if (s.action == CLOSE) {
            bool own = b.customer != address(0) && s.actor == b.customer;
            bool left = b.status == SOLVED && s.time > b.settledAt + terms.reopenWindow;
            return a.status == CLOSED && (left || (own && (active || b.status == SOLVED)));
        }
        if (s.action == RATE) {
            return stays && (b.status == SOLVED || (b.status == CLOSED && s.time <= b.settledAt + 30 days));
        }
        return s.action == CLAIM && stays && (active || b.status == SOLVED);
    }

    // -------------------------------------------------------------------------------------------------------- 2 deadlines

    function respondByAfter(
        State memory b,
        State memory a,
        Step memory s,
        Terms memory terms,
        Terms memory proposed
    ) internal pure returns (uint256) {
        if (s.action == REPLY && b.unseen == 0) return _in(s.time, terms.nextResponse);
        if (s.action == ANSWER && a.unseen != 0) return _in(s.time, terms.nextResponse);
        if (s.action == REPOLICY && b.unseen != 0) {
            uint256 promised = b.flags & ANSWERED != 0 ? proposed.nextResponse : proposed.firstResponse;
            return _sooner(b.respondBy, _in(s.time, promised));
        }
        return b.respondBy;
    }

    function resolveByAfter(State memory b, Step memory s, Terms memory proposed)
        internal
        pure
        returns (uint256)
    {
        if (b.status == SOLVED && (s.action == REPLY || s.action == NOTE)) return _credited(b, s.time);
        if (s.action == REPOLICY) return _sooner(b.resolveBy, _in(s.time, proposed.resolution));
        return b.resolveBy;
    }

    function _credited(State memory b, uint256 time) private pure returns (uint256) {
        return b.resolveBy == 0 ? 0 : b.resolveBy + (time - b.settledAt);
    }

    function _in(uint256 time, uint256 duration) private pure returns (uint256) {
        return duration == 0 ? 0 : time + duration;
    }

    /// @dev 0 is never.
    function _sooner(uint256 x, uint256 y) private pure returns (uint256) {
        if (x == 0 || (y != 0 && y < x)) return y;
        return x;
    }

    // --------------------------------------------------------------------------------------------------------- 3 lateness

    function flagsAfter(State memory b, Step memory s, Terms memory terms) internal pure returns (uint256) {
        uint256 flags = b.flags | lateBy(b, s, terms);
        if (s.action == ANSWER || (s.action == SOLVE && b.unseen != 0)) flags |= ANSWERED;
        if (s.action == REPLY && s.asked == 1) flags |= CONTESTED;
        return flags;
    }

    /// @notice What is late in the second of the action, before it.
    function lateBy(State memory b, Step memory s, Terms memory terms) internal pure returns (uint256 late) {
        bool reopens = b.status == SOLVED && s.action == REPLY;
        if (!isActive(b) && !reopens) return 0;
        if (b.unseen != 0 && b.respondBy != 0 && s.time > b.respondBy) {
            late = b.flags & ANSWERED != 0 ? LATE_NEXT : LATE_FIRST;
        }
        uint256 due = dueAt(b, s.time, terms);
        if (reopens && due != 0) due += s.time - b.settledAt;
        if (due != 0 && s.time > due) late |= LATE_RESOLVE;
    }

    function dueAt(State memory t, uint256 time, Terms memory terms) internal pure returns (uint256) {
        if (t.resolveBy == 0) return 0;
        uint256 paused = pausedAt(t, time);
        return t.resolveBy + (paused < terms.pauseAllowance ? paused : terms.pauseAllowance);
    }

    function pausedAt(State memory t, uint256 time) internal pure returns (uint256) {
        if (t.pausedAt == 0 || t.flags & LATE_RESOLVE != 0) return t.pausedTotal;
        uint256 total = t.pausedTotal + (time - t.pausedAt);
        return total < type(uint32).max ? total : type(uint32).max;
    }

    // -------------------------------------------------------------------------------------------------------- 4 sequences

    function countsRight(State memory b, State memory a, Step memory s) internal pure returns (bool) {
        (bool customers, bool staffs) = laneOf(b, s);
        return a.entries == b.entries + 1 && a.customerSeq == b.customerSeq + (customers ? 1 : 0)
            && a.staffSeq == b.staffSeq + (staffs ? 1 : 0);
    }

    function laneOf(State memory b, Step memory s) internal pure returns (bool customers, bool staffs) {
        bool own = b.customer != address(0) && s.actor == b.customer;
        customers = s.action == REPLY || s.action == RATE || (s.action == CLOSE && own);
        staffs = !customers && s.action != CLOSE && s.action != ESCALATE;
    }

    // -------------------------------------------------------------------------------------------------------- 5 escalation

    function escalatesRight(State memory b, State memory a, Step memory s, Terms memory terms)
        internal
        pure
        returns (bool)
    {
        if (s.action != ESCALATE) return a.level == b.level && a.escalatedAt == b.escalatedAt;
        if (a.level != b.level + 1 || a.level > terms.levels || a.escalatedAt != s.time) return false;
        (uint256 clock, uint256 deadline) = (s.argument >> 48, s.argument & type(uint40).max);
        if (s.argument >> 40 & 0xFF != a.level) return false;
        uint256 expected = clock == 1 ? b.respondBy : dueAt(b, s.time, terms);
        bool late = clock == 1 ? b.unseen != 0 : clock == 2;
        bool mayCall = b.escalatedAt <= deadline || s.time >= b.escalatedAt + terms.escalateEvery;
        return late && deadline == expected && deadline != 0 && s.time > deadline && mayCall;
    }

    // ---------------------------------------------------------------------------------------------------------- 6 waiting

    function waitsRight(State memory b, State memory a, Step memory s) internal pure returns (bool) {
        if (a.unseen > 9) return false;
        if (s.action == REPLY) return a.unseen == b.unseen + 1;
        if (s.action == SOLVE) return a.unseen == 0 && (b.unseen == 0 || s.seen == b.customerSeq);
        if (s.action != ANSWER || b.unseen == 0) return a.unseen == b.unseen;
        uint256 unread = b.customerSeq - s.seen;
        return a.unseen == (unread < b.unseen ? unread : b.unseen) && a.unseen < b.unseen;
    }

    // ------------------------------------------------------------------------------------------------------- 7 staff's run

    function runsRight(State memory b, State memory a, Step memory s) internal pure returns (bool) {
        (bool customers, bool staffs) = laneOf(b, s);
        if (a.staffRun > 16) return false;
        if (customers) return a.staffRun == 0;
        bool idle = staffs && a.unseen >= b.unseen;
        return a.staffRun == b.staffRun + (idle ? 1 : 0);
    }

    // ----------------------------------------------------------------------------------------------------------- 8 pauses

    function pausesRight(State memory b, State memory a, Step memory s) internal pure returns (bool) {
        bool pauses = a.status == PENDING || a.status == ON_HOLD;
        if (pauses != (a.pausedAt != 0)) return false;
        // A running pause goes on, another begins now.
        if (pauses && a.pausedAt != (b.pausedAt != 0 ? b.pausedAt : s.time)) return false;
        bool ended = b.pausedAt != 0 && a.pausedAt == 0;
        bool passed = a.flags & LATE_RESOLVE != 0 && b.flags & LATE_RESOLVE == 0;
        return a.pausedTotal == (ended || passed ? pausedAt(b, s.time) : b.pausedTotal);
    }

    // ---------------------------------------------------------------------------------------------------------- 9 settled

    function settlesRight(State memory b, State memory a, Step memory s) internal pure returns (bool) {
        if ((a.status == SOLVED || a.status == CLOSED) != (a.settledAt != 0)) return false;
        bool now_ = s.action == SOLVE || s.action == CLOSE || (s.action == NOTE && b.status == SOLVED);
        if (now_) return a.settledAt == s.time;
        return a.settledAt == (s.action == REPLY ? 0 : b.settledAt);
    }

    // ------------------------------------------------------------------------------------------------------------- 10 rest

    function keepsRest(State memory b, State memory a, Step memory s, Terms memory proposed)
        internal
        pure
        returns (bool)
    {
        if (a.openedAt != b.openedAt || a.version != 1) return false;
        address customer = s.action == CLAIM ? address(uint160(s.asked)) : b.customer;
        if (a.customer != customer || (s.action == CLAIM && b.customer != address(0))) return false;
        if (a.policy != (s.action == REPOLICY ? s.asked : b.policy)) return false;
        if (a.tier != (s.action == REPOLICY ? proposed.tier : b.tier)) return false;
        if (a.rating != (s.action == RATE ? s.asked : b.rating)) return false;
        if (s.action == RATE && (b.rating != 0 || a.rating == 0 || a.rating > 5)) return false;
        bool answers = s.action == ANSWER || (s.action == SOLVE && b.unseen != 0);
        if (answers) return a.assignee == s.actor;
        return a.assignee == (s.action == ASSIGN ? address(uint160(s.asked)) : b.assignee);
    }

    // ------------------------------------------------------------------------------------------------------------- 11 head

    function headAfter(State memory b, Step memory s) internal pure returns (bytes32) {
        uint256 meta =
            (b.entries << 88) | (uint256(s.action) << 80) | (uint256(s.auth) << 72) | (s.seen << 40) | s.time;
        return keccak256(abi.encode(b.head, meta, s.argument, s.actor, s.authority, s.commitment));
    }

    // --------------------------------------------------------------------------------------------------------- 12 promises

    function isLooser(Terms memory p, Terms memory t) internal pure returns (bool) {
        if (_later(p.firstResponse, t.firstResponse) || _later(p.nextResponse, t.nextResponse)) return true;
        if (_later(p.resolution, t.resolution) || p.escalateEvery > t.escalateEvery) return true;
        if (p.levels < t.levels || p.reopenWindow < t.reopenWindow || p.tier < t.tier) return true;
        return p.pauseAllowance != t.pauseAllowance;
    }

    function _later(uint256 x, uint256 y) private pure returns (bool) {
        return y != 0 && (x == 0 || x > y);
    }

    // ---------------------------------------------------------------------------------------------------------- 13 who may

    /// @notice Whether somebody with these powers is listed for this action.
    /// @param tier Of a certificate that is in force.
    function mayAct(State memory b, Step memory s, bool inForce, uint256 tier, bool supervisor)
        internal
        pure
        returns (bool)
    {
        bool own = b.customer != address(0) && s.actor == b.customer;
        if (s.action == REPLY) return own || (b.customer == address(0) && inForce);
        if (s.action == RATE) return own;
        if (s.action == CLOSE) return own || b.status == SOLVED;
        if (s.action == ESCALATE) return true;
        if (own) return false;
        if (s.action == REPOLICY) return supervisor;
        if (s.action == ASSIGN) return supervisor || (inForce && s.asked == uint160(s.actor));
        bool answers = s.action == ANSWER || (s.action == SOLVE && b.unseen != 0);
        return inForce && (!answers || tier >= b.tier);
    }
}
