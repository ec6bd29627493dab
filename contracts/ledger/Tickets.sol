// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Action, Actions, Lane} from "../types/Action.sol";
import {AgentWord} from "../types/Agent.sol";
import {Auth, Auths} from "../types/Auth.sol";
import {Entry, Opening, SignedAction, SignedOpening, TicketActions, TicketAt} from "../types/Entry.sol";
import {Context, Lifecycle} from "../types/Lifecycle.sol";
import {Policy, PolicyWord} from "../types/Policy.sol";
import {Refusals} from "../types/Refusals.sol";
import {Ticket} from "../types/Ticket.sol";
import {Agents} from "./Agents.sol";
import {Policies} from "./Policies.sol";
import {Signatures} from "./Signatures.sol";
import {Succession} from "./Succession.sol";

/// @title Tickets
/// @notice Every ticket is one word. Who acted is found out here; what that means is decided by `Lifecycle`.
abstract contract Tickets is ISupportLedger, Agents, Policies, Succession, Signatures {
    bytes32 private constant TICKET_TAG = keccak256("supportledger.ticket.v1");

    /// @dev A ticket's id never changes, not even if the chain's does.
    uint256 private immutable _deployedOn = block.chainid;

    /// @dev keccak256 of the ticket's state; 0 when there is none.
    struct Slot {
        bytes32 hash;
    }

    mapping(bytes32 ticketId => Slot) private _tickets;

    // ---------------------------------------------------------------------------------------------------------- opening

    /// @inheritdoc ISupportLedger
    function open(uint16 policy, bytes32 terms, bytes32 commitment)
        external
        returns (bytes32, Ticket memory)
    {
        return _openOrRevert(Opening(msg.sender, msg.sender, policy, terms, commitment, 0), Auths.SENT);
    }

    /// @inheritdoc ISupportLedger
    function openKeyless(uint16 policy, bytes32 terms, bytes32 commitment)
        external
        returns (bytes32, Ticket memory)
    {
        return _openOrRevert(Opening(msg.sender, address(0), policy, terms, commitment, 0), Auths.RECORDED);
    }

    /// @inheritdoc ISupportLedger
    function openSigned(Opening calldata opening, bytes calldata signature)
        external
        returns (bytes32, Ticket memory)
    {
        (Auth auth, bytes memory refusal) = _authenticateOpening(opening, signature, true);
        if (refusal.length != 0) _revert(refusal);
        return _openOrRevert(opening, auth);
    }

    /// @inheritdoc ISupportLedger
    function openBatch(SignedOpening[] calldata openings) external returns (TicketAt[] memory opened) {
        opened = new TicketAt[](openings.length);
        for (uint256 i = 0; i < openings.length; ++i) {
            Opening calldata opening = openings[i].opening;
            (Auth auth, bytes memory refusal) = _authenticateOpening(opening, openings[i].signature, false);
            if (refusal.length == 0) refusal = _open(opening, auth, opened[i]);
            if (refusal.length != 0) emit ItemSkipped(i, refusal);
        }
    }

    // ---------------------------------------------------------------------------------------------- actions, sent directly

    /// @inheritdoc ISupportLedger
    function act(
        bytes32 ticketId,
        Ticket memory state,
        Action action,
        uint256 argument,
        uint64 seen,
        bytes32 commitment
    ) external returns (uint256, uint256, uint256, bytes32) {
        // Check: a claim carries the customer's consent, so it goes through actSigned.
        if (action == Actions.CLAIM) revert SignatureInvalid(address(uint160(argument)), 0);
        Slot storage slot = _tickets[ticketId];
        if (state.hash() != slot.hash) _revert(_notCurrent(slot, ticketId, state));
        bytes memory refusal =
            _apply(ticketId, state, Entry(action, Auths.SENT, msg.sender, argument, seen, commitment));
        if (refusal.length != 0) _revert(refusal);
        slot.hash = state.hash();
        return (state.parties, state.work, state.counters, state.head);
    }

    /// @inheritdoc ISupportLedger
    function escalateBatch(TicketAt[] calldata tickets) external returns (Ticket[] memory next) {
        next = new Ticket[](tickets.length);
        for (uint256 i = 0; i < tickets.length; ++i) {
            bytes32 ticketId = tickets[i].ticketId;
            Slot storage slot = _tickets[ticketId];
            Ticket memory t = tickets[i].state;
            bytes memory refusal = t.hash() == slot.hash
                ? _apply(ticketId, t, Entry(Actions.ESCALATE, Auths.SENT, msg.sender, 0, 0, 0))
                : _notCurrent(slot, ticketId, t);
            if (refusal.length == 0) {
                slot.hash = t.hash();
                next[i] = t;
            } else {
                emit ItemSkipped(i, refusal);
                next[i] = tickets[i].state;
            }
        }
    }

    // ------------------------------------------------------------------------------------------------- actions, signed

    /// @inheritdoc ISupportLedger
    function actSigned(bytes32 ticketId, Ticket memory state, SignedAction calldata action)
        external
        returns (uint256, uint256, uint256, bytes32)
    {
        Slot storage slot = _tickets[ticketId];
        if (state.hash() != slot.hash) _revert(_notCurrent(slot, ticketId, state));
        bytes memory refusal = _applySigned(ticketId, state, action, true);
        if (refusal.length != 0) _revert(refusal);
        slot.hash = state.hash();
        return (state.parties, state.work, state.counters, state.head);
    }

    /// @inheritdoc ISupportLedger
    function actBatch(TicketActions[] calldata groups) external returns (Ticket[] memory next) {
        next = new Ticket[](groups.length);
        uint256 item = 0;
        for (uint256 i = 0; i < groups.length; ++i) {
            TicketActions calldata group = groups[i];
            Ticket memory t = group.state;
            next[i] = t;
            _applyGroup(group, t, item);
            item += group.actions.length;
        }
    }

    // -------------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc ISupportLedger
    function ticketHash(bytes32 ticketId) external view returns (bytes32) {
        return _tickets[ticketId].hash;
    }

    /// @inheritdoc ISupportLedger
    function isCurrent(bytes32 ticketId, Ticket memory state) external view returns (bool) {
        return state.hash() == _tickets[ticketId].hash;
    }

    // ------------------------------------------------------------------------------------------------------- opening, inside

    function _openOrRevert(Opening memory o, Auth auth) private returns (bytes32, Ticket memory) {
        TicketAt memory opened;
        bytes memory refusal = _open(o, auth, opened);
        if (refusal.length != 0) _revert(refusal);
        return (opened.ticketId, opened.state);
    }

    /// @dev *opened* becomes the new ticket, or stays empty when the opening is refused.
    function _open(Opening memory o, Auth auth, TicketAt memory opened)
        private
        returns (bytes memory refusal)
    {
        bytes32 ticketId = keccak256(
            abi.encode(TICKET_TAG, _deployedOn, address(this), o.opener, o.commitment)
        );
        Slot storage slot = _tickets[ticketId];
        if (slot.hash != 0) return Refusals.ticketExists(ticketId);
        Policy memory policy = _offer(o.policy);
        AgentWord agent;
        if (auth == Auths.RECORDED) agent = _agents[o.opener];

        refusal = Lifecycle.admitOpening(o, auth, policy, agent, _now(), msg.sender);
        if (refusal.length != 0) return refusal;
        uint256 meta = Lifecycle.opening(opened.state, ticketId, o, auth, policy, agent, _now());
        opened.ticketId = ticketId;
        slot.hash = opened.state.hash();
        emit Opened(ticketId, o.opener, meta, o.policy, o.commitment);
    }

    function _authenticateOpening(Opening calldata o, bytes calldata signature, bool contractWallets)
        private
        view
        returns (Auth auth, bytes memory refusal)
    {
        if (o.customer != o.opener && o.customer != address(0)) {
            return (auth, Refusals.openerInvalid(o.opener, o.customer));
        }
        refusal = _checkDeadline(o.deadline);
        if (refusal.length != 0) return (auth, refusal);
        auth = _authenticate(o.opener, _openDigest(o), signature, contractWallets);
        if (auth == Auths.SENT) refusal = Refusals.signatureInvalid(o.opener, 0);
        // Whoever signed, a keyless customer did not: the ticket is recorded, not signed.
        else if (o.customer == address(0)) auth = Auths.RECORDED;
    }

    // ------------------------------------------------------------------------------------------------------- actions, inside

    /// @dev Consecutive actions on one ticket, in memory; the slot is written once.
    function _applyGroup(TicketActions calldata group, Ticket memory t, uint256 item) private {
        bytes32 ticketId = group.ticketId;
        SignedAction[] calldata actions = group.actions;
        Slot storage slot = _tickets[ticketId];
        bytes memory stale;
        if (t.hash() != slot.hash) stale = _notCurrent(slot, ticketId, t);
        bool changed = false;
        for (uint256 i = 0; i < actions.length; ++i) {
            // A refused action leaves the ticket as it was. The head is written last, so never by one that is refused.
            (uint256 parties, uint256 work, uint256 counters) = (t.parties, t.work, t.counters);
            bytes memory refusal = stale.length == 0 ? _applySigned(ticketId, t, actions[i], false) : stale;
            if (refusal.length == 0) {
                changed = true;
            } else {
                (t.parties, t.work, t.counters) = (parties, work, counters);
                emit ItemSkipped(item + i, refusal);
            }
        }
        if (changed) slot.hash = t.hash();
    }

    function _applySigned(bytes32 ticketId, Ticket memory t, SignedAction calldata a, bool contractWallets)
        private
        returns (bytes memory refusal)
    {
        Entry memory e = Entry(a.action, Auths.SENT, a.actor, a.argument, a.seen, a.commitment);
        bytes calldata signature = a.signature;
        if (signature.length == 0) {
            if (e.actor != msg.sender) return Refusals.senderNotActor(msg.sender, e.actor);
        } else {
            refusal = _authenticateEntry(ticketId, t, e, a.deadline, signature, contractWallets);
            if (refusal.length != 0) return refusal;
        }
        if (e.action == Actions.CLAIM) {
            refusal = _checkConsent(ticketId, e, a.deadline, a.consent, contractWallets);
            if (refusal.length != 0) return refusal;
        }
        return _apply(ticketId, t, e);
    }

    /// @dev The one place where a ticket changes: what the action needs is loaded, the rest is pure.
    /// After a refusal the first three words of *t* are void.
    function _apply(bytes32 ticketId, Ticket memory t, Entry memory e)
        private
        returns (bytes memory refusal)
    {
        Context memory c = _contextOf(t, e);
        uint256 meta;
        (refusal, meta) = Lifecycle.transition(t, e, c);
        if (refusal.length == 0) _log(ticketId, e, meta);
    }

    function _contextOf(Ticket memory t, Entry memory e) private view returns (Context memory c) {
        Action action = e.action;
        c.time = _now();
        if (action == Actions.REPLY && t.customer() == address(0)) e.auth = Auths.RECORDED;
        if (action.isStaffs() || e.auth == Auths.RECORDED) c.agent = _agents[e.actor];
        if (Lifecycle.asksPolicy(t, e, c.time)) {
            c.policy = _policyWord(t.policy());
            c.openHours = _openHours(t.policy(), c.policy);
        }
        if (action.isSupervised()) {
            c.supervisor = hasRole(SUPERVISOR_ROLE, e.actor);
            if (action == Actions.ASSIGN) {
                c.assignee = _agents[address(uint160(e.argument))];
            } else {
                c.change = new Policy[](2);
                (c.change[0], c.change[1]) = (_offer(t.policy()), _offer(e.argument));
            }
        }
        if (action == Actions.CLOSE) c.successor = successor;
    }

    /// @dev Why the state presented is refused.
    function _notCurrent(Slot storage slot, bytes32 ticketId, Ticket memory t)
        private
        view
        returns (bytes memory)
    {
        if (slot.hash == 0) return Refusals.ticketNotFound(ticketId);
        return Refusals.ticketStale(ticketId, slot.hash, t.hash());
    }

    /// @dev Sets how the actor signed.
    function _authenticateEntry(
        bytes32 ticketId,
        Ticket memory t,
        Entry memory e,
        uint64 deadline,
        bytes calldata signature,
        bool contractWallets
    ) private view returns (bytes memory refusal) {
        Lane lane = e.action.lane(e.actor, t.customer());
        if (lane == Lane.None) return Refusals.signatureNotAllowed(e.action);
        refusal = _checkDeadline(deadline);
        if (refusal.length != 0) return refusal;
        uint256 sequence = lane == Lane.Customer ? t.customerSeq() : t.staffSeq();
        bytes32 digest = _actionDigest(ticketId, e, sequence, deadline);
        e.auth = _authenticate(e.actor, digest, signature, contractWallets);
        if (e.auth == Auths.SENT) refusal = Refusals.signatureInvalid(e.actor, sequence);
    }

    /// @dev The customer's own word that they take the ticket.
    function _checkConsent(
        bytes32 ticketId,
        Entry memory e,
        uint64 deadline,
        bytes calldata consent,
        bool contractWallets
    ) private view returns (bytes memory refusal) {
        if (e.argument > type(uint160).max) {
            return Refusals.argumentInvalid(e.action, e.argument);
        }
        address customer = address(uint160(e.argument));
        refusal = _checkDeadline(deadline);
        if (refusal.length != 0) return refusal;
        bytes32 digest = _claimDigest(ticketId, customer, deadline);
        if (_authenticate(customer, digest, consent, contractWallets) == Auths.SENT) {
            return Refusals.signatureInvalid(customer, 0);
        }
    }

    /// @dev One event per action, all with the same five fields.
    function _log(bytes32 ticketId, Entry memory e, uint256 meta) private {
        bytes32 topic = _eventOf(e.action);
        (address actor, uint256 argument, bytes32 commitment) = (e.actor, e.argument, e.commitment);
        // What `emit` would do, but written once instead of for each of the twelve events.
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, meta)
            mstore(add(data, 0x20), argument)
            mstore(add(data, 0x40), commitment)
            log3(data, 0x60, topic, ticketId, actor)
        }
    }

    function _eventOf(Action action) private pure returns (bytes32) {
        if (action == Actions.ANSWER) return Answered.selector;
        if (action == Actions.REPLY) return Replied.selector;
        if (action == Actions.SOLVE) return Solved.selector;
        if (action == Actions.ESCALATE) return Escalated.selector;
        if (action == Actions.NOTE) return Noted.selector;
        if (action == Actions.CLOSE) return Closed.selector;
        if (action == Actions.RATE) return Rated.selector;
        if (action == Actions.ASSIGN) return Assigned.selector;
        if (action == Actions.HOLD) return Held.selector;
        if (action == Actions.RESUME) return Resumed.selector;
        if (action == Actions.REPOLICY) return Repolicied.selector;
        return Claimed.selector;
    }

    function _revert(bytes memory refusal) private pure {
        // The refusal is an ABI-encoded error already: revert with it as it is.
        assembly ("memory-safe") {
            revert(add(refusal, 0x20), mload(refusal))
        }
    }
}
