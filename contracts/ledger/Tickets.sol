// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Action, Actions, Lane} from "../types/Action.sol";
import {Auth, Auths} from "../types/Auth.sol";
import {Entry, Opening, SignedAction, SignedOpening, TicketActions, TicketAt} from "../types/Entry.sol";
import {Context, Lifecycle} from "../types/Lifecycle.sol";
import {Status} from "../types/Status.sol";
import {PackedTicket, TicketState} from "../types/TicketState.sol";
import {Agents} from "./Agents.sol";
import {Policies} from "./Policies.sol";
import {Signatures} from "./Signatures.sol";
import {Succession} from "./Succession.sol";
import {Refusals} from "../types/Refusals.sol";

/// @title Tickets
/// @notice Every ticket is one word. Who acted is found out here; what that means is decided by `Lifecycle`.
abstract contract Tickets is ISupportLedger, Agents, Policies, Succession, Signatures {
    bytes32 private constant TICKET_TAG = keccak256("supportledger.ticket.v1");

    /// @dev A ticket's id never changes, not even if the chain's does.
    uint256 private immutable _deployedOn = block.chainid;

    /// @inheritdoc ISupportLedger
    mapping(bytes32 ticketId => bytes32) public ticketHash;

    // ---------------------------------------------------------------------------------------------------------- opening

    /// @inheritdoc ISupportLedger
    function open(uint16 policy, bytes32 terms, bytes32 commitment) external returns (bytes32, PackedTicket memory) {
        return _openOrRevert(Opening(msg.sender, msg.sender, policy, terms, commitment, 0), Auths.SENT);
    }

    /// @inheritdoc ISupportLedger
    function openKeyless(uint16 policy, bytes32 terms, bytes32 commitment)
        external
        returns (bytes32, PackedTicket memory)
    {
        return _openOrRevert(Opening(msg.sender, address(0), policy, terms, commitment, 0), Auths.RECORDED);
    }

    /// @inheritdoc ISupportLedger
    function openSigned(Opening calldata opening, bytes calldata signature)
        external
        returns (bytes32, PackedTicket memory)
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
    function reply(bytes32 ticketId, PackedTicket calldata state, bool contested, bytes32 commitment)
        external
        returns (PackedTicket memory)
    {
        return _send(ticketId, state, Actions.REPLY, contested ? 1 : 0, 0, commitment);
    }

    /// @inheritdoc ISupportLedger
    function answer(bytes32 ticketId, PackedTicket calldata state, Status status, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory)
    {
        return _send(ticketId, state, Actions.ANSWER, Status.unwrap(status), seen, commitment);
    }

    /// @inheritdoc ISupportLedger
    function note(bytes32 ticketId, PackedTicket calldata state, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory)
    {
        return _send(ticketId, state, Actions.NOTE, 0, seen, commitment);
    }

    /// @inheritdoc ISupportLedger
    function assign(bytes32 ticketId, PackedTicket calldata state, address assignee, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory)
    {
        return _send(ticketId, state, Actions.ASSIGN, uint160(assignee), seen, commitment);
    }

    /// @inheritdoc ISupportLedger
    function hold(bytes32 ticketId, PackedTicket calldata state, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory)
    {
        return _send(ticketId, state, Actions.HOLD, 0, seen, commitment);
    }

    /// @inheritdoc ISupportLedger
    function resume(bytes32 ticketId, PackedTicket calldata state, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory)
    {
        return _send(ticketId, state, Actions.RESUME, 0, seen, commitment);
    }

    /// @inheritdoc ISupportLedger
    function solve(bytes32 ticketId, PackedTicket calldata state, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory)
    {
        return _send(ticketId, state, Actions.SOLVE, 0, seen, commitment);
    }

    /// @inheritdoc ISupportLedger
    function close(bytes32 ticketId, PackedTicket calldata state, address successorLedger, bytes32 commitment)
        external
        returns (PackedTicket memory)
    {
        return _send(ticketId, state, Actions.CLOSE, uint160(successorLedger), 0, commitment);
    }

    /// @inheritdoc ISupportLedger
    function rate(bytes32 ticketId, PackedTicket calldata state, uint8 stars, bytes32 commitment)
        external
        returns (PackedTicket memory)
    {
        return _send(ticketId, state, Actions.RATE, stars, 0, commitment);
    }

    /// @inheritdoc ISupportLedger
    function repolicy(bytes32 ticketId, PackedTicket calldata state, uint16 policy, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory)
    {
        return _send(ticketId, state, Actions.REPOLICY, policy, seen, commitment);
    }

    /// @inheritdoc ISupportLedger
    function claim(
        bytes32 ticketId,
        PackedTicket calldata state,
        address customer,
        uint32 seen,
        bytes32 commitment,
        uint64 deadline,
        bytes calldata consent
    ) external returns (PackedTicket memory) {
        _revertIf(_checkConsent(ticketId, customer, deadline, consent, true));
        return _send(ticketId, state, Actions.CLAIM, uint160(customer), seen, commitment);
    }

    /// @inheritdoc ISupportLedger
    function escalate(bytes32 ticketId, PackedTicket calldata state) external returns (PackedTicket memory) {
        return _send(ticketId, state, Actions.ESCALATE, 0, 0, 0);
    }

    /// @inheritdoc ISupportLedger
    function escalateBatch(TicketAt[] calldata tickets) external returns (PackedTicket[] memory next) {
        next = new PackedTicket[](tickets.length);
        for (uint256 i = 0; i < tickets.length; ++i) {
            bytes32 ticketId = tickets[i].ticketId;
            PackedTicket memory packed = tickets[i].state;
            bytes memory refusal = _checkCurrent(ticketId, packed);
            if (refusal.length == 0) {
                refusal = _apply(ticketId, packed, Entry(Actions.ESCALATE, Auths.SENT, msg.sender, 0, 0, 0));
            }
            if (refusal.length == 0) ticketHash[ticketId] = packed.hash();
            else emit ItemSkipped(i, refusal);
            next[i] = packed;
        }
    }

    // ------------------------------------------------------------------------------------------------- actions, signed

    /// @inheritdoc ISupportLedger
    function actSigned(bytes32 ticketId, PackedTicket calldata state, SignedAction calldata action)
        external
        returns (PackedTicket memory)
    {
        PackedTicket memory packed = state;
        _revertIf(_checkCurrent(ticketId, packed));
        _revertIf(_applySigned(ticketId, packed, action, true));
        ticketHash[ticketId] = packed.hash();
        return packed;
    }

    /// @inheritdoc ISupportLedger
    function actBatch(TicketActions[] calldata groups) external returns (PackedTicket[] memory next) {
        next = new PackedTicket[](groups.length);
        uint256 item = 0;
        for (uint256 i = 0; i < groups.length; ++i) {
            next[i] = _applyGroup(groups[i], item);
            item += groups[i].actions.length;
        }
    }

    // -------------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc ISupportLedger
    function isCurrent(bytes32 ticketId, PackedTicket calldata state) external view returns (bool) {
        PackedTicket memory packed = state;
        return packed.hash() == ticketHash[ticketId];
    }

    // ------------------------------------------------------------------------------------------------------- opening, inside

    function _openOrRevert(Opening memory o, Auth auth) private returns (bytes32, PackedTicket memory) {
        TicketAt memory opened;
        _revertIf(_open(o, auth, opened));
        return (opened.ticketId, opened.state);
    }

    /// @dev *opened* becomes the new ticket, or stays as it is when the opening is refused.
    function _open(Opening memory o, Auth auth, TicketAt memory opened) private returns (bytes memory refusal) {
        bytes32 ticketId = keccak256(abi.encode(TICKET_TAG, _deployedOn, address(this), o.opener, o.commitment));
        if (ticketHash[ticketId] != 0) return Refusals.ticketExists(ticketId);
        Context memory c;
        c.time = _now();
        c.policy = _offer(o.policy);
        if (o.customer == address(0)) c.agent = _agents[o.opener];

        refusal = Lifecycle.admitOpening(o, auth, c, msg.sender);
        if (refusal.length != 0) return refusal;
        (TicketState memory t, uint256 meta) = Lifecycle.opening(ticketId, o, auth, c);
        opened.ticketId = ticketId;
        t.packInto(opened.state);
        ticketHash[ticketId] = opened.state.hash();
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

    function _send(
        bytes32 ticketId,
        PackedTicket memory packed,
        Action action,
        uint256 argument,
        uint32 seen,
        bytes32 commitment
    ) private returns (PackedTicket memory) {
        _revertIf(_checkCurrent(ticketId, packed));
        _revertIf(_apply(ticketId, packed, Entry(action, Auths.SENT, msg.sender, argument, seen, commitment)));
        ticketHash[ticketId] = packed.hash();
        return packed;
    }

    /// @dev Consecutive actions on one ticket, in memory; the slot is written once.
    function _applyGroup(TicketActions calldata group, uint256 firstItem) private returns (PackedTicket memory) {
        PackedTicket memory packed = group.state;
        bytes memory stale = _checkCurrent(group.ticketId, packed);
        bool changed = false;
        for (uint256 i = 0; i < group.actions.length; ++i) {
            bytes memory refusal = stale;
            if (stale.length == 0) refusal = _applySigned(group.ticketId, packed, group.actions[i], false);
            if (refusal.length == 0) changed = true;
            else emit ItemSkipped(firstItem + i, refusal);
        }
        if (changed) ticketHash[group.ticketId] = packed.hash();
        return packed;
    }

    function _applySigned(
        bytes32 ticketId,
        PackedTicket memory packed,
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
                : _checkConsent(ticketId, address(uint160(a.argument)), a.deadline, a.consent, contractWallets);
            if (refusal.length != 0) return refusal;
        }
        return _apply(ticketId, packed, e);
    }

    /// @dev The one place where a ticket changes: what the action needs is loaded, the rest is pure.
    /// *packed* becomes the new state, or stays as it is when the action is refused.
    function _apply(bytes32 ticketId, PackedTicket memory packed, Entry memory e)
        private
        returns (bytes memory refusal)
    {
        TicketState memory t = packed.unpack();
        if (e.action == Actions.REPLY && t.customer == address(0)) e.auth = Auths.RECORDED;
        uint256 meta;
        (refusal, meta) = Lifecycle.transition(t, e, _context(t, e));
        if (refusal.length != 0) return refusal;
        t.packInto(packed);
        _log(ticketId, e, meta);
    }

    function _context(TicketState memory t, Entry memory e) private view returns (Context memory c) {
        c.time = _now();
        c.policy = _clocks(t.policy);
        Lane lane = e.action.lane(e.actor, t.customer);
        if (lane == Lane.Staff || e.auth == Auths.RECORDED) c.agent = _agents[e.actor];
        if (e.action == Actions.ASSIGN) {
            c.assignee = _agents[address(uint160(e.argument))];
            c.supervisor = hasRole(SUPERVISOR_ROLE, e.actor);
        } else if (e.action == Actions.REPOLICY) {
            c.supervisor = hasRole(SUPERVISOR_ROLE, e.actor);
            c.policy = _offer(t.policy);
            c.proposed = _offer(uint16(e.argument));
        } else if (e.action == Actions.CLOSE && e.argument != 0) {
            c.successor = successor;
        }
    }

    function _checkCurrent(bytes32 ticketId, PackedTicket memory packed) private view returns (bytes memory refusal) {
        bytes32 current = ticketHash[ticketId];
        bytes32 presented = packed.hash();
        if (presented == current) return "";
        if (current == 0) return Refusals.ticketNotFound(ticketId);
        return Refusals.ticketStale(ticketId, current, presented);
    }

    function _authenticateAction(
        bytes32 ticketId,
        PackedTicket memory packed,
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
        if (_authenticate(customer, _claimDigest(ticketId, customer, deadline), consent, contractWallets) == Auths.SENT) {
            return Refusals.signatureInvalid(customer, 0);
        }
    }

    /// @dev One event per action, all with the same five fields.
    function _log(bytes32 ticketId, Entry memory e, uint256 meta) private {
        Action a = e.action;
        if (a == Actions.ANSWER) emit Answered(ticketId, e.actor, meta, e.argument, e.commitment);
        else if (a == Actions.REPLY) emit Replied(ticketId, e.actor, meta, e.argument, e.commitment);
        else if (a == Actions.SOLVE) emit Solved(ticketId, e.actor, meta, e.argument, e.commitment);
        else if (a == Actions.ESCALATE) emit Escalated(ticketId, e.actor, meta, e.argument, e.commitment);
        else if (a == Actions.NOTE) emit Noted(ticketId, e.actor, meta, e.argument, e.commitment);
        else if (a == Actions.CLOSE) emit Closed(ticketId, e.actor, meta, e.argument, e.commitment);
        else if (a == Actions.RATE) emit Rated(ticketId, e.actor, meta, e.argument, e.commitment);
        else if (a == Actions.ASSIGN) emit Assigned(ticketId, e.actor, meta, e.argument, e.commitment);
        else if (a == Actions.HOLD) emit Held(ticketId, e.actor, meta, e.argument, e.commitment);
        else if (a == Actions.RESUME) emit Resumed(ticketId, e.actor, meta, e.argument, e.commitment);
        else if (a == Actions.REPOLICY) emit Repolicied(ticketId, e.actor, meta, e.argument, e.commitment);
        else emit Claimed(ticketId, e.actor, meta, e.argument, e.commitment);
    }

    function _revertIf(bytes memory refusal) private pure {
        if (refusal.length == 0) return;
        // The refusal is an ABI-encoded error already: revert with it as it is.
        assembly ("memory-safe") {
            revert(add(refusal, 0x20), mload(refusal))
        }
    }
}
