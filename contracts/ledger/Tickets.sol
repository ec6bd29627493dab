// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Action, Actions, Lane} from "../types/Action.sol";
import {AgentWord} from "../types/Agent.sol";
import {Auth, Auths} from "../types/Auth.sol";
import {BusinessHours} from "../types/BusinessHours.sol";
import {Entry, Opening, SignedAction, SignedOpening, TicketActions, TicketAt} from "../types/Entry.sol";
import {Hashing} from "../types/Hashing.sol";
import {Lifecycle, Special} from "../types/Lifecycle.sol";
import {Meta, Metas} from "../types/Meta.sol";
import {Openings} from "../types/Openings.sol";
import {PolicyWord} from "../types/Policy.sol";
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
    function open(bytes32 terms, bytes32 commitment, uint32 policy)
        external
        returns (bytes32 ticketId, uint256 parties, uint256 work, uint256 counters, bytes32 head)
    {
        Ticket memory t;
        bytes memory refusal;
        // Its width only makes the selector low (see the interface): no policy has such a number, nor has 0.
        uint256 number = policy > type(uint16).max ? 0 : policy;
        (refusal, ticketId) = _open(msg.sender, msg.sender, number, terms, commitment, Auths.SENT, t);
        if (refusal.length != 0) _revert(refusal);
        (parties, work, counters, head) = (t.parties, t.work, t.counters, t.head);
    }

    /// @inheritdoc ISupportLedger
    function openKeyless(uint16 policy, bytes32 terms, bytes32 commitment)
        external
        returns (bytes32 ticketId, uint256 parties, uint256 work, uint256 counters, bytes32 head)
    {
        Ticket memory t;
        bytes memory refusal;
        (refusal, ticketId) = _open(msg.sender, address(0), policy, terms, commitment, Auths.RECORDED, t);
        if (refusal.length != 0) _revert(refusal);
        (parties, work, counters, head) = (t.parties, t.work, t.counters, t.head);
    }

    /// @inheritdoc ISupportLedger
    function openSigned(Opening calldata o, bytes calldata signature)
        external
        returns (bytes32 ticketId, uint256 parties, uint256 work, uint256 counters, bytes32 head)
    {
        (Auth auth, bytes memory refusal) = _authenticateOpening(o, signature, true);
        if (refusal.length != 0) _revert(refusal);
        Ticket memory t;
        (refusal, ticketId) = _open(o.opener, o.customer, o.policy, o.terms, o.commitment, auth, t);
        if (refusal.length != 0) _revert(refusal);
        (parties, work, counters, head) = (t.parties, t.work, t.counters, t.head);
    }

    /// @inheritdoc ISupportLedger
    function openBatch(SignedOpening[] calldata openings) external returns (TicketAt[] memory opened) {
        opened = new TicketAt[](openings.length);
        for (uint256 i = 0; i < openings.length; ++i) {
            Opening calldata o = openings[i].opening;
            (Auth auth, bytes memory refusal) = _authenticateOpening(o, openings[i].signature, false);
            if (refusal.length == 0) {
                (refusal, opened[i].ticketId) =
                    _open(o.opener, o.customer, o.policy, o.terms, o.commitment, auth, opened[i].state);
            }
            if (refusal.length != 0) emit ItemSkipped(i, refusal);
        }
    }

    // ---------------------------------------------------------------------------------------------- actions, sent directly

    /// @inheritdoc ISupportLedger
    function act(
        bytes32 ticketId,
        Ticket calldata state,
        Action action,
        uint256 argument,
        uint64 seen,
        bytes32 commitment
    ) external returns (uint256, uint256, uint256, bytes32) {
        // Check: a claim carries the customer's consent, so it goes through actSigned.
        if (action == Actions.CLAIM) _revert(Refusals.signatureInvalid(address(uint160(argument)), 0));
        // Its width only makes the selector low (see the interface): no sequence is that long.
        if (seen > type(uint32).max) _revert(Refusals.seenInvalid(type(uint32).max, 0));
        Slot storage slot = _tickets[ticketId];
        Ticket memory t = state.load()[0];
        if (t.hash() != slot.hash) _revert(_notCurrent(slot, ticketId, t));
        Meta meta = Metas.entry(action, seen, _now());
        bytes memory refusal = _apply(ticketId, t, Entry(meta, argument, msg.sender, commitment));
        if (refusal.length != 0) _revert(refusal);
        slot.hash = t.hash();
        _return(t);
    }

    /// @inheritdoc ISupportLedger
    function escalateBatch(TicketAt[] calldata tickets) external returns (Ticket[] memory next) {
        next = new Ticket[](tickets.length);
        for (uint256 i = 0; i < tickets.length; ++i) {
            bytes32 ticketId = tickets[i].ticketId;
            Slot storage slot = _tickets[ticketId];
            Ticket memory t = tickets[i].state.load()[0];
            bytes memory refusal = t.hash() == slot.hash
                ? _apply(ticketId, t, Entry(Metas.entry(Actions.ESCALATE, 0, _now()), 0, msg.sender, 0))
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
    function actSigned(bytes32 ticketId, Ticket calldata state, SignedAction calldata action)
        external
        returns (uint256, uint256, uint256, bytes32)
    {
        Slot storage slot = _tickets[ticketId];
        Ticket memory t = state.load()[0];
        if (t.hash() != slot.hash) _revert(_notCurrent(slot, ticketId, t));
        bytes memory refusal = _applySigned(ticketId, t, action, true);
        if (refusal.length != 0) _revert(refusal);
        slot.hash = t.hash();
        _return(t);
    }

    /// @inheritdoc ISupportLedger
    function actBatch(TicketActions[] calldata groups) external returns (Ticket[] memory next) {
        next = new Ticket[](groups.length);
        uint256 item = 0;
        for (uint256 i = 0; i < groups.length; ++i) {
            TicketActions calldata group = groups[i];
            Ticket memory t = group.state.load()[0];
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

    /// @dev *t*, empty so far, becomes the new ticket, unless the opening is refused; then the id is 0.
    function _open(
        address opener,
        address customer,
        uint256 number,
        bytes32 terms,
        bytes32 commitment,
        Auth auth,
        Ticket memory t
    ) private returns (bytes memory refusal, bytes32 ticketId) {
        bytes32 id = _ticketId(opener, commitment);
        Slot storage slot = _tickets[id];
        if (slot.hash != 0) return (Refusals.ticketExists(id), 0);
        PolicyWord policy = _policyWord(number);
        bytes32 promised = _terms(number);
        AgentWord agent;
        if (auth == Auths.RECORDED) agent = _agents[opener];
        address gate = _gate(number, policy);
        refusal = Openings.admit(
            opener, auth, commitment, number, policy, promised, gate, terms, agent, _now(), msg.sender
        );
        if (refusal.length != 0) return (refusal, 0);

        Openings.first(t, customer, number, policy, _openHours(number, policy), _now());
        uint256 meta = Openings.firstHead(t, id, opener, auth, commitment, number, terms, agent, _now());
        slot.hash = t.hash();
        emit Opened(id, opener, meta, number, commitment);
        return (refusal, id);
    }

    function _ticketId(address opener, bytes32 commitment) private view returns (bytes32) {
        return Hashing.hash5(
            TICKET_TAG,
            bytes32(_deployedOn),
            bytes32(uint256(uint160(address(this)))),
            bytes32(uint256(uint160(opener))),
            commitment
        );
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
            bytes memory refusal = stale.length == 0 ? _tryAction(ticketId, t, actions[i]) : stale;
            if (refusal.length == 0) changed = true;
            else emit ItemSkipped(item + i, refusal);
        }
        if (changed) slot.hash = t.hash();
    }

    /// @dev A refused action leaves the ticket as it was. The head is written last, so never by one that is refused.
    function _tryAction(bytes32 ticketId, Ticket memory t, SignedAction calldata action)
        private
        returns (bytes memory refusal)
    {
        (uint256 parties, uint256 work, uint256 counters) = (t.parties, t.work, t.counters);
        refusal = _applySigned(ticketId, t, action, false);
        if (refusal.length != 0) (t.parties, t.work, t.counters) = (parties, work, counters);
    }

    function _applySigned(bytes32 ticketId, Ticket memory t, SignedAction calldata a, bool contractWallets)
        private
        returns (bytes memory refusal)
    {
        Entry memory e = Entry(Metas.entry(a.action, a.seen, _now()), a.argument, a.actor, a.commitment);
        bytes calldata signature = a.signature;
        if (signature.length == 0) {
            if (e.actor != msg.sender) return Refusals.senderNotActor(msg.sender, e.actor);
        } else {
            refusal = _authenticateEntry(ticketId, t, e, a.deadline, signature, contractWallets);
            if (refusal.length != 0) return refusal;
        }
        if (e.action() == Actions.CLAIM) {
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
        Action action = e.action();
        AgentWord agent;
        if (action.isStaffs()) {
            agent = _agents[e.actor];
        } else if (action == Actions.REPLY && t.customer() == address(0)) {
            agent = _agents[e.actor];
            e.meta = e.meta.withAuth(Auths.RECORDED);
        }
        PolicyWord policy;
        BusinessHours openHours;
        if (Lifecycle.asksPolicy(t, e, _now())) {
            policy = _policyWord(t.policy());
            openHours = _openHours(t.policy(), policy);
        }
        Special[] memory special;
        if (action.isSpecial()) special = _specialOf(t, e);

        uint256 meta;
        (refusal, meta) = Lifecycle.transition(t, e, _now(), agent, policy, openHours, special);
        if (refusal.length == 0) _log(ticketId, e, meta);
    }

    function _specialOf(Ticket memory t, Entry memory e) private view returns (Special[] memory special) {
        special = new Special[](1);
        Special memory s = special[0];
        Action action = e.action();
        if (action == Actions.CLOSE) s.successor = successor;
        else s.supervisor = hasRole(SUPERVISOR_ROLE, e.actor);
        if (action == Actions.ASSIGN) s.assignee = _agents[address(uint160(e.argument))];
        if (action == Actions.REPOLICY) (s.current, s.proposed) = (_offer(t.policy()), _offer(e.argument));
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
        Lane lane = e.action().lane(e.actor, t.customer());
        if (lane == Lane.None) return Refusals.signatureNotAllowed(e.action());
        refusal = _checkDeadline(deadline);
        if (refusal.length != 0) return refusal;
        uint256 sequence = lane == Lane.Customer ? t.customerSeq() : t.staffSeq();
        bytes32 digest = _actionDigest(ticketId, e, sequence, deadline);
        Auth auth = _authenticate(e.actor, digest, signature, contractWallets);
        e.meta = e.meta.withAuth(auth);
        if (auth == Auths.SENT) refusal = Refusals.signatureInvalid(e.actor, sequence);
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
            return Refusals.argumentInvalid(e.action(), e.argument);
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
        bytes32 topic = _eventOf(e.action());
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

    // A flat table, one line an event.
    // solhint-disable-next-line code-complexity
    function _eventOf(Action action) private pure returns (bytes32 selector) {
        if (action == Actions.ANSWER) selector = Answered.selector;
        else if (action == Actions.REPLY) selector = Replied.selector;
        else if (action == Actions.SOLVE) selector = Solved.selector;
        else if (action == Actions.ESCALATE) selector = Escalated.selector;
        else if (action == Actions.HOLD) selector = Held.selector;
        else if (action == Actions.RESUME) selector = Resumed.selector;
        else if (action == Actions.NOTE) selector = Noted.selector;
        else if (action == Actions.CLOSE) selector = Closed.selector;
        else if (action == Actions.RATE) selector = Rated.selector;
        else if (action == Actions.ASSIGN) selector = Assigned.selector;
        else if (action == Actions.REPOLICY) selector = Repolicied.selector;
        else selector = Claimed.selector;
    }

    /// @dev Ends the call with the four words, which lie in memory as they are to be returned.
    function _return(Ticket memory t) private pure {
        assembly ("memory-safe") {
            return(t, 0x80)
        }
    }

    function _revert(bytes memory refusal) private pure {
        // The refusal is an ABI-encoded error already: revert with it as it is.
        assembly ("memory-safe") {
            revert(add(refusal, 0x20), mload(refusal))
        }
    }
}
