// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Action, Actions} from "../types/Action.sol";
import {BusinessHours} from "../types/BusinessHours.sol";
import {Policy, PolicyWord} from "../types/Policy.sol";
import {Refusal} from "../types/Refusal.sol";
import {Refusals} from "../types/Refusals.sol";
import {Status, Statuses} from "../types/Status.sol";
import {TicketFields} from "../types/Ticket.sol";
import {Turn} from "../types/Turn.sol";
import {Checks} from "./Checks.sol";
import {Clocks} from "./Clocks.sol";
import {Special} from "./Lifecycle.sol";

/// @title Staff
/// @notice What agents and supervisors do to a ticket.
library Staff {
    using Checks for Turn;
    using Clocks for Turn;

    bytes32 internal constant SUPERVISOR_ROLE = keccak256("SUPERVISOR_ROLE");
    uint256 internal constant MAX_STAFF_RUN = 16;

    /// @notice Admit the actor, act, and count the entry.
    // A flat table, one line an action.
    // solhint-disable-next-line code-complexity
    function act(
        Turn t,
        Action action,
        uint256 time,
        PolicyWord policy,
        BusinessHours openHours,
        Special[] memory special
    ) internal pure returns (Refusal refusal) {
        refusal = _admit(t, action, time, special);
        if (refusal.isSome()) return refusal;

        uint256 waited = t.unseen();
        if (action == Actions.ANSWER) refusal = _answer(t, time, policy, openHours);
        else if (action == Actions.SOLVE) refusal = _solve(t, time);
        else if (action == Actions.HOLD) refusal = _hold(t, time);
        else if (action == Actions.RESUME) refusal = _resume(t, time);
        else if (action == Actions.NOTE) refusal = _note(t, time);
        else if (action == Actions.ASSIGN) refusal = _assign(t, time, special);
        else if (action == Actions.REPOLICY) refusal = _repolicy(t, time, openHours, special);
        else if (action == Actions.CLAIM) refusal = _claim(t);
        else refusal = Refusals.actionUnknown(Action.unwrap(action));
        if (refusal.isSome()) return refusal;

        return _count(t, waited);
    }

    /// @dev Staff act with their certificate or role, on tickets of others, and say how far they have read.
    function _admit(Turn t, Action action, uint256 time, Special[] memory special)
        private
        pure
        returns (Refusal refusal)
    {
        address actor = t.actor();
        if (actor == t.customer()) return Refusals.ownTicket(actor);
        if (t.seen() > t.customerSeq()) return Refusals.seenInvalid(t.seen(), t.customerSeq());
        if (action.isSupervised()) {
            if (!_assignsSelf(t, action, time)) return _admitSupervisor(t, action, special[0]);
        }
        if (!t.agent().inForce(time)) return Refusals.notInForce(actor, t.agent());
    }

    /// @dev An agent takes a ticket on their certificate; whoever gives it to another needs the role.
    function _assignsSelf(Turn t, Action action, uint256 time) private pure returns (bool) {
        return action == Actions.ASSIGN && t.argument() == uint160(t.actor()) && t.agent().inForce(time);
    }

    function _admitSupervisor(Turn t, Action action, Special memory special)
        private
        pure
        returns (Refusal refusal)
    {
        if (!special.supervisor) return Refusals.supervisorOnly(t.actor());
        t.setAuthority(
            action == Actions.REPOLICY
                ? keccak256(abi.encode(SUPERVISOR_ROLE, special.proposed.terms))
                : SUPERVISOR_ROLE
        );
    }

    /// @dev Staff cannot go on for ever without answering.
    /// @param waited Messages that waited before the action.
    function _count(Turn t, uint256 waited) private pure returns (Refusal refusal) {
        if (t.unseen() < waited) t.countAnswer();
        else if (t.staffRun() < MAX_STAFF_RUN) t.countStaffEntry();
        else refusal = Refusals.staffRunTooLong(t.staffRun());
    }

    // ---------------------------------------------------------------------------------------------------------- answering

    function _answer(Turn t, uint256 time, PolicyWord policy, BusinessHours openHours)
        private
        pure
        returns (Refusal refusal)
    {
        if (!t.isActive()) return t.notAllowed();
        uint256 argument = t.argument();
        if (!Statuses.isActive(argument)) return t.invalidArgument();
        uint256 unread;
        (refusal, unread) = _read(t);
        if (unread == 0) {
            t.enter(Status.wrap(uint8(argument)), time);
        } else {
            t.setRespondBy(openHours.deadline(time, policy.nextResponse()));
            t.enter(Statuses.OPEN, time);
        }
    }

    function _solve(Turn t, uint256 time) private pure returns (Refusal refusal) {
        if (!t.isActive()) return t.notAllowed();
        if (t.argument() != 0) return t.invalidArgument();
        if (t.unseen() != 0) {
            uint256 unread;
            (refusal, unread) = _read(t);
            if (unread != 0) return Refusals.messagesWaiting(unread);
        }
        t.enter(Statuses.SOLVED, time);
        t.setSettledAt(time);
    }

    /// @dev Read what the customer wrote, up to what the agent says to have seen: while messages wait, at least one.
    /// How many still wait is 0 after a refusal.
    function _read(Turn t) private pure returns (Refusal refusal, uint256 unread) {
        if (t.agent().tier() < t.tier()) {
            return (Refusals.tierTooLow(t.actor(), t.agent().tier(), t.tier()), 0);
        }
        if (t.commitment() == 0) return (t.missingCommitment(), 0);
        uint256 unseen = t.unseen();
        if (unseen != 0) {
            // Staff were admitted: they have seen no more than there is.
            unchecked {
                unread = t.customerSeq() - t.seen();
            }
            if (unread >= unseen) return (Refusals.answersNothing(t.seen(), t.customerSeq(), unseen), 0);
        }
        t.setAnswered(unread);
        t.setAssignee(t.actor());
    }

    // ------------------------------------------------------------------------------------------------- working on a ticket

    function _hold(Turn t, uint256 time) private pure returns (Refusal refusal) {
        if (!(t.status() == Statuses.OPEN)) refusal = t.notAllowed();
        else if (t.argument() != 0) refusal = t.invalidArgument();
        else if (t.commitment() == 0) refusal = t.missingCommitment();
        else t.enter(Statuses.ON_HOLD, time);
    }

    function _resume(Turn t, uint256 time) private pure returns (Refusal refusal) {
        if (!(t.status() == Statuses.ON_HOLD)) refusal = t.notAllowed();
        else if (t.argument() != 0) refusal = t.invalidArgument();
        else t.enter(Statuses.OPEN, time);
    }

    function _note(Turn t, uint256 time) private pure returns (Refusal refusal) {
        if (t.argument() != 0) return t.invalidArgument();
        if (t.isActive()) return refusal;
        if (!(t.status() == Statuses.SOLVED)) return t.notAllowed();
        t.creditSolved(time);
        t.setSettledAt(time);
    }

    function _assign(Turn t, uint256 time, Special[] memory special) private pure returns (Refusal refusal) {
        if (!t.isActive()) return t.notAllowed();
        if (t.argument() > type(uint160).max) return t.invalidArgument();
        address assignee = address(uint160(t.argument()));
        if (!special[0].assignee.inForce(time)) return Refusals.notInForce(assignee, special[0].assignee);
        t.setAssignee(assignee);
    }

    function _repolicy(Turn t, uint256 time, BusinessHours openHours, Special[] memory special)
        private
        pure
        returns (Refusal refusal)
    {
        uint256 number = t.argument();
        if (!t.isActive()) return t.notAllowed();
        if (number > type(uint16).max) return t.invalidArgument();
        (Policy memory current, Policy memory proposed) = (special[0].current, special[0].proposed);
        PolicyWord word = proposed.word;
        if (!word.isPublished()) return Refusals.policyNotFound(number);
        if (word.isRetired()) return Refusals.policyWithdrawn(number);
        if (!proposed.isNoLooserThan(current)) return Refusals.policyLooser(t.policy(), number);

        if (t.unseen() != 0) {
            uint256 promised = t.has(TicketFields.ANSWERED) ? word.nextResponse() : word.firstResponse();
            t.setRespondBy(Clocks.earlier(t.respondBy(), openHours.deadline(time, promised)));
        }
        t.setResolveBy(Clocks.earlier(t.resolveBy(), openHours.deadline(time, word.resolution())));
        t.setPolicy(number);
        t.setTier(word.tier());
    }

    /// @dev The customer's consent is checked by the ledger, which knows the signature.
    function _claim(Turn t) private pure returns (Refusal refusal) {
        uint256 customer = t.argument();
        if (!t.isActive() && !(t.status() == Statuses.SOLVED)) return t.notAllowed();
        if (t.customer() != address(0)) return Refusals.alreadyClaimed(t.customer());
        if (customer == 0 || customer > type(uint160).max) return t.invalidArgument();
        if (customer == uint160(t.actor())) return Refusals.ownTicket(t.actor());
        t.setCustomer(address(uint160(customer)));
    }
}
