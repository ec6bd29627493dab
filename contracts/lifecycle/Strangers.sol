// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Action, Actions} from "../types/Action.sol";
import {PolicyWord} from "../types/Policy.sol";
import {Refusal} from "../types/Refusal.sol";
import {Refusals} from "../types/Refusals.sol";
import {Statuses} from "../types/Status.sol";
import {Turn} from "../types/Turn.sol";
import {Checks} from "./Checks.sol";
import {Clocks} from "./Clocks.sol";
import {Special} from "./Lifecycle.sol";

/// @title Strangers
/// @notice What anybody may do to a ticket when its time has come: Escalate, Close. The customer closes at any time.
library Strangers {
    using Checks for Turn;
    using Clocks for Turn;

    /// @notice Act, and count the entry: what anybody may do has no lane.
    function act(Turn t, Action action, uint256 time, PolicyWord policy, Special[] memory special)
        internal
        pure
        returns (Refusal refusal)
    {
        if (action == Actions.ESCALATE) {
            refusal = _escalate(t, time, policy);
            t.countEntry();
        } else if (action == Actions.CLOSE) {
            bool byCustomer = t.isByCustomer();
            refusal = _close(t, time, policy, byCustomer, special);
            if (byCustomer) t.countCustomerEntry();
            else t.countEntry();
        } else {
            refusal = Refusals.actionUnknown(Action.unwrap(action));
        }
    }

    function _escalate(Turn t, uint256 time, PolicyWord policy) private pure returns (Refusal refusal) {
        if (!t.isActive()) return t.notAllowed();
        if (t.argument() != 0) return t.invalidArgument();
        if (t.commitment() != 0) return t.unexpectedCommitment();
        bool responseLate = t.isResponseLate(time);
        (uint256 clock, uint256 deadline) = (Clocks.RESPONSE, t.respondBy());
        bool calls = responseLate && _mayCall(t, deadline, policy, time);
        if (!calls) {
            uint256 due = t.due(policy, time);
            bool resolutionLate = Clocks.hasPassed(due, time);
            if (!responseLate && !resolutionLate) return Refusals.nothingOverdue(deadline, due);
            (clock, deadline) = (Clocks.RESOLUTION, due);
            calls = resolutionLate && _mayCall(t, due, policy, time);
        }
        uint256 level = t.level();
        if (level >= policy.levels()) return Refusals.levelsExhausted(level);
        if (!calls) return Refusals.escalatedRecently(_again(t, policy));

        unchecked {
            ++level;
        }
        t.setArgument((clock << 48) | (level << 40) | deadline);
        t.setLevel(level);
        t.setEscalatedAt(time);
    }

    /// @dev A clock calls once when it passes, and again each time the policy's interval has gone by.
    function _mayCall(Turn t, uint256 deadline, PolicyWord policy, uint256 time) private pure returns (bool) {
        if (t.escalatedAt() <= deadline) return true;
        return time >= _again(t, policy);
    }

    function _again(Turn t, PolicyWord policy) private pure returns (uint256) {
        return Clocks.later(t.escalatedAt(), policy.escalateEvery());
    }

    function _close(Turn t, uint256 time, PolicyWord policy, bool byCustomer, Special[] memory special)
        private
        pure
        returns (Refusal refusal)
    {
        bool solved = t.status() == Statuses.SOLVED;
        if (!solved && !t.isActive()) return t.notAllowed();
        if (!byCustomer) {
            if (!solved) return Refusals.customerOnly(t.actor(), t.customer());
            uint256 until = Clocks.later(t.settledAt(), policy.reopenWindow());
            if (time <= until) return Refusals.reopenWindowOpen(until);
            if (t.commitment() != 0) return t.unexpectedCommitment();
        }
        if (t.argument() != 0 && t.argument() != uint160(special[0].successor)) {
            return Refusals.successorMismatch(special[0].successor, t.argument());
        }
        t.enter(Statuses.CLOSED, time);
        t.setSettledAt(time);
    }
}
