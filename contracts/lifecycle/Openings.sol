// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Acts} from "../types/Act.sol";
import {Actions} from "../types/Action.sol";
import {AgentWord} from "../types/Agent.sol";
import {Auth, Auths} from "../types/Auth.sol";
import {BusinessHours} from "../types/BusinessHours.sol";
import {PolicyWord} from "../types/Policy.sol";
import {Refusal} from "../types/Refusal.sol";
import {Refusals} from "../types/Refusals.sol";
import {Turn} from "../types/Turn.sol";

/// @title Openings
/// @notice How a ticket begins: who may open it under which promise, and its first state. What comes after is Lifecycle's.
/// @dev `supportledger.model.lifecycle` is the twin.
library Openings {
    /// @notice Whether a ticket may be opened like this.
    /// @param number The policy's; the words after it are of the policy, as far as it has them.
    /// @param presented The terms that the opener was shown.
    /// @param sender Who sent the transaction: a gated policy is opened through its gate only.
    function admit(
        address opener,
        Auth auth,
        bytes32 commitment,
        uint256 number,
        PolicyWord policy,
        bytes32 terms,
        address gate,
        bytes32 presented,
        AgentWord agent,
        uint256 time,
        address sender
    ) internal pure returns (Refusal refusal) {
        if (commitment == 0) return Refusals.commitmentMissing(Actions.OPEN);
        if (!policy.isPublished()) return Refusals.policyNotFound(number);
        if (policy.isRetired()) return Refusals.policyWithdrawn(number);
        if (presented != terms) return Refusals.termsMismatch(number, terms, presented);
        // A gate carries the signature of a customer: neither an unsigned opening nor a recorded one passes it.
        if (policy.isGated() && (sender != gate || !(auth == Auths.ECDSA || auth == Auths.ERC1271))) {
            return Refusals.gateOnly(number, gate);
        }
        if (auth == Auths.RECORDED && !agent.inForce(time)) return Refusals.notInForce(opener, agent);
    }

    /// @notice The first state of a ticket but for its head, in place.
    function first(
        Turn t,
        address customer,
        uint256 number,
        PolicyWord policy,
        BusinessHours openHours,
        uint256 time
    ) internal pure {
        t.setNew(
            customer,
            time,
            openHours.deadline(time, policy.firstResponse()),
            openHours.deadline(time, policy.resolution()),
            number,
            policy.tier()
        );
    }

    /// @notice The first entry of a ticket: the chain of its heads starts from its id.
    function firstEntry(
        Turn t,
        bytes32 ticketId,
        address opener,
        Auth auth,
        bytes32 commitment,
        uint256 number,
        bytes32 terms,
        AgentWord agent,
        uint256 time
    ) internal pure {
        t.startHead(ticketId);
        t.begin(Acts.plain(Actions.OPEN).meta(time), number, opener, commitment);
        t.setAuth(auth);
        t.setAuthority(auth == Auths.RECORDED ? keccak256(abi.encode(terms, agent)) : terms);
        t.chain();
    }
}
