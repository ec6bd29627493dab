// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {BusinessHours} from "../types/BusinessHours.sol";
import {Policy, PolicyWord} from "../types/Policy.sol";
import {Roles} from "./Roles.sol";

/// @title Policies
/// @notice SLA promises: published once, retired once, never changed. Ids count from 1.
abstract contract Policies is ISupportLedger, Roles {
    uint32 internal constant LEAST_ESCALATION_INTERVAL = 300;

    mapping(uint256 id => Policy) private _policies;

    /// @inheritdoc ISupportLedger
    uint16 public policyCount;

    /// @inheritdoc ISupportLedger
    function publishPolicy(PolicyWord word, BusinessHours openHours, address gate, bytes32 textHash)
        external
        onlyRole(SUPERVISOR_ROLE)
        returns (uint16 id)
    {
        // Check.
        if (policyCount == type(uint16).max) revert PoliciesExhausted();
        if (!word.isClean(openHours, gate)) revert PolicyWordInvalid(PolicyWord.unwrap(word));
        if (word.tier() == 0) revert PolicyTierMissing();
        if (word.levels() != 0 && word.escalateEvery() < LEAST_ESCALATION_INTERVAL) {
            revert EscalationTooFrequent(word.escalateEvery(), LEAST_ESCALATION_INTERVAL);
        }
        if (!openHours.isValid()) revert HoursInvalid(BusinessHours.unwrap(openHours));

        // Effect.
        id = ++policyCount;
        bytes32 terms = keccak256(abi.encode(word, openHours, gate, textHash));
        _policies[id] =
            Policy({word: word, openHours: openHours, gate: gate, textHash: textHash, terms: terms});
        emit PolicyPublished(id, msg.sender, word, openHours, gate, textHash, terms);
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

    function _policyWord(uint256 id) internal view returns (PolicyWord) {
        return _policies[id].word;
    }

    /// @dev One more slot, for policies that count business hours only.
    function _openHours(uint256 id, PolicyWord word) internal view returns (BusinessHours hours_) {
        if (word.hasHours()) hours_ = _policies[id].openHours;
    }

    /// @dev Empty where the policy's word says that it has none.
    function _gate(uint256 id, PolicyWord word) internal view returns (address gate) {
        if (word.isGated()) gate = _policies[id].gate;
    }

    function _terms(uint256 id) internal view returns (bytes32) {
        return _policies[id].terms;
    }

    /// @dev What changing to a policy needs.
    function _offer(uint256 id) internal view returns (Policy memory policy) {
        policy.word = _policyWord(id);
        policy.terms = _terms(id);
        policy.openHours = _openHours(id, policy.word);
        policy.gate = _gate(id, policy.word);
    }
}
