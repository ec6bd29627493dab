// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Agent, AgentStatus, AgentWord, AgentWords} from "../types/Agent.sol";
import {Roles} from "./Roles.sol";

/// @title Agents
/// @notice Certificates: given, extended, suspended, revoked; never deleted.
abstract contract Agents is ISupportLedger, Roles {
    mapping(address account => AgentWord) internal _agents;

    /// @inheritdoc ISupportLedger
    function certify(address account, Agent calldata agent) external onlyRole(CERTIFIER_ROLE) {
        // Check: a suspension is lifted by reinstating, a revocation never.
        if (account == address(0)) revert AgentAddressInvalid(account);
        Agent memory current = _agents[account].unpack();
        if (current.status == AgentWords.SUSPENDED || current.status == AgentWords.REVOKED) {
            revert AgentStatusInvalid(account, current.status);
        }
        Agent memory next = agent;
        if (next.from == 0) next.from = _now();
        if (next.from < _now() || next.until <= next.from) revert PeriodInvalid(next.from, next.until);
        if (next.until < current.until) revert PeriodShortened(current.until, next.until);

        // Effect.
        next.status = AgentWords.CERTIFIED;
        _write(account, next);
    }

    /// @inheritdoc ISupportLedger
    function renew(address account, uint40 until) external onlyRole(CERTIFIER_ROLE) {
        Agent memory agent = _agents[account].unpack();
        if (agent.status == AgentWords.NONE) revert AgentNotFound(account);
        if (agent.status == AgentWords.REVOKED) revert AgentStatusInvalid(account, agent.status);
        if (until <= agent.until) revert PeriodShortened(agent.until, until);
        agent.until = until;
        _write(account, agent);
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
        Agent memory agent = _agents[account].unpack();
        if (agent.status == AgentWords.NONE) revert AgentNotFound(account);
        if (agent.status == AgentWords.REVOKED) revert AgentStatusInvalid(account, agent.status);
        if (since > _now()) revert RevocationInFuture(since, block.timestamp);
        // A certificate that had run out is not stretched by being revoked.
        if (since < agent.until) agent.until = since;
        agent.status = AgentWords.REVOKED;
        _write(account, agent);
    }

    /// @inheritdoc ISupportLedger
    function agentWord(address account) external view returns (uint256) {
        return AgentWord.unwrap(_agents[account]);
    }

    function _change(address account, AgentStatus from, AgentStatus to) private {
        Agent memory agent = _agents[account].unpack();
        if (agent.status == AgentWords.NONE) revert AgentNotFound(account);
        if (!(agent.status == from)) revert AgentStatusInvalid(account, agent.status);
        agent.status = to;
        _write(account, agent);
    }

    function _write(address account, Agent memory agent) private {
        AgentWord word = agent.pack();
        _agents[account] = word;
        emit AgentChanged(account, msg.sender, AgentWord.unwrap(word), block.timestamp);
    }
}
