// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Roles} from "./Roles.sol";

/// @title Succession
/// @notice Where new tickets go when a better ledger exists. Tickets of this one finish here.
abstract contract Succession is ISupportLedger, Roles {
    /// @inheritdoc ISupportLedger
    address public successor;

    /// @inheritdoc ISupportLedger
    function nameSuccessor(address ledger) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (successor != address(0)) revert SuccessorAlreadyNamed(successor);
        if (ledger == address(0) || ledger == address(this)) revert SuccessorInvalid(ledger);
        successor = ledger;
        emit SuccessorNamed(ledger);
    }
}
