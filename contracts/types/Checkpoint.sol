// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The size and RFC 6962 root of an append-only log, and when they were anchored. All 0 before the first.
struct Checkpoint {
    uint64 size;
    bytes32 root;
    uint64 time;
}

/// @title Checkpoints
/// @notice Hashes a checkpoint into the one word that its log's slot holds.
library Checkpoints {
    /// @notice 0 before the first checkpoint, which is what an unused slot holds.
    function hash(Checkpoint memory c) internal pure returns (bytes32) {
        if (c.size == 0 && c.root == 0 && c.time == 0) return 0;
        return keccak256(abi.encode(c.size, c.root, c.time));
    }
}

using Checkpoints for Checkpoint global;
