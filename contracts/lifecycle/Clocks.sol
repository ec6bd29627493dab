// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PolicyWord} from "../types/Policy.sol";
import {Status} from "../types/Status.sol";
import {TicketFields} from "../types/Ticket.sol";
import {Turn} from "../types/Turn.sol";

/// @title Clocks
/// @notice Deadlines, lateness and pauses of an active ticket.
/// @dev A deadline of 0 means "never". An act exactly at the deadline is in time. Lateness, once true, stays true.
library Clocks {
    // The numbers of the two clocks are part of every escalation.
    uint256 internal constant RESPONSE = 1;
    uint256 internal constant RESOLUTION = 2;

    /// @notice Put on record what is late by now, before anything else happens.
    function settle(Turn t, PolicyWord policy, uint256 time) internal pure {
        if (hasPassed(t.respondBy(), time)) {
            if (t.unseen() != 0) {
                t.set(t.has(TicketFields.ANSWERED) ? TicketFields.LATE_NEXT : TicketFields.LATE_FIRST);
            }
        }
        if (mayBeLate(t, time)) {
            if (time > due(t, policy, time)) {
                // Bank the running pause, so that `due` keeps the value it had when it passed.
                t.setPausedTotal(paused(t, time));
                t.set(TicketFields.LATE_RESOLVE);
            }
        }
    }

    /// @notice Whether messages wait and their deadline has passed.
    function isResponseLate(Turn t, uint256 time) internal pure returns (bool) {
        if (!hasPassed(t.respondBy(), time)) return false;
        return t.unseen() != 0;
    }

    /// @notice Whether the resolution is late but for pauses, which only ever move a deadline on.
    function mayBeLate(Turn t, uint256 time) internal pure returns (bool) {
        return hasPassed(t.resolveBy(), time);
    }

    /// @notice The resolution deadline as pauses have moved it; 0 when there is none.
    function due(Turn t, PolicyWord policy, uint256 time) internal pure returns (uint256) {
        uint256 resolveBy = t.resolveBy();
        if (resolveBy == 0) return 0;
        uint256 total = paused(t, time);
        uint256 allowance = policy.pauseAllowance();
        return later(resolveBy, total < allowance ? total : allowance);
    }

    /// @notice Seconds of pause that count so far. Once the resolution is late, pausing moves nothing.
    function paused(Turn t, uint256 time) internal pure returns (uint256) {
        uint256 since = t.pausedAt();
        if (since == 0 || t.has(TicketFields.LATE_RESOLVE)) return t.pausedTotal();
        uint256 total = later(t.pausedTotal(), elapsed(since, time));
        return total < type(uint32).max ? total : type(uint32).max;
    }

    /// @notice Change the status. A pause runs exactly while the ticket is Pending or OnHold.
    function enter(Turn t, Status next, uint256 time) internal pure {
        uint256 since = t.pausedAt();
        if (next.pauses()) {
            if (since == 0) since = time;
        } else if (since != 0) {
            t.setPausedTotal(paused(t, time));
            since = 0;
        }
        t.setStatus(next, since);
    }

    /// @notice Time spent solved does not count against the desk.
    function creditSolved(Turn t, uint256 time) internal pure {
        uint256 resolveBy = t.resolveBy();
        if (resolveBy != 0) t.setResolveBy(later(resolveBy, elapsed(t.settledAt(), time)));
    }

    /// @notice Whether a deadline has passed; "never" has not. An act exactly at the deadline is in time.
    function hasPassed(uint256 deadline, uint256 time) internal pure returns (bool) {
        // deadline != 0 && deadline < time: 0 comes round to the highest number. No block has the time 0.
        unchecked {
            return deadline - 1 < time - 1;
        }
    }

    /// @dev Unchecked: 40-bit times and 32-bit durations are far from 256 bits.
    function later(uint256 time, uint256 duration) internal pure returns (uint256) {
        unchecked {
            return time + duration;
        }
    }

    /// @notice Seconds from *since* to *time*; 0 on a chain whose clock went back, rather than a batch that fails.
    function elapsed(uint256 since, uint256 time) internal pure returns (uint256) {
        unchecked {
            return time > since ? time - since : 0;
        }
    }

    /// @notice The earlier of two deadlines, where 0 is later than any other.
    function earlier(uint256 a, uint256 b) internal pure returns (uint256) {
        if (a == 0) return b;
        if (b == 0) return a;
        return a < b ? a : b;
    }
}
