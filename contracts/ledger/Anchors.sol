// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Checkpoint} from "../types/Checkpoint.sol";
import {Roles} from "./Roles.sol";

/// @title Anchors
/// @notice Checkpoints of append-only logs kept off the chain, one word each.
/// @dev Warning: the chain cannot see whether a larger tree extends the smaller one. Verifiers check consistency proofs.
abstract contract Anchors is ISupportLedger, Roles {
    /// @inheritdoc ISupportLedger
    mapping(bytes32 logId => bytes32) public anchorHash;

    /// @inheritdoc ISupportLedger
    function anchor(bytes32 logId, Checkpoint memory previous, uint64 size, bytes32 root)
        external
        onlyRole(ANCHORER_ROLE)
    {
        bytes32 current = anchorHash[logId];
        bytes32 presentedHash = previous.hash();
        if (presentedHash != current) revert AnchorStale(logId, current, presentedHash);
        if (size <= previous.size) revert AnchorNotGrowing(previous.size, size);

        anchorHash[logId] = Checkpoint({size: size, root: root, time: uint64(block.timestamp)}).hash();
        emit Anchored(logId, msg.sender, size, root, block.timestamp);
    }
}
