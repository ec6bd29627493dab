// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Action, Actions} from "../types/Action.sol";
import {BusinessHours} from "../types/BusinessHours.sol";
import {PolicyWord} from "../types/Policy.sol";
import {Refusal} from "../types/Refusal.sol";
import {Refusals} from "../types/Refusals.sol";
import {Statuses} from "../types/Status.sol";
import {TicketFields} from "../types/Ticket.sol";
import {Turn} from "../types/Turn.sol";
import {Checks} from "./Checks.sol";
import {Clocks} from "./Clocks.sol";

/// @title Customers
/// @notice What only the customer does to a ticket: Reply, Rate. For a keyless one an agent records the replies.
library Customers {
    using Checks for Turn;
    using Clocks for Turn;

    uint256 internal constant MAX_WAITING = 9;
    uint256 internal constant MAX_STARS = 5;
    uint256 internal constant RATING_TIME = 30 days;

    /// @notice Act, and count the entry: customers are always heard.
    function act(Turn t, Action action, uint256 time, PolicyWord policy, BusinessHours openHours)
        internal
        pure
        returns (Refusal refusal)
    {
        refusal = action == Actions.REPLY ? _reply(t, time, policy, openHours) : _rate(t, time);
        if (!refusal.isSome()) t.countCustomerEntry();
    }

    function _reply(Turn t, uint256 time, PolicyWord policy, BusinessHours openHours)
        private
        pure
        returns (Refusal refusal)
    {
        address customer = t.customer();
        if (customer == address(0)) {
            if (!t.agent().inForce(time)) return Refusals.notInForce(t.actor(), t.agent());
        } else if (t.actor() != customer) {
            return Refusals.customerOnly(t.actor(), customer);
        }
        if (t.argument() > 1) return t.invalidArgument();
        if (t.commitment() == 0) return t.missingCommitment();
        if (!t.isActive()) {
            if (!(t.status() == Statuses.SOLVED)) return t.notAllowed();
            refusal = _reopen(t, time, policy);
            if (refusal.isSome()) return refusal;
        }
        return _wait(t, time, policy, openHours);
    }

    /// @dev The time in which it was solved is credited before anything is late.
    function _reopen(Turn t, uint256 time, PolicyWord policy) private pure returns (Refusal refusal) {
        uint256 until = Clocks.later(t.settledAt(), policy.reopenWindow());
        if (time > until) return Refusals.reopenWindowPassed(until);
        t.creditSolved(time);
        t.setSettledAt(0);
        t.settle(policy, time);
    }

    /// @dev One more message waits; only the first sets a deadline.
    function _wait(Turn t, uint256 time, PolicyWord policy, BusinessHours openHours)
        private
        pure
        returns (Refusal refusal)
    {
        uint256 unseen = t.unseen();
        if (unseen >= MAX_WAITING) return Refusals.tooManyWaiting(unseen);
        if (unseen == 0) t.setRespondBy(openHours.deadline(time, policy.nextResponse()));
        t.countUnseen();
        t.enter(Statuses.OPEN, time);
        if (t.argument() == 1) t.set(TicketFields.CONTESTED);
    }

    function _rate(Turn t, uint256 time) private pure returns (Refusal refusal) {
        address customer = t.customer();
        if (customer == address(0)) return Refusals.keylessCustomer(t.action());
        if (t.actor() != customer) return Refusals.customerOnly(t.actor(), customer);
        if (t.status() == Statuses.CLOSED) {
            uint256 until = Clocks.later(t.settledAt(), RATING_TIME);
            if (time > until) return Refusals.ratingOver(until);
        } else if (!(t.status() == Statuses.SOLVED)) {
            return t.notAllowed();
        }
        if (t.rating() != 0) return Refusals.alreadyRated(t.rating());
        uint256 stars = t.argument();
        if (stars == 0 || stars > MAX_STARS) return t.invalidArgument();
        t.setRating(stars);
    }
}
