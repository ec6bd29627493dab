// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Action} from "../types/Action.sol";
import {AgentWord} from "../types/Agent.sol";
import {Auth} from "../types/Auth.sol";
import {BusinessHours} from "../types/BusinessHours.sol";
import {Entry} from "../types/Entry.sol";
import {Lifecycle, Special} from "../types/Lifecycle.sol";
import {Meta, Metas} from "../types/Meta.sol";
import {Openings} from "../types/Openings.sol";
import {Policy, PolicyWord} from "../types/Policy.sol";
import {Ticket} from "../types/Ticket.sol";

/// @notice All that decides about one action, as plain as the vector file has it.
struct Given {
    uint256 parties;
    uint256 work;
    uint256 counters;
    bytes32 head;
    Policy policy;
    Policy proposed;
    AgentWord agent;
    AgentWord assignee;
    bool supervisor;
    address successor;
    uint8 action;
    uint8 auth;
    address actor;
    uint256 argument;
    bytes32 commitment;
    uint32 seen;
    uint40 time;
}

/// @notice All that decides about one opening.
struct GivenOpening {
    bytes32 ticketId;
    Policy policy;
    uint16 number;
    bytes32 terms;
    AgentWord agent;
    uint8 auth;
    address opener;
    address customer;
    address sender;
    bytes32 commitment;
    uint40 time;
}

/// @title LifecycleHarness
/// @notice Opens the pure lifecycle to tests. The one place of the Forge tests that knows its parameters.
contract LifecycleHarness {
    /// @return refusal Why not; empty when accepted.
    /// @return next The new state; void after a refusal.
    /// @return argument As the event would carry it.
    function transition(Given calldata g)
        external
        pure
        returns (bytes memory refusal, Ticket memory next, uint256 argument)
    {
        next = Ticket(g.parties, g.work, g.counters, g.head);
        Special[] memory special = new Special[](1);
        special[0] = Special(g.assignee, g.supervisor, g.successor, g.policy, g.proposed);
        Meta meta = Metas.entry(Action.wrap(g.action), g.seen, g.time).withAuth(Auth.wrap(g.auth));
        Entry memory e = Entry(meta, g.argument, g.actor, g.commitment);
        // As the ledger does: what is not asked is not there.
        PolicyWord policy;
        BusinessHours openHours;
        if (Lifecycle.asksPolicy(next, e, g.time)) (policy, openHours) = (g.policy.word, g.policy.openHours);
        (refusal,) = Lifecycle.transition(next, e, g.time, g.agent, policy, openHours, special);
        argument = e.argument;
    }

    function open(GivenOpening calldata g) external pure returns (bytes memory refusal, Ticket memory next) {
        (Policy calldata p, Auth auth) = (g.policy, Auth.wrap(g.auth));
        refusal = Openings.admit(
            g.opener,
            auth,
            g.commitment,
            g.number,
            p.word,
            p.terms,
            p.gate,
            g.terms,
            g.agent,
            g.time,
            g.sender
        );
        if (refusal.length != 0) return (refusal, next);
        Openings.first(next, g.customer, g.number, p.word, p.openHours, g.time);
        Openings.firstHead(next, g.ticketId, g.opener, auth, g.commitment, g.number, p.terms, g.agent, g.time);
    }

    function deadline(BusinessHours openHours, uint256 start, uint256 duration)
        external
        pure
        returns (uint256)
    {
        return openHours.deadline(start, duration);
    }
}
