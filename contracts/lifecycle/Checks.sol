// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Refusal} from "../types/Refusal.sol";
import {Refusals} from "../types/Refusals.sol";
import {Turn} from "../types/Turn.sol";

/// @title Checks
/// @notice What many actions refuse, of the turn that they refuse it in.
library Checks {
    function notAllowed(Turn t) internal pure returns (Refusal) {
        return Refusals.actionNotAllowed(t.action(), t.status());
    }

    function invalidArgument(Turn t) internal pure returns (Refusal) {
        return Refusals.argumentInvalid(t.action(), t.argument());
    }

    function missingCommitment(Turn t) internal pure returns (Refusal) {
        return Refusals.commitmentMissing(t.action());
    }

    function unexpectedCommitment(Turn t) internal pure returns (Refusal) {
        return Refusals.commitmentUnexpected(t.action());
    }
}
