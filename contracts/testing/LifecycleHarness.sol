// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Lifecycle, Special} from "../lifecycle/Lifecycle.sol";
import {Openings} from "../lifecycle/Openings.sol";
import {AgentWord} from "../types/Agent.sol";
import {Auth} from "../types/Auth.sol";
import {BusinessHours} from "../types/BusinessHours.sol";
import {Policy, PolicyWord} from "../types/Policy.sol";
import {Refusal} from "../types/Refusal.sol";
import {COUNTERS, HEAD, PARTIES, Turn, Turns, WORK} from "../types/Turn.sol";

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
        returns (bytes memory refusal, bytes32[4] memory next, uint256 argument)
    {
        Turn t = Turns.one();
        t.setWord(PARTIES, g.parties);
        t.setWord(WORK, g.work);
        t.setWord(COUNTERS, g.counters);
        t.setWord(HEAD, uint256(g.head));
        t.begin(
            (uint256(g.action) << 80) | (uint256(g.seen) << 40) | g.time, g.argument, g.actor, g.commitment
        );
        t.setAuth(Auth.wrap(g.auth));
        t.setAuthority(bytes32(AgentWord.unwrap(g.agent)));
        Special[] memory special = new Special[](1);
        special[0] = Special(g.assignee, g.supervisor, g.successor, g.policy, g.proposed);
        // As the ledger does: what is not asked is not there.
        PolicyWord policy;
        BusinessHours openHours;
        if (Lifecycle.asksPolicy(t, g.time)) (policy, openHours) = (g.policy.word, g.policy.openHours);
        refusal = _reason(Lifecycle.transition(t, g.time, policy, openHours, special));
        (next, argument) = (t.state(), t.argument());
    }

    function open(GivenOpening calldata g)
        external
        pure
        returns (bytes memory refusal, bytes32[4] memory next)
    {
        Turn t = Turns.one();
        (Policy calldata p, Auth auth) = (g.policy, Auth.wrap(g.auth));
        refusal = _reason(
            Openings.admit(
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
            )
        );
        if (refusal.length != 0) return (refusal, next);
        Openings.first(t, g.customer, g.number, p.word, p.openHours, g.time);
        Openings.firstEntry(t, g.ticketId, g.opener, auth, g.commitment, g.number, p.terms, g.agent, g.time);
        next = t.state();
    }

    function deadline(BusinessHours openHours, uint256 start, uint256 duration)
        external
        pure
        returns (uint256)
    {
        return openHours.deadline(start, duration);
    }

    function _reason(Refusal refusal) private pure returns (bytes memory reason) {
        if (refusal.isSome()) reason = refusal.reason();
    }
}
