// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Where a certificate stands: 0 never given, 1 certified, 2 suspended, 3 revoked, which is final.
type AgentStatus is uint8;

function sameAgentStatus(AgentStatus a, AgentStatus b) pure returns (bool) {
    return AgentStatus.unwrap(a) == AgentStatus.unwrap(b);
}

using {sameAgentStatus as ==} for AgentStatus global;

/// @notice A certificate with its fields named.
/// @dev One word: from 5 · until 5 · status 1 · tier 1 · skills 4 · languages 4 · credential 12, the first most significant.
struct Agent {
    uint40 from; // first second in force
    uint40 until; // first second no longer in force
    AgentStatus status;
    uint8 tier; // 0: a service that records, and cannot answer
    uint32 skills; // bit set
    uint32 languages; // bit set
    bytes12 credential; // first bytes of the credential's hash
}

/// @notice A certificate as it is stored and bound into every head: one word.
type AgentWord is uint256;

/// @title AgentWords
/// @notice Reads, packs and unpacks a certificate.
library AgentWords {
    AgentStatus internal constant NONE = AgentStatus.wrap(0);
    AgentStatus internal constant CERTIFIED = AgentStatus.wrap(1);
    AgentStatus internal constant SUSPENDED = AgentStatus.wrap(2);
    AgentStatus internal constant REVOKED = AgentStatus.wrap(3);

    function status(AgentWord word) internal pure returns (AgentStatus) {
        return AgentStatus.wrap(uint8(AgentWord.unwrap(word) >> 168));
    }

    function tier(AgentWord word) internal pure returns (uint8) {
        return uint8(AgentWord.unwrap(word) >> 160);
    }

    /// @notice Whether the certificate may be used at *time*: certified, from ≤ time < until.
    function inForce(AgentWord word, uint40 time) internal pure returns (bool) {
        (uint40 from, uint40 until) = period(word);
        return status(word) == CERTIFIED && from <= time && time < until;
    }

    function period(AgentWord word) internal pure returns (uint40 from, uint40 until) {
        uint256 raw = AgentWord.unwrap(word);
        return (uint40(raw >> 216), uint40(raw >> 176));
    }

    function unpack(AgentWord word) internal pure returns (Agent memory agent) {
        uint256 raw = AgentWord.unwrap(word);
        (agent.from, agent.until) = period(word);
        agent.status = status(word);
        agent.tier = tier(word);
        agent.skills = uint32(raw >> 128);
        agent.languages = uint32(raw >> 96);
        agent.credential = bytes12(uint96(raw));
    }

    function pack(Agent memory agent) internal pure returns (AgentWord) {
        return AgentWord.wrap(
            (uint256(agent.from) << 216) | (uint256(agent.until) << 176) | (uint256(AgentStatus.unwrap(agent.status)) << 168)
                | (uint256(agent.tier) << 160) | (uint256(agent.skills) << 128) | (uint256(agent.languages) << 96)
                | uint96(agent.credential)
        );
    }
}

using AgentWords for AgentWord global;
using AgentWords for Agent global;
