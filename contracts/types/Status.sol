// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Where a ticket stands. Zero is never a valid status.
/// @dev A number rather than an enum, so that an unknown one is refused with a reason.
type Status is uint8;

function sameStatus(Status a, Status b) pure returns (bool) {
    return Status.unwrap(a) == Status.unwrap(b);
}

using {sameStatus as ==} for Status global;
using Statuses for Status global;

/// @title Statuses
library Statuses {
    Status internal constant OPEN = Status.wrap(1); // the desk is to act
    Status internal constant PENDING = Status.wrap(2); // waiting for the customer
    Status internal constant ON_HOLD = Status.wrap(3); // waiting for a third party or the chain
    Status internal constant SOLVED = Status.wrap(4);
    Status internal constant CLOSED = Status.wrap(5);

    /// @notice Open, Pending or OnHold.
    function isActive(Status status) internal pure returns (bool) {
        return isActive(uint256(Status.unwrap(status)));
    }

    /// @notice Whether a number is that of Open, Pending or OnHold, which are 1 to 3.
    function isActive(uint256 number) internal pure returns (bool) {
        // 0 comes round to the highest number.
        unchecked {
            return number - 1 < Status.unwrap(ON_HOLD);
        }
    }

    /// @notice Pending or OnHold: the clock of the resolution may stand still.
    function pauses(Status status) internal pure returns (bool) {
        // Neighbours; 0 and 1 come round to the highest numbers.
        unchecked {
            return Status.unwrap(status) - Status.unwrap(PENDING) < 2;
        }
    }
}
