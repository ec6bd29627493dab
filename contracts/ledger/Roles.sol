// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";

/// @title Roles
/// @notice Who may certify, publish and anchor. No role touches a ticket's past, and none pauses anything.
/// @dev Two-step, delayed hand-over of the admin; the admin only grants and revokes the roles and names the successor.
abstract contract Roles is AccessControlDefaultAdminRules {
    bytes32 public constant CERTIFIER_ROLE = keccak256("CERTIFIER_ROLE");
    bytes32 public constant SUPERVISOR_ROLE = keccak256("SUPERVISOR_ROLE");
    bytes32 public constant ANCHORER_ROLE = keccak256("ANCHORER_ROLE");

    uint48 internal constant ADMIN_DELAY = 2 days;

    constructor(address admin) AccessControlDefaultAdminRules(ADMIN_DELAY, admin) {}

    /// @dev Block time in the width that every record keeps: good for 34,000 years.
    function _now() internal view returns (uint40) {
        return uint40(block.timestamp);
    }
}
