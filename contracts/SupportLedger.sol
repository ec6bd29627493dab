// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Anchors} from "./ledger/Anchors.sol";
import {Roles} from "./ledger/Roles.sol";
import {Tickets} from "./ledger/Tickets.sol";

/// @title SupportLedger
/// @notice The deployed contract: tickets with their agents and policies, and anchors. It cannot be upgraded or paused.
contract SupportLedger is Tickets, Anchors {
    /// @param admin Grants the roles and names the successor, nothing else.
    constructor(address admin) Roles(admin) {}
}
