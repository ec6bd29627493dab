// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {BusinessHours} from "../types/BusinessHours.sol";
import {Policy, PolicyTerms, PolicyWord} from "../types/Policy.sol";
import {Roles} from "./Roles.sol";

/// @title Policies
/// @notice SLA promises: published once, retired once, never changed. Ids count from 1.
abstract contract Policies is ISupportLedger, Roles {
    uint32 internal constant LEAST_ESCALATION_INTERVAL = 300;

    mapping(uint16 id => Policy) private _policies;

    /// @inheritdoc ISupportLedger
    uint16 public policyCount;

    /// @inheritdoc ISupportLedger
    function publishPolicy(PolicyTerms calldata terms) external onlyRole(SUPERVISOR_ROLE) returns (uint16 id) {
        // Check.
        if (policyCount == type(uint16).max) revert PoliciesExhausted();
        if (terms.tier == 0) revert PolicyTierMissing();
        if (terms.levels != 0 && terms.escalateEvery < LEAST_ESCALATION_INTERVAL) {
            revert EscalationTooFrequent(terms.escalateEvery, LEAST_ESCALATION_INTERVAL);
        }
        if (!terms.openHours.isValid()) revert HoursInvalid(BusinessHours.unwrap(terms.openHours));

        // Effect.
        id = ++policyCount;
        Policy memory policy = terms.pack();
        _policies[id] = policy;
        emit PolicyPublished({
            policy: id,
            supervisor: msg.sender,
            word: PolicyWord.unwrap(policy.word),
            hoursWord: BusinessHours.unwrap(policy.openHours),
            gate: policy.gate,
            textHash: policy.textHash,
            terms: policy.terms
        });
    }

    /// @inheritdoc ISupportLedger
    function retirePolicy(uint16 id) external onlyRole(SUPERVISOR_ROLE) {
        PolicyWord word = _policies[id].word;
        if (!word.isPublished()) revert PolicyNotFound(id);
        if (word.isRetired()) revert PolicyWithdrawn(id);
        _policies[id].word = word.retired();
        emit PolicyRetired(id, msg.sender);
    }

    /// @inheritdoc ISupportLedger
    function policyOf(uint16 id) external view returns (Policy memory) {
        return _policies[id];
    }

    /// @dev What clocks need: one slot, two when the policy counts business hours.
    function _clocks(uint16 id) internal view returns (Policy memory policy) {
        policy.word = _policies[id].word;
        if (policy.word.hasHours()) policy.openHours = _policies[id].openHours;
    }

    /// @dev What opening and changing a policy need besides: the terms, and the gate where there is one.
    function _offer(uint16 id) internal view returns (Policy memory policy) {
        policy = _clocks(id);
        policy.terms = _policies[id].terms;
        if (policy.word.isGated()) policy.gate = _policies[id].gate;
    }
}
