// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Hashing} from "./Hashing.sol";

/// @notice When an append-only log was anchored, its size and its RFC 6962 root. All 0 before the first.
struct Checkpoint {
    uint64 size;
    uint64 time;
    bytes32 root;
}

/// @title Checkpoints
/// @notice Hashes a checkpoint into the one word that its log's slot holds.
library Checkpoints {
    /// @notice keccak256(abi.encode(size, root, time)).
    function hash(uint256 size, bytes32 root, uint256 time) internal pure returns (bytes32) {
        return Hashing.hash3(bytes32(size), root, bytes32(time));
    }

    /// @notice The same, but 0 before the first checkpoint, as in an unused slot.
    function hashOfPrevious(uint256 size, bytes32 root, uint256 time) internal pure returns (bytes32) {
        if (size | uint256(root) | time == 0) return 0;
        return hash(size, root, time);
    }
}
