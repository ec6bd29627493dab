// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Action} from "./Action.sol";

/// @notice What somebody does to a ticket, in one word; other bits are ignored:
///   argument << 96 | action << 80 | seen << 40 | deadline
/// @dev seen: staff: the customer sequence that they have read up to (32 bits). deadline: of a signature (40 bits).
type Act is bytes32;

/// @title Acts
library Acts {
    uint256 private constant ACTION_AND_SEEN =
        (uint256(type(uint8).max) << 80) | (uint256(type(uint32).max) << 40);

    /// @notice What of it goes into the entry's meta: the action and what was seen are in the same places there.
    function meta(Act act, uint256 time) internal pure returns (uint256) {
        return (uint256(Act.unwrap(act)) & ACTION_AND_SEEN) | time;
    }

    function argument(Act act) internal pure returns (uint256) {
        return uint256(Act.unwrap(act)) >> 96;
    }

    function deadline(Act act) internal pure returns (uint256) {
        return uint40(uint256(Act.unwrap(act)));
    }

    /// @notice An action that says nothing else.
    function plain(Action action) internal pure returns (Act) {
        return Act.wrap(bytes32(uint256(Action.unwrap(action)) << 80));
    }
}

using Acts for Act global;

/// @notice An act signed by its actor, carried by a relayer. Without a signature (r = 0) the sender is the actor.
struct SignedAct {
    Act what;
    address actor;
    bytes32 commitment;
    bytes32 r;
    bytes32 vs; // s, and in its highest bit whether v is 28: ERC-2098
}

/// @notice Consecutive acts on one ticket: its state is presented once.
struct TicketActs {
    bytes32 ticketId;
    bytes32[4] state;
    SignedAct[] acts;
}

/// @notice A ticket and its present state.
struct TicketAt {
    bytes32 ticketId;
    bytes32[4] state;
}
