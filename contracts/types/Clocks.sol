// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PolicyWord} from "./Policy.sol";
import {TicketState, TicketStates} from "./TicketState.sol";

/// @notice The two promises that can be late. The numbers are part of every escalation.
enum Clock {
    None,
    Response,
    Resolution
}

/// @title Clocks
/// @notice Deadlines, lateness and pauses of an active ticket.
/// @dev A deadline of 0 means "never". An act exactly at the deadline is in time. Lateness, once true, stays true.
library Clocks {
    /// @notice Put on record what is late by now, before anything else happens.
    function settle(TicketState memory t, PolicyWord policy, uint40 time) internal pure {
        if (isResponseLate(t, time)) {
            t.flags |= t.has(TicketStates.ANSWERED) ? TicketStates.LATE_NEXT : TicketStates.LATE_FIRST;
        }
        if (isResolutionLate(t, policy, time)) {
            // Bank the running pause, so that `due` keeps the value it had when it passed.
            t.pausedTotal = paused(t, time);
            t.flags |= TicketStates.LATE_RESOLVE;
        }
    }

    /// @notice Whether messages wait and their deadline has passed.
    function isResponseLate(TicketState memory t, uint40 time) internal pure returns (bool) {
        return t.unseen != 0 && t.respondBy != 0 && time > t.respondBy;
    }

    function isResolutionLate(TicketState memory t, PolicyWord policy, uint40 time) internal pure returns (bool) {
        return t.resolveBy != 0 && time > due(t, policy, time);
    }

    /// @notice The resolution deadline as pauses have moved it; 0 when there is none.
    function due(TicketState memory t, PolicyWord policy, uint40 time) internal pure returns (uint40) {
        if (t.resolveBy == 0) return 0;
        uint32 total = paused(t, time);
        if (total == 0) return t.resolveBy;
        uint32 allowance = policy.pauseAllowance();
        return t.resolveBy + (total < allowance ? total : allowance);
    }

    /// @notice Seconds of pause that count so far. Once the resolution is late, pausing moves nothing.
    function paused(TicketState memory t, uint40 time) internal pure returns (uint32) {
        if (t.pausedAt == 0 || t.has(TicketStates.LATE_RESOLVE)) return t.pausedTotal;
        uint256 total = uint256(t.pausedTotal) + elapsed(t.pausedAt, time);
        return total < type(uint32).max ? uint32(total) : type(uint32).max;
    }

    function startPause(TicketState memory t, uint40 time) internal pure {
        if (t.pausedAt == 0) t.pausedAt = time;
    }

    function endPause(TicketState memory t, uint40 time) internal pure {
        if (t.pausedAt == 0) return;
        t.pausedTotal = paused(t, time);
        t.pausedAt = 0;
    }

    /// @notice Time spent solved does not count against the desk.
    function creditSolved(TicketState memory t, uint40 time) internal pure {
        if (t.resolveBy != 0) t.resolveBy += elapsed(t.settledAt, time);
    }

    /// @notice Seconds from *since* to *time*; 0 on a chain whose clock went back, rather than a batch that fails.
    function elapsed(uint40 since, uint40 time) internal pure returns (uint40) {
        return time > since ? time - since : 0;
    }

    /// @notice The earlier of two deadlines, where 0 is later than any other.
    function earlier(uint40 a, uint40 b) internal pure returns (uint40) {
        if (a == 0) return b;
        if (b == 0) return a;
        return a < b ? a : b;
    }
}
