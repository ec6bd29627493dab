// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Action} from "./Action.sol";
import {Auth} from "./Auth.sol";

/// @notice What an entry is, in one word of its head and event:
///   index << 88 | action << 80 | auth << 72 | seen << 40 | time
type Meta is uint256;

/// @title Metas
library Metas {
    /// @param seen_ At most 32 bits.
    function entry(Action action_, uint256 seen_, uint256 time) internal pure returns (Meta) {
        return Meta.wrap((uint256(Action.unwrap(action_)) << 80) | (seen_ << 40) | time);
    }

    function action(Meta meta) internal pure returns (Action) {
        return Action.wrap(uint8(Meta.unwrap(meta) >> 80));
    }

    function auth(Meta meta) internal pure returns (Auth) {
        return Auth.wrap(uint8(Meta.unwrap(meta) >> 72));
    }

    /// @notice Staff: the customer sequence they have read up to.
    function seen(Meta meta) internal pure returns (uint256) {
        return uint32(Meta.unwrap(meta) >> 40);
    }

    /// @notice Say how the actor is known.
    /// @dev It is SENT before, or is to be RECORDED, which has all bits that any other has: nothing needs to be cleared.
    function withAuth(Meta meta, Auth value) internal pure returns (Meta) {
        return Meta.wrap(Meta.unwrap(meta) | (uint256(Auth.unwrap(value)) << 72));
    }

    /// @notice Number the entry, once.
    function withIndex(Meta meta, uint256 index) internal pure returns (Meta) {
        return Meta.wrap(Meta.unwrap(meta) | (index << 88));
    }
}

using Metas for Meta global;
