// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Why something is refused: where in memory the ABI-encoded error lies; 0 when there is nothing to refuse.
/// @dev `Refusals` builds them. A single call reverts with the error, a batch reports it and goes on.
type Refusal is uint256;

/// @title RefusalFields
library RefusalFields {
    function isSome(Refusal refusal) internal pure returns (bool) {
        return Refusal.unwrap(refusal) != 0;
    }

    /// @notice The error, as ItemSkipped reports it.
    function reason(Refusal refusal) internal pure returns (bytes memory encoded) {
        assembly ("memory-safe") {
            encoded := refusal
        }
    }

    /// @notice End the call with the error.
    function raise(Refusal refusal) internal pure {
        assembly ("memory-safe") {
            revert(add(refusal, 0x20), mload(refusal))
        }
    }
}

using RefusalFields for Refusal global;
