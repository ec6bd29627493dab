// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Checkpoint, Checkpoints} from "../types/Checkpoint.sol";
import {Roles} from "./Roles.sol";

/// @title Anchors
/// @notice Checkpoints of append-only logs kept off the chain, one word each.
/// @dev Warning: the chain cannot see whether a larger tree extends the smaller one. Verifiers check consistency proofs.
abstract contract Anchors is ISupportLedger, Roles {
    /// @dev The hash of the log's last checkpoint.
    struct Anchor {
        bytes32 hash;
    }

    /// @inheritdoc ISupportLedger
    mapping(bytes32 logId => Anchor) public anchorHash;

    /// @inheritdoc ISupportLedger
    function anchor(bytes32 logId, uint64 size, bytes32 root, Checkpoint calldata previous)
        external
        onlyRole(ANCHORER_ROLE)
    {
        Anchor storage slot = anchorHash[logId];
        bytes32 current = slot.hash;
        uint64 previousSize = previous.size;
        bytes32 presentedHash = Checkpoints.hashOfPrevious(previousSize, previous.root, previous.time);
        if (presentedHash != current) revert AnchorStale(logId, current, presentedHash);
        if (size <= previousSize) revert AnchorNotGrowing(previousSize, size);

        slot.hash = Checkpoints.hash(size, root, block.timestamp);
        emit Anchored(logId, msg.sender, size, root, block.timestamp);
    }
}
