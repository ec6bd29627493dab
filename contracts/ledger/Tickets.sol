// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Lifecycle, Special} from "../lifecycle/Lifecycle.sol";
import {Openings} from "../lifecycle/Openings.sol";
import {Act, Acts, SignedAct, TicketActs, TicketAt} from "../types/Act.sol";
import {Action, Actions} from "../types/Action.sol";
import {AgentWord} from "../types/Agent.sol";
import {Auth, Auths} from "../types/Auth.sol";
import {BusinessHours} from "../types/BusinessHours.sol";
import {Hashing} from "../types/Hashing.sol";
import {Opening, SignedOpening} from "../types/Opening.sol";
import {PolicyWord} from "../types/Policy.sol";
import {Refusal} from "../types/Refusal.sol";
import {Refusals} from "../types/Refusals.sol";
import {COUNTERS, PARTIES, Turn, Turns, WORK} from "../types/Turn.sol";
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
        returns (bytes32, bytes32[4] memory)
    {
        // Its width only makes the selector low (see the interface): no policy has such a number, nor has 0.
        uint256 number = policy > type(uint16).max ? 0 : policy;
        _openOne(msg.sender, msg.sender, number, terms, commitment, Auths.SENT);
    }

    /// @inheritdoc ISupportLedger
    function openKeyless(uint16 policy, bytes32 terms, bytes32 commitment)
        external
        returns (bytes32, bytes32[4] memory)
    {
        _openOne(msg.sender, address(0), policy, terms, commitment, Auths.RECORDED);
    }

    /// @inheritdoc ISupportLedger
    function openSigned(Opening calldata o, bytes calldata signature)
        external
        returns (bytes32, bytes32[4] memory)
    {
        Refusal refusal = _admitOpening(o);
        if (refusal.isSome()) refusal.raise();
        Auth auth = _approved(o.opener, _openDigest(o), signature);
        if (auth == Auths.SENT) Refusals.signatureInvalid(o.opener, 0).raise();
        _openOne(o.opener, o.customer, o.policy, o.terms, o.commitment, _authOf(o, auth));
    }

    /// @inheritdoc ISupportLedger
    function openBatch(SignedOpening[] calldata openings) external returns (TicketAt[] memory opened) {
        opened = new TicketAt[](openings.length);
        Turn t = Turns.one();
        for (uint256 i = 0; i < openings.length; ++i) {
            (Refusal refusal, bytes32 ticketId) = _openSigned(t, openings[i]);
            if (refusal.isSome()) emit ItemSkipped(i, refusal.reason());
            else opened[i] = TicketAt(ticketId, t.state());
        }
    }

    // ---------------------------------------------------------------------------------------------- actions, sent directly

    /// @inheritdoc ISupportLedger
    function act(bytes32 ticketId, bytes32[4] calldata state, Act what, bytes32 commitment)
        external
        returns (bytes32[4] memory)
    {
        (Slot storage slot, Turn t) = _present(ticketId, state);
        t.begin(what.meta(_now()), what.argument(), msg.sender, commitment);
        _end(slot, t, _apply(ticketId, t, false));
    }

    /// @inheritdoc ISupportLedger
    function escalateBatch(TicketAt[] calldata tickets) external returns (bytes32[4][] memory) {
        Turn first = Turns.many(tickets.length);
        Turn t = first;
        for (uint256 i = 0; i < tickets.length; ++i) {
            TicketAt calldata ticket = tickets[i];
            t.load(ticket.state);
            Refusal refusal = _escalate(ticket.ticketId, t);
            if (refusal.isSome()) {
                t.load(ticket.state);
                emit ItemSkipped(i, refusal.reason());
            }
            t = t.next();
        }
        first.giveAll();
    }

    // ------------------------------------------------------------------------------------------------- actions, signed

    /// @inheritdoc ISupportLedger
    function actSigned(SignedAct calldata a, bytes32 ticketId, bytes32[4] calldata state)
        external
        returns (bytes32[4] memory)
    {
        (Slot storage slot, Turn t) = _present(ticketId, state);
        _end(slot, t, _applySigned(ticketId, t, a));
    }

    /// @inheritdoc ISupportLedger
    function actApproved(
        bytes32 ticketId,
        bytes32[4] calldata state,
        Act what,
        address actor,
        bytes32 commitment,
        bytes calldata signature,
        bytes calldata consent
    ) external returns (bytes32[4] memory) {
        (Slot storage slot, Turn t) = _present(ticketId, state);
        t.begin(what.meta(_now()), what.argument(), actor, commitment);
        Refusal refusal = _checkApproval(ticketId, t, what.deadline(), signature);
        if (refusal.isSome()) refusal.raise();
        if (t.action() == Actions.CLAIM) {
            refusal = _checkConsent(ticketId, t, what.deadline(), consent);
            if (refusal.isSome()) refusal.raise();
        }
        _end(slot, t, _apply(ticketId, t, true));
    }

    /// @inheritdoc ISupportLedger
    function actBatch(TicketActs[] calldata groups) external returns (bytes32[4][] memory) {
        Turn first = Turns.many(groups.length);
        Turn t = first;
        uint256 item = 0;
        for (uint256 i = 0; i < groups.length; ++i) {
            item = _applyGroup(groups[i], t, item);
            t = t.next();
        }
        first.giveAll();
    }

    // -------------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc ISupportLedger
    function ticketHash(bytes32 ticketId) external view returns (bytes32) {
        return _tickets[ticketId].hash;
    }

    /// @inheritdoc ISupportLedger
    function isCurrent(bytes32 ticketId, bytes32[4] calldata state) external view returns (bool) {
        Turn t = Turns.one();
        t.load(state);
        return t.hash() == _tickets[ticketId].hash;
    }

    // ------------------------------------------------------------------------------------------------------- opening, inside

    /// @dev Opens, and ends the call.
    function _openOne(
        address opener,
        address customer,
        uint256 number,
        bytes32 terms,
        bytes32 commitment,
        Auth auth
    ) private {
        Turn t = Turns.one();
        (Refusal refusal, bytes32 ticketId) = _open(t, opener, customer, number, terms, commitment, auth);
        if (refusal.isSome()) refusal.raise();
        t.giveNew(ticketId);
    }

    function _openSigned(Turn t, SignedOpening calldata item)
        private
        returns (Refusal refusal, bytes32 ticketId)
    {
        Opening calldata o = item.opening;
        refusal = _admitOpening(o);
        if (refusal.isSome()) return (refusal, 0);
        if (!_signed(o.opener, _openDigest(o), item.r, item.vs)) {
            return (Refusals.signatureInvalid(o.opener, 0), 0);
        }
        return _open(t, o.opener, o.customer, o.policy, o.terms, o.commitment, _authOf(o, Auths.ECDSA));
    }

    /// @dev *t* becomes the new ticket, unless the opening is refused; then the id is 0.
    function _open(
        Turn t,
        address opener,
        address customer,
        uint256 number,
        bytes32 terms,
        bytes32 commitment,
        Auth auth
    ) private returns (Refusal refusal, bytes32 ticketId) {
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
        if (refusal.isSome()) return (refusal, 0);

        Openings.first(t, customer, number, policy, _openHours(number, policy), _now());
        Openings.firstEntry(t, id, opener, auth, commitment, number, terms, agent, _now());
        slot.hash = t.hash();
        t.log(Opened.selector, id);
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

    function _admitOpening(Opening calldata o) private view returns (Refusal refusal) {
        if (o.customer != o.opener && o.customer != address(0)) {
            return Refusals.openerInvalid(o.opener, o.customer);
        }
        return _checkDeadline(o.deadline);
    }

    /// @dev Whoever signed, a keyless customer did not: the ticket is recorded, not signed.
    function _authOf(Opening calldata o, Auth auth) private pure returns (Auth) {
        return o.customer == address(0) ? Auths.RECORDED : auth;
    }

    // ------------------------------------------------------------------------------------------------------- actions, inside

    /// @dev Begin a call: the state presented must be the present one.
    function _present(bytes32 ticketId, bytes32[4] calldata state)
        private
        view
        returns (Slot storage slot, Turn t)
    {
        slot = _tickets[ticketId];
        t = Turns.one();
        t.load(state);
        if (t.hash() != slot.hash) _notCurrent(slot, ticketId, t).raise();
    }

    /// @dev End a call.
    function _end(Slot storage slot, Turn t, Refusal refusal) private {
        if (refusal.isSome()) refusal.raise();
        slot.hash = t.hash();
        t.give();
    }

    function _escalate(bytes32 ticketId, Turn t) private returns (Refusal refusal) {
        Slot storage slot = _tickets[ticketId];
        if (t.hash() != slot.hash) return _notCurrent(slot, ticketId, t);
        t.begin(Acts.plain(Actions.ESCALATE).meta(_now()), 0, msg.sender, 0);
        refusal = _apply(ticketId, t, false);
        if (!refusal.isSome()) slot.hash = t.hash();
    }

    /// @dev Consecutive acts on one ticket, in memory; the slot is written once.
    /// @param item Number of the first of them in the batch.
    /// @return Number of the next.
    function _applyGroup(TicketActs calldata group, Turn t, uint256 item) private returns (uint256) {
        bytes32 ticketId = group.ticketId;
        SignedAct[] calldata acts = group.acts;
        Slot storage slot = _tickets[ticketId];
        t.load(group.state);
        Refusal stale;
        if (t.hash() != slot.hash) stale = _notCurrent(slot, ticketId, t);
        bool changed = false;
        for (uint256 i = 0; i < acts.length; ++i) {
            Refusal refusal = stale.isSome() ? stale : _tryAct(ticketId, t, acts[i]);
            if (refusal.isSome()) emit ItemSkipped(item, refusal.reason());
            else changed = true;
            unchecked {
                ++item;
            }
        }
        if (changed) slot.hash = t.hash();
        return item;
    }

    /// @dev A refused act leaves the ticket as it was. The head is written last, so never by one that is refused.
    function _tryAct(bytes32 ticketId, Turn t, SignedAct calldata a) private returns (Refusal refusal) {
        (uint256 parties, uint256 work, uint256 counters) = (t.word(PARTIES), t.word(WORK), t.word(COUNTERS));
        refusal = _applySigned(ticketId, t, a);
        if (refusal.isSome()) {
            t.setWord(PARTIES, parties);
            t.setWord(WORK, work);
            t.setWord(COUNTERS, counters);
        }
    }

    function _applySigned(bytes32 ticketId, Turn t, SignedAct calldata a) private returns (Refusal refusal) {
        (address actor, bytes32 r) = (a.actor, a.r);
        t.begin(a.what.meta(_now()), a.what.argument(), actor, a.commitment);
        if (r == 0) {
            if (actor != msg.sender) return Refusals.senderNotActor(msg.sender, actor);
        } else {
            (Refusal unsignable, bytes32 digest, uint256 sequence) = _toSign(ticketId, t, a.what.deadline());
            if (unsignable.isSome()) return unsignable;
            if (!_signed(actor, digest, r, a.vs)) return Refusals.signatureInvalid(actor, sequence);
            t.setAuth(Auths.ECDSA);
        }
        return _apply(ticketId, t, false);
    }

    /// @dev The one place where a ticket changes: what the action needs is loaded, the rest is pure.
    /// After a refusal the first three words of *t* are void.
    function _apply(bytes32 ticketId, Turn t, bool consented) private returns (Refusal refusal) {
        Action action = t.action();
        if (action.isStaffs()) {
            t.setAuthority(_certificate(t.actor()));
        } else if (action == Actions.REPLY && t.customer() == address(0)) {
            t.setAuthority(_certificate(t.actor()));
            t.setAuth(Auths.RECORDED);
        } else {
            t.setAuthority(0);
        }
        PolicyWord policy;
        BusinessHours openHours;
        if (Lifecycle.asksPolicy(t, _now())) {
            policy = _policyWord(t.policy());
            openHours = _openHours(t.policy(), policy);
        }
        Special[] memory special;
        if (action.isSpecial()) {
            // A claim carries the customer's consent, so it goes through actApproved.
            if (action == Actions.CLAIM && !consented) {
                return Refusals.signatureInvalid(address(uint160(t.argument())), 0);
            }
            special = _specialOf(t);
        }
        refusal = Lifecycle.transition(t, _now(), policy, openHours, special);
        if (!refusal.isSome()) t.log(_eventOf(action), ticketId);
    }

    function _certificate(address agent) private view returns (bytes32) {
        return bytes32(AgentWord.unwrap(_agents[agent]));
    }

    function _specialOf(Turn t) private view returns (Special[] memory special) {
        special = new Special[](1);
        Special memory s = special[0];
        Action action = t.action();
        if (action == Actions.CLOSE) s.successor = successor;
        else s.supervisor = hasRole(SUPERVISOR_ROLE, t.actor());
        if (action == Actions.ASSIGN) s.assignee = _agents[address(uint160(t.argument()))];
        if (action == Actions.REPOLICY) (s.current, s.proposed) = (_offer(t.policy()), _offer(t.argument()));
    }

    /// @dev Why the state presented is refused.
    function _notCurrent(Slot storage slot, bytes32 ticketId, Turn t) private view returns (Refusal) {
        if (slot.hash == 0) return Refusals.ticketNotFound(ticketId);
        return Refusals.ticketStale(ticketId, slot.hash, t.hash());
    }

    /// @dev What the actor must have signed.
    function _toSign(bytes32 ticketId, Turn t, uint256 deadline)
        private
        view
        returns (Refusal refusal, bytes32 digest, uint256 sequence)
    {
        sequence = t.sequence();
        if (sequence == 0) return (Refusals.signatureNotAllowed(t.action()), 0, 0);
        refusal = _checkDeadline(deadline);
        if (refusal.isSome()) return (refusal, 0, 0);
        digest = _actionDigest(ticketId, t, sequence, deadline);
    }

    /// @dev Sets how the actor signed, if they did not send it themselves.
    function _checkApproval(bytes32 ticketId, Turn t, uint256 deadline, bytes calldata signature)
        private
        view
        returns (Refusal refusal)
    {
        address actor = t.actor();
        if (signature.length == 0) {
            return actor == msg.sender ? refusal : Refusals.senderNotActor(msg.sender, actor);
        }
        bytes32 digest;
        uint256 sequence;
        (refusal, digest, sequence) = _toSign(ticketId, t, deadline);
        if (refusal.isSome()) return refusal;
        Auth auth = _approved(actor, digest, signature);
        if (auth == Auths.SENT) return Refusals.signatureInvalid(actor, sequence);
        t.setAuth(auth);
    }

    /// @dev The customer's own word that they take the ticket.
    function _checkConsent(bytes32 ticketId, Turn t, uint256 deadline, bytes calldata consent)
        private
        view
        returns (Refusal refusal)
    {
        address customer = address(uint160(t.argument()));
        refusal = _checkDeadline(deadline);
        if (refusal.isSome()) return refusal;
        if (_approved(customer, _claimDigest(ticketId, customer, deadline), consent) == Auths.SENT) {
            return Refusals.signatureInvalid(customer, 0);
        }
    }

    // A flat table, one line an event.
    // solhint-disable-next-line code-complexity
    function _eventOf(Action action) private pure returns (bytes32 selector) {
        if (action == Actions.ANSWER) selector = Answered.selector;
        else if (action == Actions.REPLY) selector = Replied.selector;
        else if (action == Actions.ESCALATE) selector = Escalated.selector;
        else if (action == Actions.SOLVE) selector = Solved.selector;
        else if (action == Actions.HOLD) selector = Held.selector;
        else if (action == Actions.RESUME) selector = Resumed.selector;
        else if (action == Actions.NOTE) selector = Noted.selector;
        else if (action == Actions.CLOSE) selector = Closed.selector;
        else if (action == Actions.RATE) selector = Rated.selector;
        else if (action == Actions.ASSIGN) selector = Assigned.selector;
        else if (action == Actions.REPOLICY) selector = Repolicied.selector;
        else selector = Claimed.selector;
    }
}
