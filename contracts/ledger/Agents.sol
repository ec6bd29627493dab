// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {AgentStatus, AgentWord, AgentWords} from "../types/Agent.sol";
import {Roles} from "./Roles.sol";

/// @title Agents
/// @notice Certificates: given, extended, suspended, revoked; never deleted.
abstract contract Agents is ISupportLedger, Roles {
    mapping(address account => AgentWord) internal _agents;

    /// @inheritdoc ISupportLedger
    function certify(address account, AgentWord certificate) external onlyRole(CERTIFIER_ROLE) {
        // Check: a suspension is lifted by reinstating, a revocation never.
        if (account == address(0)) revert AgentAddressInvalid(account);
        AgentWord current = _agents[account];
        if (!(current.status() == AgentWords.NONE || current.status() == AgentWords.CERTIFIED)) {
            revert AgentStatusInvalid(account, current.status());
        }
        (uint40 from, uint40 until) = (certificate.from(), certificate.until());
        if (from == 0) from = _now();
        if (from < _now() || until <= from) revert PeriodInvalid(from, until);
        if (until < current.until()) revert PeriodShortened(current.until(), until);

        // Effect.
        _write(account, certificate.withFrom(from).withStatus(AgentWords.CERTIFIED));
    }

    /// @inheritdoc ISupportLedger
    function renew(address account, uint40 until) external onlyRole(CERTIFIER_ROLE) {
        AgentWord current = _unrevoked(account);
        if (until <= current.until()) revert PeriodShortened(current.until(), until);
        _write(account, current.withUntil(until));
    }

    /// @inheritdoc ISupportLedger
    function suspend(address account) external onlyRole(CERTIFIER_ROLE) {
        _change(account, AgentWords.CERTIFIED, AgentWords.SUSPENDED);
    }

    /// @inheritdoc ISupportLedger
    function reinstate(address account) external onlyRole(CERTIFIER_ROLE) {
        _change(account, AgentWords.SUSPENDED, AgentWords.CERTIFIED);
    }

    /// @inheritdoc ISupportLedger
    function revoke(address account, uint40 since) external onlyRole(CERTIFIER_ROLE) {
        AgentWord current = _unrevoked(account);
        if (since > _now()) revert RevocationInFuture(since, block.timestamp);
        // A certificate that had run out is not stretched by being revoked.
        uint40 until = current.until() < since ? current.until() : since;
        _write(account, current.withUntil(until).withStatus(AgentWords.REVOKED));
    }

    /// @inheritdoc ISupportLedger
    function agentWord(address account) external view returns (AgentWord) {
        return _agents[account];
    }

    function _change(address account, AgentStatus from, AgentStatus to) private {
        AgentWord current = _unrevoked(account);
        if (!(current.status() == from)) revert AgentStatusInvalid(account, current.status());
        _write(account, current.withStatus(to));
    }

    function _unrevoked(address account) private view returns (AgentWord current) {
        current = _agents[account];
        if (current.status() == AgentWords.NONE) revert AgentNotFound(account);
        if (current.status() == AgentWords.REVOKED) revert AgentStatusInvalid(account, current.status());
    }

    function _write(address account, AgentWord word) private {
        _agents[account] = word;
        emit AgentChanged(account, msg.sender, word, block.timestamp);
    }
}
