// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Action, Actions} from "../types/Action.sol";
import {AgentWord} from "../types/Agent.sol";
import {BusinessHours} from "../types/BusinessHours.sol";
import {Policy, PolicyWord} from "../types/Policy.sol";
import {Refusal} from "../types/Refusal.sol";
import {Refusals} from "../types/Refusals.sol";
import {Turn} from "../types/Turn.sol";
import {Clocks} from "./Clocks.sol";
import {Customers} from "./Customers.sol";
import {Staff} from "./Staff.sol";
import {Strangers} from "./Strangers.sol";

/// @notice What few actions need.
struct Special {
    AgentWord assignee; // Assign: the assignee's certificate
    bool supervisor; // Assign, Repolicy: whether the actor holds the role
    address successor; // Close: the ledger named as this one's successor
    Policy current; // Repolicy: the ticket's policy
    Policy proposed; // Repolicy: the one it is to get
}

/// @title Lifecycle
/// @notice What may be done to a ticket, by whom and when, and what it changes: one pure transition.
/// @dev Every action checks first. After a refusal the state in the turn is void, but for the head.
/// `supportledger.model.lifecycle` is the twin.
library Lifecycle {
    using Clocks for Turn;

    /// @notice Whether the ticket's policy has a say. In most entries of staff it has none, and need not be loaded:
    /// the transition may then be without it.
    function asksPolicy(Turn t, uint256 time) internal pure returns (bool) {
        Action action = t.action();
        if (action == Actions.ANSWER) {
            // One that leaves something unread promises the next one.
            if (t.seen() != t.customerSeq()) return true;
        } else if (action.isByPolicy()) {
            return true;
        }
        // Whether it is late depends on the pauses allowed.
        return t.mayBeLate(time);
    }

    /// @notice Apply the turn's entry to its ticket, in place.
    /// @param policy The ticket's, if it is asked.
    /// @param openHours The policy's.
    /// @param special One in an Assign, Repolicy or Close, otherwise none.
    function transition(
        Turn t,
        uint256 time,
        PolicyWord policy,
        BusinessHours openHours,
        Special[] memory special
    ) internal pure returns (Refusal refusal) {
        // Time is settled before anything else; who reopens a ticket settles what is reopened.
        if (t.isActive()) t.settle(policy, time);

        Action action = t.action();
        if (action.isStaffs()) {
            refusal = Staff.act(t, action, time, policy, openHours, special);
        } else if (t.seen() != 0) {
            refusal = Refusals.seenInvalid(t.seen(), 0);
        } else if (action.isCustomers()) {
            refusal = Customers.act(t, action, time, policy, openHours);
        } else {
            refusal = Strangers.act(t, action, time, policy, special);
        }
        if (!refusal.isSome()) t.chain();
    }
}
