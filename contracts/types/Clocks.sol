// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PolicyWord} from "./Policy.sol";
import {Status} from "./Status.sol";
import {Ticket, TicketFields} from "./Ticket.sol";

/// @title Clocks
/// @notice Deadlines, lateness and pauses of an active ticket.
/// @dev A deadline of 0 means "never". An act exactly at the deadline is in time. Lateness, once true, stays true.
library Clocks {
    // The numbers of the two clocks are part of every escalation.
    uint256 internal constant RESPONSE = 1;
    uint256 internal constant RESOLUTION = 2;

    /// @notice Put on record what is late by now, before anything else happens.
    function settle(Ticket memory t, PolicyWord policy, uint256 time) internal pure {
        if (time > t.respondBy() && isResponseLate(t, time)) {
            t.set(t.has(TicketFields.ANSWERED) ? TicketFields.LATE_NEXT : TicketFields.LATE_FIRST);
        }
        if (mayBeLate(t, time) && time > due(t, policy, time)) {
            // Bank the running pause, so that `due` keeps the value it had when it passed.
            t.setPausedTotal(paused(t, time));
            t.set(TicketFields.LATE_RESOLVE);
        }
    }

    /// @notice Whether messages wait and their deadline has passed.
    function isResponseLate(Ticket memory t, uint256 time) internal pure returns (bool) {
        uint256 respondBy = t.respondBy();
        return time > respondBy && respondBy != 0 && t.unseen() != 0;
    }

    /// @notice Whether the resolution is late but for pauses, which only ever move a deadline on.
    function mayBeLate(Ticket memory t, uint256 time) internal pure returns (bool) {
        uint256 resolveBy = t.resolveBy();
        return time > resolveBy && resolveBy != 0;
    }

    /// @notice The resolution deadline as pauses have moved it; 0 when there is none.
    function due(Ticket memory t, PolicyWord policy, uint256 time) internal pure returns (uint256) {
        uint256 resolveBy = t.resolveBy();
        if (resolveBy == 0) return 0;
        uint256 total = paused(t, time);
        uint256 allowance = policy.pauseAllowance();
        return later(resolveBy, total < allowance ? total : allowance);
    }

    /// @notice Seconds of pause that count so far. Once the resolution is late, pausing moves nothing.
    function paused(Ticket memory t, uint256 time) internal pure returns (uint256) {
        uint256 since = t.pausedAt();
        if (since == 0 || t.has(TicketFields.LATE_RESOLVE)) return t.pausedTotal();
        uint256 total = later(t.pausedTotal(), elapsed(since, time));
        return total < type(uint32).max ? total : type(uint32).max;
    }

    /// @notice Change the status. A pause runs exactly while the ticket is Pending or OnHold.
    function enter(Ticket memory t, Status next, uint256 time) internal pure {
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
    function creditSolved(Ticket memory t, uint256 time) internal pure {
        uint256 resolveBy = t.resolveBy();
        if (resolveBy != 0) t.setResolveBy(later(resolveBy, elapsed(t.settledAt(), time)));
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
