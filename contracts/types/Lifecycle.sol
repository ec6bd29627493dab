// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Action, Actions, Lane} from "./Action.sol";
import {AgentWord} from "./Agent.sol";
import {BusinessHours} from "./BusinessHours.sol";
import {Clocks} from "./Clocks.sol";
import {Entry} from "./Entry.sol";
import {nextHead} from "./Head.sol";
import {Meta} from "./Meta.sol";
import {Policy, PolicyWord} from "./Policy.sol";
import {Refusals} from "./Refusals.sol";
import {Status, Statuses} from "./Status.sol";
import {Ticket, TicketFields} from "./Ticket.sol";

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
/// @dev Every action checks first. A refusal is the ABI-encoded error that a single call reverts with; it is empty when the
/// action is accepted. After a refusal the state passed in is void. `supportledger.model.lifecycle` is the twin.
library Lifecycle {
    using Clocks for Ticket;

    bytes32 internal constant SUPERVISOR_ROLE = keccak256("SUPERVISOR_ROLE");
    uint256 internal constant MAX_WAITING = 9;
    uint256 internal constant MAX_STAFF_RUN = 16;
    uint256 internal constant MAX_STARS = 5;
    uint256 internal constant RATING_TIME = 30 days;

    // ------------------------------------------------------------------------------------------------------- transition

    /// @notice Whether the ticket's policy has a say. In most entries of staff it has none, and need not be loaded:
    /// the context may then be without it.
    function asksPolicy(Ticket memory t, Entry memory e, uint256 time) internal pure returns (bool asks) {
        // An answer that leaves something unread promises the next one; what may be late depends on the pauses allowed.
        asks = e.action() == Actions.ANSWER ? e.seen() != t.customerSeq() : e.action().isByPolicy();
        if (!asks) asks = t.mayBeLate(time);
    }

    /// @notice Apply an action to an existing ticket, in place.
    /// @param agent The actor's certificate, if staff or recording for a keyless customer.
    /// @param policy The ticket's, if it is asked.
    /// @param openHours The policy's.
    /// @param special One in an Assign, Repolicy or Close, otherwise none.
    /// @return refusal Why not; empty when accepted.
    /// @return meta index << 88 | action << 80 | auth << 72 | seen << 40 | time, as hashed into the head.
    function transition(
        Ticket memory t,
        Entry memory e,
        uint256 time,
        AgentWord agent,
        PolicyWord policy,
        BusinessHours openHours,
        Special[] memory special
    ) internal pure returns (bytes memory refusal, uint256 meta) {
        (uint256 index, uint256 waited) = (t.entries(), t.unseen());
        bool byStaff = e.action().isStaffs();

        // Time is settled before anything else; _reopen settles what it reopens.
        if (t.isActive()) t.settle(policy, time);

        refusal = byStaff ? _admitStaff(t, e, time, agent, special) : _admitOther(e);
        if (refusal.length == 0) refusal = _act(t, e, time, agent, policy, openHours, special);
        if (refusal.length == 0) {
            if (byStaff) refusal = _countStaff(t, waited);
            else _countOther(t, e);
        }
        if (refusal.length == 0) meta = chain(t, index, e, authorityOf(e, time, agent, special));
    }

    /// @notice What the actor acted on: bound into the head, so that no later change can rewrite it.
    function authorityOf(Entry memory e, uint256 time, AgentWord agent, Special[] memory special)
        internal
        pure
        returns (bytes32 authority)
    {
        authority = bytes32(AgentWord.unwrap(agent)); // 0 for customers and strangers
        if (e.action().isSupervised()) {
            if (e.action() == Actions.REPOLICY) {
                authority = keccak256(abi.encode(SUPERVISOR_ROLE, special[0].proposed.terms));
            } else if (!_assignsSelf(e, time, agent)) {
                authority = SUPERVISOR_ROLE;
            }
        }
    }

    /// @notice Append an entry to the ticket's hash chain.
    function chain(Ticket memory t, uint256 index, Entry memory e, bytes32 authority)
        internal
        pure
        returns (uint256 meta)
    {
        meta = Meta.unwrap(e.meta.withIndex(index));
        t.head = nextHead(t.head, meta, e.argument, e.actor, authority, e.commitment);
    }

    /// @dev Staff act with their certificate or role, on tickets of others, and say how far they have read.
    function _admitStaff(
        Ticket memory t,
        Entry memory e,
        uint256 time,
        AgentWord agent,
        Special[] memory special
    ) private pure returns (bytes memory refusal) {
        if (e.actor == t.customer()) return Refusals.ownTicket(e.actor);
        if (e.seen() > t.customerSeq()) return Refusals.seenInvalid(e.seen(), t.customerSeq());
        if (e.action().isSupervised()) {
            if (e.action() == Actions.REPOLICY || !_assignsSelf(e, time, agent)) {
                if (!special[0].supervisor) return Refusals.supervisorOnly(e.actor);
                return refusal;
            }
        }
        if (!agent.inForce(time)) return Refusals.notInForce(e.actor, agent);
    }

    /// @dev What others have read is not asked.
    function _admitOther(Entry memory e) private pure returns (bytes memory refusal) {
        if (e.seen() != 0) refusal = Refusals.seenInvalid(e.seen(), 0);
    }

    /// @dev Sequences count exactly the accepted actions of their lane; staff cannot go on for ever without answering.
    /// @param waited Messages that waited before the action.
    function _countStaff(Ticket memory t, uint256 waited) private pure returns (bytes memory refusal) {
        if (t.unseen() < waited) t.countAnswer();
        else if (t.staffRun() < MAX_STAFF_RUN) t.countStaffEntry();
        else refusal = Refusals.staffRunTooLong(t.staffRun());
    }

    /// @dev Customers are always heard; what anybody may do has no lane.
    function _countOther(Ticket memory t, Entry memory e) private pure {
        if (e.action().lane(e.actor, t.customer()) == Lane.Customer) t.countCustomerEntry();
        else t.countEntry();
    }

    // A flat table, one line an action.
    // solhint-disable-next-line code-complexity
    function _act(
        Ticket memory t,
        Entry memory e,
        uint256 time,
        AgentWord agent,
        PolicyWord policy,
        BusinessHours openHours,
        Special[] memory special
    ) private pure returns (bytes memory refusal) {
        Action action = e.action();
        if (action == Actions.ANSWER) refusal = _answer(t, e, time, agent, policy, openHours);
        else if (action == Actions.REPLY) refusal = _reply(t, e, time, agent, policy, openHours);
        else if (action == Actions.SOLVE) refusal = _solve(t, e, time, agent);
        else if (action == Actions.ESCALATE) refusal = _escalate(t, e, time, policy);
        else if (action == Actions.HOLD) refusal = _hold(t, e, time);
        else if (action == Actions.RESUME) refusal = _resume(t, e, time);
        else if (action == Actions.NOTE) refusal = _note(t, e, time);
        else if (action == Actions.CLOSE) refusal = _close(t, e, time, policy, special);
        else if (action == Actions.RATE) refusal = _rate(t, e, time);
        else if (action == Actions.ASSIGN) refusal = _assign(t, e, time, special);
        else if (action == Actions.REPOLICY) refusal = _repolicy(t, e, time, openHours, special);
        else if (action == Actions.CLAIM) refusal = _claim(t, e);
        else refusal = Refusals.actionUnknown(Action.unwrap(action));
    }

    // ------------------------------------------------------------------------------------------------------ the actions

    function _reply(
        Ticket memory t,
        Entry memory e,
        uint256 time,
        AgentWord agent,
        PolicyWord policy,
        BusinessHours openHours
    ) private pure returns (bytes memory refusal) {
        address customer = t.customer();
        if (customer == address(0) && !agent.inForce(time)) {
            refusal = Refusals.notInForce(e.actor, agent);
        } else if (customer != address(0) && e.actor != customer) {
            refusal = Refusals.customerOnly(e.actor, customer);
        } else if (e.argument > 1) {
            refusal = _invalidArgument(e);
        } else if (e.commitment == 0) {
            refusal = _missingCommitment(e);
        } else if (t.isActive()) {
            refusal = _wait(t, e, time, policy, openHours);
        } else if (t.status() == Statuses.SOLVED) {
            refusal = _reopen(t, time, policy);
            if (refusal.length == 0) refusal = _wait(t, e, time, policy, openHours);
        } else {
            refusal = _notAllowed(t, e);
        }
    }

    /// @dev One more message waits; only the first sets a deadline.
    function _wait(Ticket memory t, Entry memory e, uint256 time, PolicyWord policy, BusinessHours openHours)
        private
        pure
        returns (bytes memory refusal)
    {
        uint256 unseen = t.unseen();
        if (unseen >= MAX_WAITING) return Refusals.tooManyWaiting(unseen);
        if (unseen == 0) t.setRespondBy(openHours.deadline(time, policy.nextResponse()));
        t.countUnseen();
        t.enter(Statuses.OPEN, time);
        if (e.argument == 1) t.set(TicketFields.CONTESTED);
    }

    /// @dev The time in which it was solved is credited before anything is late.
    function _reopen(Ticket memory t, uint256 time, PolicyWord policy)
        private
        pure
        returns (bytes memory refusal)
    {
        uint256 until = Clocks.later(t.settledAt(), policy.reopenWindow());
        if (time > until) return Refusals.reopenWindowPassed(until);
        t.creditSolved(time);
        t.setSettledAt(0);
        t.settle(policy, time);
    }

    function _answer(
        Ticket memory t,
        Entry memory e,
        uint256 time,
        AgentWord agent,
        PolicyWord policy,
        BusinessHours openHours
    ) private pure returns (bytes memory refusal) {
        if (!t.isActive()) return _notAllowed(t, e);
        if (!_isActiveStatus(e.argument)) return _invalidArgument(e);
        uint256 unread;
        (refusal, unread) = _read(t, e, agent);
        if (unread == 0) {
            t.enter(Status.wrap(uint8(e.argument)), time);
        } else {
            t.setRespondBy(openHours.deadline(time, policy.nextResponse()));
            t.enter(Statuses.OPEN, time);
        }
    }

    function _note(Ticket memory t, Entry memory e, uint256 time)
        private
        pure
        returns (bytes memory refusal)
    {
        if (e.argument != 0) return _invalidArgument(e);
        if (t.isActive()) return refusal;
        if (!(t.status() == Statuses.SOLVED)) return _notAllowed(t, e);
        t.creditSolved(time);
        t.setSettledAt(time);
    }

    function _assign(Ticket memory t, Entry memory e, uint256 time, Special[] memory special)
        private
        pure
        returns (bytes memory refusal)
    {
        if (!t.isActive()) return _notAllowed(t, e);
        if (e.argument > type(uint160).max) return _invalidArgument(e);
        address assignee = address(uint160(e.argument));
        if (!special[0].assignee.inForce(time)) return Refusals.notInForce(assignee, special[0].assignee);
        t.setAssignee(assignee);
    }

    function _hold(Ticket memory t, Entry memory e, uint256 time)
        private
        pure
        returns (bytes memory refusal)
    {
        if (!(t.status() == Statuses.OPEN)) refusal = _notAllowed(t, e);
        else if (e.argument != 0) refusal = _invalidArgument(e);
        else if (e.commitment == 0) refusal = _missingCommitment(e);
        else t.enter(Statuses.ON_HOLD, time);
    }

    function _resume(Ticket memory t, Entry memory e, uint256 time)
        private
        pure
        returns (bytes memory refusal)
    {
        if (!(t.status() == Statuses.ON_HOLD)) refusal = _notAllowed(t, e);
        else if (e.argument != 0) refusal = _invalidArgument(e);
        else t.enter(Statuses.OPEN, time);
    }

    function _solve(Ticket memory t, Entry memory e, uint256 time, AgentWord agent)
        private
        pure
        returns (bytes memory refusal)
    {
        if (!t.isActive()) return _notAllowed(t, e);
        if (e.argument != 0) return _invalidArgument(e);
        if (t.unseen() != 0) {
            uint256 unread;
            (refusal, unread) = _read(t, e, agent);
            if (unread != 0) return Refusals.messagesWaiting(unread);
        }
        t.enter(Statuses.SOLVED, time);
        t.setSettledAt(time);
    }

    function _close(
        Ticket memory t,
        Entry memory e,
        uint256 time,
        PolicyWord policy,
        Special[] memory special
    ) private pure returns (bytes memory refusal) {
        bool solved = t.status() == Statuses.SOLVED;
        if (!solved && !t.isActive()) return _notAllowed(t, e);
        if (t.customer() == address(0) || e.actor != t.customer()) {
            if (!solved) return Refusals.customerOnly(e.actor, t.customer());
            uint256 until = Clocks.later(t.settledAt(), policy.reopenWindow());
            if (time <= until) return Refusals.reopenWindowOpen(until);
            if (e.commitment != 0) return _unexpectedCommitment(e);
        }
        if (e.argument != 0 && e.argument != uint160(special[0].successor)) {
            return Refusals.successorMismatch(special[0].successor, e.argument);
        }
        t.enter(Statuses.CLOSED, time);
        t.setSettledAt(time);
    }

    function _rate(Ticket memory t, Entry memory e, uint256 time)
        private
        pure
        returns (bytes memory refusal)
    {
        if (t.customer() == address(0)) {
            return Refusals.keylessCustomer(e.action());
        }
        if (e.actor != t.customer()) {
            return Refusals.customerOnly(e.actor, t.customer());
        }
        if (t.status() == Statuses.CLOSED) {
            uint256 until = Clocks.later(t.settledAt(), RATING_TIME);
            if (time > until) return Refusals.ratingOver(until);
        } else if (!(t.status() == Statuses.SOLVED)) {
            return _notAllowed(t, e);
        }
        if (t.rating() != 0) return Refusals.alreadyRated(t.rating());
        if (e.argument == 0 || e.argument > MAX_STARS) return _invalidArgument(e);
        t.setRating(e.argument);
    }

    function _escalate(Ticket memory t, Entry memory e, uint256 time, PolicyWord policy)
        private
        pure
        returns (bytes memory refusal)
    {
        if (!t.isActive()) return _notAllowed(t, e);
        if (e.argument != 0) return _invalidArgument(e);
        if (e.commitment != 0) return _unexpectedCommitment(e);
        (uint256 respondBy, uint256 due) = (t.respondBy(), t.due(policy, time));
        bool responseLate = t.isResponseLate(time);
        bool resolutionLate = due != 0 && time > due;
        if (!responseLate && !resolutionLate) return Refusals.nothingOverdue(respondBy, due);
        uint256 level = t.level();
        if (level >= policy.levels()) return Refusals.levelsExhausted(level);

        // A clock calls once when it passes, and again each time the policy's interval has gone by.
        uint256 last = t.escalatedAt();
        uint256 again = Clocks.later(last, policy.escalateEvery());
        bool intervalOver = time >= again;
        unchecked {
            ++level;
        }
        if (responseLate && (last <= respondBy || intervalOver)) {
            e.argument = (Clocks.RESPONSE << 48) | (level << 40) | respondBy;
        } else if (resolutionLate && (last <= due || intervalOver)) {
            e.argument = (Clocks.RESOLUTION << 48) | (level << 40) | due;
        } else {
            return Refusals.escalatedRecently(again);
        }
        t.setLevel(level);
        t.setEscalatedAt(time);
    }

    function _repolicy(
        Ticket memory t,
        Entry memory e,
        uint256 time,
        BusinessHours openHours,
        Special[] memory special
    ) private pure returns (bytes memory refusal) {
        if (!t.isActive()) return _notAllowed(t, e);
        if (e.argument > type(uint16).max) return _invalidArgument(e);
        (Policy memory current, Policy memory proposed) = (special[0].current, special[0].proposed);
        PolicyWord word = proposed.word;
        if (!word.isPublished()) return Refusals.policyNotFound(e.argument);
        if (word.isRetired()) return Refusals.policyWithdrawn(e.argument);
        if (!proposed.isNoLooserThan(current)) return Refusals.policyLooser(t.policy(), e.argument);

        if (t.unseen() != 0) {
            uint256 promised = t.has(TicketFields.ANSWERED) ? word.nextResponse() : word.firstResponse();
            t.setRespondBy(Clocks.earlier(t.respondBy(), openHours.deadline(time, promised)));
        }
        t.setResolveBy(Clocks.earlier(t.resolveBy(), openHours.deadline(time, word.resolution())));
        t.setPolicy(e.argument);
        t.setTier(word.tier());
    }

    /// @dev The customer's consent is checked by the ledger, which knows the signature.
    function _claim(Ticket memory t, Entry memory e) private pure returns (bytes memory refusal) {
        if (!t.isActive() && !(t.status() == Statuses.SOLVED)) return _notAllowed(t, e);
        if (t.customer() != address(0)) return Refusals.alreadyClaimed(t.customer());
        if (e.argument == 0 || e.argument > type(uint160).max) return _invalidArgument(e);
        if (e.argument == uint160(e.actor)) return Refusals.ownTicket(e.actor);
        t.setCustomer(address(uint160(e.argument)));
    }

    // ---------------------------------------------------------------------------------------------------- shared checks

    /// @dev Read what the customer wrote, up to what the agent says to have seen: while messages wait, at least one.
    /// How many still wait is 0 after a refusal.
    function _read(Ticket memory t, Entry memory e, AgentWord agent)
        private
        pure
        returns (bytes memory refusal, uint256 unread)
    {
        if (agent.tier() < t.tier()) return (Refusals.tierTooLow(e.actor, agent.tier(), t.tier()), 0);
        if (e.commitment == 0) return (_missingCommitment(e), 0);
        uint256 unseen = t.unseen();
        if (unseen != 0) {
            // Staff were admitted: they have seen no more than there is.
            unchecked {
                unread = t.customerSeq() - e.seen();
            }
            if (unread >= unseen) return (Refusals.answersNothing(e.seen(), t.customerSeq(), unseen), 0);
        }
        t.setAnswered(unread);
        t.setAssignee(e.actor);
    }

    /// @dev Open, Pending or OnHold, which are 1 to 3: 0 comes round to the highest number.
    function _isActiveStatus(uint256 argument) private pure returns (bool) {
        unchecked {
            return argument - 1 < Status.unwrap(Statuses.ON_HOLD);
        }
    }

    function _assignsSelf(Entry memory e, uint256 time, AgentWord agent) private pure returns (bool) {
        return e.argument == uint160(e.actor) && agent.inForce(time);
    }

    function _notAllowed(Ticket memory t, Entry memory e) private pure returns (bytes memory refusal) {
        return Refusals.actionNotAllowed(e.action(), t.status());
    }

    function _invalidArgument(Entry memory e) private pure returns (bytes memory refusal) {
        return Refusals.argumentInvalid(e.action(), e.argument);
    }

    function _missingCommitment(Entry memory e) private pure returns (bytes memory refusal) {
        return Refusals.commitmentMissing(e.action());
    }

    function _unexpectedCommitment(Entry memory e) private pure returns (bytes memory refusal) {
        return Refusals.commitmentUnexpected(e.action());
    }
}
