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
        _revertIf(refusal);
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
        uint32 seen,
        bytes32 commitment
    ) external returns (uint256, uint256, uint256, bytes32) {
        // Check: a claim carries the customer's consent, so it goes through actSigned.
        if (action == Actions.CLAIM) revert SignatureInvalid(address(uint160(argument)), 0);
        Slot storage slot = _tickets[ticketId];
        _revertIf(_checkCurrent(slot, ticketId, state));
        _revertIf(_apply(ticketId, state, Entry(action, Auths.SENT, msg.sender, argument, seen, commitment)));
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
            bytes memory refusal = _checkCurrent(slot, ticketId, t);
            if (refusal.length == 0) {
                refusal = _apply(ticketId, t, Entry(Actions.ESCALATE, Auths.SENT, msg.sender, 0, 0, 0));
            }
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
        _revertIf(_checkCurrent(slot, ticketId, state));
        _revertIf(_applySigned(ticketId, state, action, true));
        slot.hash = state.hash();
        return (state.parties, state.work, state.counters, state.head);
    }

    /// @inheritdoc ISupportLedger
    function actBatch(TicketActions[] calldata groups) external returns (Ticket[] memory next) {
        next = new Ticket[](groups.length);
        uint256 item = 0;
        for (uint256 i = 0; i < groups.length; ++i) {
            next[i] = _applyGroup(groups[i], item);
            item += groups[i].actions.length;
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
        _revertIf(_open(o, auth, opened));
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
    function _applyGroup(TicketActions calldata group, uint256 item) private returns (Ticket memory t) {
        Slot storage slot = _tickets[group.ticketId];
        Ticket memory state = group.state;
        bytes memory stale = _checkCurrent(slot, group.ticketId, state);
        bool changed = false;
        for (uint256 i = 0; i < group.actions.length; ++i) {
            bytes memory refusal = stale;
            if (stale.length == 0) {
                t.copyFrom(state);
                refusal = _applySigned(group.ticketId, t, group.actions[i], false);
            }
            if (refusal.length == 0) {
                state.copyFrom(t);
                changed = true;
            } else {
                emit ItemSkipped(item, refusal);
            }
            unchecked {
                ++item;
            }
        }
        if (changed) slot.hash = state.hash();
        return state;
    }

    function _applySigned(
        bytes32 ticketId,
        Ticket memory packed,
        SignedAction calldata a,
        bool contractWallets
    ) private returns (bytes memory refusal) {
        Entry memory e = Entry(a.action, Auths.SENT, a.actor, a.argument, a.seen, a.commitment);
        if (a.signature.length == 0) {
            if (a.actor != msg.sender) return Refusals.senderNotActor(msg.sender, a.actor);
        } else {
            (e.auth, refusal) = _authenticateAction(ticketId, packed, a, contractWallets);
            if (refusal.length != 0) return refusal;
        }
        if (e.action == Actions.CLAIM) {
            refusal = a.argument > type(uint160).max
                ? Refusals.argumentInvalid(e.action, a.argument)
                : _checkConsent(
                    ticketId, address(uint160(a.argument)), a.deadline, a.consent, contractWallets
                );
            if (refusal.length != 0) return refusal;
        }
        return _apply(ticketId, packed, e);
    }

    /// @dev The one place where a ticket changes: what the action needs is loaded, the rest is pure.
    /// After a refusal *t* is void.
    function _apply(bytes32 ticketId, Ticket memory t, Entry memory e)
        private
        returns (bytes memory refusal)
    {
        Action action = e.action;
        address customer = t.customer();
        if (action == Actions.REPLY && customer == address(0)) e.auth = Auths.RECORDED;

        AgentWord agent;
        AgentWord assignee;
        bool supervisor;
        Policy[] memory change;
        if (action.lane(e.actor, customer) == Lane.Staff || e.auth == Auths.RECORDED) {
            agent = _agents[e.actor];
        }
        if (action == Actions.ASSIGN || action == Actions.REPOLICY) {
            supervisor = hasRole(SUPERVISOR_ROLE, e.actor);
            if (action == Actions.ASSIGN) {
                assignee = _agents[address(uint160(e.argument))];
            } else {
                change = new Policy[](2);
                (change[0], change[1]) = (_offer(t.policy()), _offer(e.argument));
            }
        }
        PolicyWord policy = _policyWord(t.policy());
        Context memory c = Context({
            time: _now(),
            agent: agent,
            policy: policy,
            openHours: _openHours(t.policy(), policy),
            assignee: assignee,
            supervisor: supervisor,
            successor: action == Actions.CLOSE ? successor : address(0),
            change: change
        });

        uint256 meta;
        (refusal, meta) = Lifecycle.transition(t, e, c);
        if (refusal.length == 0) _log(ticketId, e, meta);
    }

    function _checkCurrent(Slot storage slot, bytes32 ticketId, Ticket memory t)
        private
        view
        returns (bytes memory refusal)
    {
        bytes32 current = slot.hash;
        bytes32 presented = t.hash();
        if (presented == current) return refusal;
        if (current == 0) return Refusals.ticketNotFound(ticketId);
        return Refusals.ticketStale(ticketId, current, presented);
    }

    function _authenticateAction(
        bytes32 ticketId,
        Ticket memory packed,
        SignedAction calldata a,
        bool contractWallets
    ) private view returns (Auth auth, bytes memory refusal) {
        Lane lane = a.action.lane(a.actor, address(uint160(packed.parties >> 96)));
        if (lane == Lane.None) {
            return (auth, Refusals.signatureNotAllowed(a.action));
        }
        refusal = _checkDeadline(a.deadline);
        if (refusal.length != 0) return (auth, refusal);
        uint32 sequence = lane == Lane.Customer ? uint32(packed.counters >> 32) : uint32(packed.counters);
        auth = _authenticate(a.actor, _actionDigest(ticketId, a, sequence), a.signature, contractWallets);
        if (auth == Auths.SENT) refusal = Refusals.signatureInvalid(a.actor, sequence);
    }

    function _checkConsent(
        bytes32 ticketId,
        address customer,
        uint64 deadline,
        bytes calldata consent,
        bool contractWallets
    ) private view returns (bytes memory refusal) {
        refusal = _checkDeadline(deadline);
        if (refusal.length != 0) return refusal;
        if (
            _authenticate(customer, _claimDigest(ticketId, customer, deadline), consent, contractWallets)
                == Auths.SENT
        ) {
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

    function _revertIf(bytes memory refusal) private pure {
        if (refusal.length == 0) return;
        // The refusal is an ABI-encoded error already: revert with it as it is.
        assembly ("memory-safe") {
            revert(add(refusal, 0x20), mload(refusal))
        }
    }
}
