// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Action, Actions, Lane} from "./Action.sol";
import {AgentWord} from "./Agent.sol";
import {Auth, Auths} from "./Auth.sol";
import {Clock, Clocks} from "./Clocks.sol";
import {Entry, Opening} from "./Entry.sol";
import {Policy} from "./Policy.sol";
import {Refusals} from "./Refusals.sol";
import {Status, Statuses} from "./Status.sol";
import {TicketState, TicketStates} from "./TicketState.sol";

/// @notice What the ledger knows at the instant of an action. Only what the action needs is filled in.
struct Context {
    uint40 time;
    AgentWord agent; // the actor's certificate
    AgentWord assignee; // Assign: the assignee's certificate
    bool supervisor; // Assign, Repolicy: whether the actor holds the role
    Policy policy; // the ticket's
    Policy proposed; // Repolicy: the one it is to get
    address successor; // Close: the ledger named as this one's successor
}

/// @title Lifecycle
/// @notice What may be done to a ticket, by whom and when, and what it changes: one pure transition.
/// @dev Every action checks first. A refusal is the ABI-encoded error that a single call reverts with; it is empty when the
/// action is accepted. After a refusal the state passed in is void. `supportledger.model.lifecycle` is the twin.
library Lifecycle {
    using Clocks for TicketState;

    bytes32 internal constant SUPERVISOR_ROLE = keccak256("SUPERVISOR_ROLE");
    uint8 internal constant MAX_WAITING = 9;
    uint8 internal constant MAX_STAFF_RUN = 16;
    uint8 internal constant MAX_STARS = 5;
    uint40 internal constant RATING_TIME = 30 days;

    /// @notice Whether a ticket may be opened like this.
    /// @param sender Who sent the transaction: a gated policy is opened through its gate only.
    function admitOpening(Opening memory o, Auth auth, Context memory c, address sender)
        internal
        pure
        returns (bytes memory)
    {
        Policy memory policy = c.policy;
        if (o.commitment == 0) return Refusals.commitmentMissing(Actions.OPEN);
        if (!policy.word.isPublished()) return Refusals.policyNotFound(o.policy);
        if (policy.word.isRetired()) return Refusals.policyWithdrawn(o.policy);
        if (o.terms != policy.terms) return Refusals.termsMismatch(o.policy, policy.terms, o.terms);
        // A gate carries the signature of a customer: neither an unsigned opening nor a recorded one passes it.
        if (policy.word.isGated() && (sender != policy.gate || !(auth == Auths.ECDSA || auth == Auths.ERC1271))) {
            return Refusals.gateOnly(o.policy, policy.gate);
        }
        if (auth == Auths.RECORDED && !c.agent.inForce(c.time)) return _notInForce(o.opener, c.agent);
        return "";
    }

    /// @notice The first state of a ticket. The head starts from its id.
    function opening(bytes32 ticketId, Opening memory o, Auth auth, Context memory c)
        internal
        pure
        returns (TicketState memory t, uint256 meta)
    {
        t.customer = o.customer;
        t.openedAt = c.time;
        t.respondBy = _deadline(c.policy, c.time, c.policy.word.firstResponse());
        t.policy = o.policy;
        t.resolveBy = _deadline(c.policy, c.time, c.policy.word.resolution());
        t.status = Statuses.OPEN;
        t.version = TicketStates.VERSION;
        t.unseen = 1;
        t.tier = c.policy.word.tier();
        t.customerSeq = 1;
        t.staffSeq = 1;
        t.head = ticketId;

        bytes32 authority =
            auth == Auths.RECORDED ? keccak256(abi.encode(c.policy.terms, c.agent)) : c.policy.terms;
        meta = chain(t, Entry(Actions.OPEN, auth, o.opener, o.policy, 0, o.commitment), authority, c.time);
    }

    /// @notice Apply an action to an existing ticket, in place.
    /// @return refusal Why not; empty when accepted.
    /// @return meta index << 88 | action << 80 | auth << 72 | seen << 40 | time, as hashed into the head.
    function transition(TicketState memory t, Entry memory e, Context memory c)
        internal
        pure
        returns (bytes memory refusal, uint256 meta)
    {
        if (t.version != TicketStates.VERSION) {
            return (Refusals.stateVersionUnknown(t.version), 0);
        }
        Lane lane = e.action.lane(e.actor, t.customer);
        uint8 unseenBefore = t.unseen;

        // Time is settled before anything else; _reply settles what it reopens.
        if (t.isActive()) t.settle(c.policy.word, c.time);

        if (lane == Lane.Staff) refusal = _admitStaff(t, e, c);
        else if (e.seen != 0) refusal = Refusals.seenInvalid(e.seen, 0);
        if (refusal.length != 0) return (refusal, 0);

        refusal = _act(t, e, c);
        if (refusal.length != 0) return (refusal, 0);

        if (lane == Lane.Customer) {
            ++t.customerSeq;
            t.staffRun = 0;
        } else if (lane == Lane.Staff) {
            ++t.staffSeq;
            if (t.unseen >= unseenBefore) {
                if (t.staffRun >= MAX_STAFF_RUN) {
                    return (Refusals.staffRunTooLong(t.staffRun), 0);
                }
                ++t.staffRun;
            }
        }
        meta = chain(t, e, authorityOf(e, c), c.time);
    }

    /// @notice What the actor acted on: bound into the head, so that no later change can rewrite it.
    function authorityOf(Entry memory e, Context memory c) internal pure returns (bytes32) {
        if (e.action == Actions.REPOLICY) return keccak256(abi.encode(SUPERVISOR_ROLE, c.proposed.terms));
        if (e.action == Actions.ASSIGN && !_assignsSelf(e, c)) return SUPERVISOR_ROLE;
        return bytes32(AgentWord.unwrap(c.agent)); // 0 for customers and strangers
    }

    /// @notice Append an entry to the ticket's hash chain.
    function chain(TicketState memory t, Entry memory e, bytes32 authority, uint40 time)
        internal
        pure
        returns (uint256 meta)
    {
        meta = (uint256(t.entries) << 88) | (uint256(Action.unwrap(e.action)) << 80) | (uint256(Auth.unwrap(e.auth)) << 72)
            | (uint256(e.seen) << 40) | time;
        t.head = keccak256(abi.encode(t.head, meta, e.argument, e.actor, authority, e.commitment));
        ++t.entries;
    }

    // ------------------------------------------------------------------------------------------------------ the actions

    function _act(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory) {
        if (e.action == Actions.ANSWER) return _answer(t, e, c);
        if (e.action == Actions.REPLY) return _reply(t, e, c);
        if (e.action == Actions.SOLVE) return _solve(t, e, c);
        if (e.action == Actions.ESCALATE) return _escalate(t, e, c);
        if (e.action == Actions.NOTE) return _note(t, e, c);
        if (e.action == Actions.CLOSE) return _close(t, e, c);
        if (e.action == Actions.RATE) return _rate(t, e, c);
        if (e.action == Actions.ASSIGN) return _assign(t, e, c);
        if (e.action == Actions.HOLD) return _hold(t, e, c);
        if (e.action == Actions.RESUME) return _resume(t, e, c);
        if (e.action == Actions.REPOLICY) return _repolicy(t, e, c);
        if (e.action == Actions.CLAIM) return _claim(t, e);
        return Refusals.actionUnknown(Action.unwrap(e.action));
    }

    function _reply(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory) {
        if (t.customer == address(0)) {
            if (!c.agent.inForce(c.time)) return _notInForce(e.actor, c.agent);
        } else if (e.actor != t.customer) {
            return Refusals.customerOnly(e.actor, t.customer);
        }
        if (e.argument > 1) return _invalidArgument(e);
        if (e.commitment == 0) return _missingCommitment(e);

        if (t.status == Statuses.SOLVED) {
            uint40 until = t.settledAt + c.policy.word.reopenWindow();
            if (c.time > until) return Refusals.reopenWindowPassed(until);
            t.creditSolved(c.time);
            t.settledAt = 0;
            t.settle(c.policy.word, c.time);
        } else if (!t.isActive()) {
            return _notAllowed(t, e);
        }
        if (t.unseen >= MAX_WAITING) return Refusals.tooManyWaiting(t.unseen);

        if (t.unseen == 0) t.respondBy = _deadline(c.policy, c.time, c.policy.word.nextResponse());
        ++t.unseen;
        t.endPause(c.time);
        t.status = Statuses.OPEN;
        if (e.argument == 1) t.flags |= TicketStates.CONTESTED;
        return "";
    }

    function _answer(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory refusal) {
        if (!t.isActive()) return _notAllowed(t, e);
        if (e.argument == 0 || e.argument > Status.unwrap(Statuses.ON_HOLD)) return _invalidArgument(e);
        refusal = _read(t, e, c);
        if (refusal.length != 0) return refusal;

        if (t.unseen != 0) {
            t.respondBy = _deadline(c.policy, c.time, c.policy.word.nextResponse());
            t.status = Statuses.OPEN;
        } else {
            t.status = Status.wrap(uint8(e.argument));
        }
        if (t.status == Statuses.OPEN) t.endPause(c.time);
        else t.startPause(c.time);
    }

    function _note(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory) {
        if (e.argument != 0) return _invalidArgument(e);
        if (t.isActive()) return "";
        if (!(t.status == Statuses.SOLVED)) return _notAllowed(t, e);
        t.creditSolved(c.time);
        t.settledAt = c.time;
        return "";
    }

    function _assign(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory) {
        if (!t.isActive()) return _notAllowed(t, e);
        if (e.argument > type(uint160).max) return _invalidArgument(e);
        address assignee = address(uint160(e.argument));
        if (!c.assignee.inForce(c.time)) return _notInForce(assignee, c.assignee);
        t.assignee = assignee;
        return "";
    }

    function _hold(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory) {
        if (!(t.status == Statuses.OPEN)) return _notAllowed(t, e);
        if (e.argument != 0) return _invalidArgument(e);
        if (e.commitment == 0) return _missingCommitment(e);
        t.startPause(c.time);
        t.status = Statuses.ON_HOLD;
        return "";
    }

    function _resume(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory) {
        if (!(t.status == Statuses.ON_HOLD)) return _notAllowed(t, e);
        if (e.argument != 0) return _invalidArgument(e);
        t.endPause(c.time);
        t.status = Statuses.OPEN;
        return "";
    }

    function _solve(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory refusal) {
        if (!t.isActive()) return _notAllowed(t, e);
        if (e.argument != 0) return _invalidArgument(e);
        if (t.unseen != 0) {
            refusal = _read(t, e, c);
            if (refusal.length != 0) return refusal;
            if (t.unseen != 0) return Refusals.messagesWaiting(t.unseen);
        }
        t.endPause(c.time);
        t.status = Statuses.SOLVED;
        t.settledAt = c.time;
    }

    function _close(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory) {
        bool solved = t.status == Statuses.SOLVED;
        if (!solved && !t.isActive()) return _notAllowed(t, e);
        if (t.customer == address(0) || e.actor != t.customer) {
            if (!solved) return Refusals.customerOnly(e.actor, t.customer);
            uint40 until = t.settledAt + c.policy.word.reopenWindow();
            if (c.time <= until) return Refusals.reopenWindowOpen(until);
            if (e.commitment != 0) return _unexpectedCommitment(e);
        }
        if (e.argument != 0 && e.argument != uint160(c.successor)) {
            return Refusals.successorMismatch(c.successor, e.argument);
        }
        t.endPause(c.time);
        t.status = Statuses.CLOSED;
        t.settledAt = c.time;
        return "";
    }

    function _rate(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory) {
        if (t.customer == address(0)) return Refusals.keylessCustomer(e.action);
        if (e.actor != t.customer) {
            return Refusals.customerOnly(e.actor, t.customer);
        }
        if (t.status == Statuses.CLOSED) {
            uint40 until = t.settledAt + RATING_TIME;
            if (c.time > until) return Refusals.ratingOver(until);
        } else if (!(t.status == Statuses.SOLVED)) {
            return _notAllowed(t, e);
        }
        if (t.rating != 0) return Refusals.alreadyRated(t.rating);
        if (e.argument == 0 || e.argument > MAX_STARS) return _invalidArgument(e);
        t.rating = uint8(e.argument);
        return "";
    }

    function _escalate(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory) {
        if (!t.isActive()) return _notAllowed(t, e);
        if (e.argument != 0) return _invalidArgument(e);
        if (e.commitment != 0) return _unexpectedCommitment(e);
        uint40 due = t.due(c.policy.word, c.time);
        bool responseLate = t.isResponseLate(c.time);
        bool resolutionLate = t.isResolutionLate(c.policy.word, c.time);
        if (!responseLate && !resolutionLate) {
            return Refusals.nothingOverdue(t.respondBy, due);
        }
        if (t.level >= c.policy.word.levels()) {
            return Refusals.levelsExhausted(t.level);
        }

        // A clock calls once when it passes, and again each time the policy's interval has gone by.
        uint40 again = t.escalatedAt + c.policy.word.escalateEvery();
        Clock clock;
        if (responseLate && (t.escalatedAt <= t.respondBy || c.time >= again)) clock = Clock.Response;
        else if (resolutionLate && (t.escalatedAt <= due || c.time >= again)) clock = Clock.Resolution;
        else return Refusals.escalatedRecently(again);

        ++t.level;
        t.escalatedAt = c.time;
        e.argument =
            (uint256(clock) << 48) | (uint256(t.level) << 40) | (clock == Clock.Response ? t.respondBy : due);
        return "";
    }

    function _repolicy(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory) {
        if (!t.isActive()) return _notAllowed(t, e);
        if (e.argument > type(uint16).max) return _invalidArgument(e);
        uint16 id = uint16(e.argument);
        if (!c.proposed.word.isPublished()) return Refusals.policyNotFound(id);
        if (c.proposed.word.isRetired()) return Refusals.policyWithdrawn(id);
        if (!c.proposed.isNoLooserThan(c.policy)) {
            return Refusals.policyLooser(t.policy, id);
        }
        if (t.unseen != 0) {
            uint32 promised = t.has(TicketStates.ANSWERED)
                ? c.proposed.word.nextResponse()
                : c.proposed.word.firstResponse();
            t.respondBy = Clocks.earlier(t.respondBy, _deadline(c.proposed, c.time, promised));
        }
        t.resolveBy = Clocks.earlier(t.resolveBy, _deadline(c.proposed, c.time, c.proposed.word.resolution()));
        t.policy = id;
        t.tier = c.proposed.word.tier();
        return "";
    }

    /// @dev The customer's consent is checked by the ledger, which knows the signature.
    function _claim(TicketState memory t, Entry memory e) private pure returns (bytes memory) {
        if (!t.isActive() && !(t.status == Statuses.SOLVED)) return _notAllowed(t, e);
        if (t.customer != address(0)) return Refusals.alreadyClaimed(t.customer);
        if (e.argument == 0 || e.argument > type(uint160).max) return _invalidArgument(e);
        if (e.argument == uint160(e.actor)) return Refusals.ownTicket(e.actor);
        t.customer = address(uint160(e.argument));
        return "";
    }

    // ---------------------------------------------------------------------------------------------------- shared checks

    function _admitStaff(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory) {
        if (e.actor == t.customer) return Refusals.ownTicket(e.actor);
        if (e.seen > t.customerSeq) {
            return Refusals.seenInvalid(e.seen, t.customerSeq);
        }
        if (e.action == Actions.REPOLICY || (e.action == Actions.ASSIGN && !_assignsSelf(e, c))) {
            if (!c.supervisor) return Refusals.supervisorOnly(e.actor);
        } else if (!c.agent.inForce(c.time)) {
            return _notInForce(e.actor, c.agent);
        }
        return "";
    }

    /// @notice Read what the customer wrote, up to what the agent says to have seen. While messages wait, at least one.
    function _read(TicketState memory t, Entry memory e, Context memory c) private pure returns (bytes memory) {
        uint8 tier = c.agent.tier();
        if (tier < t.tier) return Refusals.tierTooLow(e.actor, tier, t.tier);
        if (e.commitment == 0) return _missingCommitment(e);
        uint32 unread = t.customerSeq - e.seen;
        if (t.unseen != 0 && unread >= t.unseen) {
            return Refusals.answersNothing(e.seen, t.customerSeq, t.unseen);
        }
        if (unread < t.unseen) t.unseen = uint8(unread);
        t.flags |= TicketStates.ANSWERED;
        t.assignee = e.actor;
        return "";
    }

    function _assignsSelf(Entry memory e, Context memory c) private pure returns (bool) {
        return e.argument == uint160(e.actor) && c.agent.inForce(c.time);
    }

    function _deadline(Policy memory policy, uint40 time, uint32 duration) private pure returns (uint40) {
        return policy.openHours.deadline(time, duration);
    }

    function _notAllowed(TicketState memory t, Entry memory e) private pure returns (bytes memory) {
        return Refusals.actionNotAllowed(e.action, t.status);
    }

    function _invalidArgument(Entry memory e) private pure returns (bytes memory) {
        return Refusals.argumentInvalid(e.action, e.argument);
    }

    function _missingCommitment(Entry memory e) private pure returns (bytes memory) {
        return Refusals.commitmentMissing(e.action);
    }

    function _unexpectedCommitment(Entry memory e) private pure returns (bytes memory) {
        return Refusals.commitmentUnexpected(e.action);
    }

    function _notInForce(address account, AgentWord word) private pure returns (bytes memory) {
        (uint40 from, uint40 until) = word.period();
        return Refusals.agentNotInForce(account, word.status(), from, until
        );
    }
}
