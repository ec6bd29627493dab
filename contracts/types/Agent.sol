// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Where a certificate stands: 0 never given, 1 certified, 2 suspended, 3 revoked, which is final.
type AgentStatus is uint8;

function sameAgentStatus(AgentStatus a, AgentStatus b) pure returns (bool) {
    return AgentStatus.unwrap(a) == AgentStatus.unwrap(b);
}

using {sameAgentStatus as ==} for AgentStatus global;

/// @notice A certificate, as it is stored and bound into every head: one word.
/// @dev The first is the most significant:
///   from 5         first second in force
///   until 5        first second no longer in force
///   status 1
///   tier 1         0: a service that records, and cannot answer
///   skills 4       bit set
///   languages 4    bit set
///   credential 12  first bytes of the credential's hash
type AgentWord is uint256;

/// @title AgentWords
/// @notice Reads and changes a certificate's word.
library AgentWords {
    AgentStatus internal constant NONE = AgentStatus.wrap(0);
    AgentStatus internal constant CERTIFIED = AgentStatus.wrap(1);
    AgentStatus internal constant SUSPENDED = AgentStatus.wrap(2);
    AgentStatus internal constant REVOKED = AgentStatus.wrap(3);

    function from(AgentWord word) internal pure returns (uint40) {
        return uint40(AgentWord.unwrap(word) >> 216);
    }

    function until(AgentWord word) internal pure returns (uint40) {
        return uint40(AgentWord.unwrap(word) >> 176);
    }

    function status(AgentWord word) internal pure returns (AgentStatus) {
        return AgentStatus.wrap(uint8(AgentWord.unwrap(word) >> 168));
    }

    function tier(AgentWord word) internal pure returns (uint8) {
        return uint8(AgentWord.unwrap(word) >> 160);
    }

    /// @notice Whether the certificate may be used at *time*: certified, from <= time < until.
    function inForce(AgentWord word, uint256 time) internal pure returns (bool) {
        if (!(status(word) == CERTIFIED)) return false;
        if (time < from(word)) return false;
        return time < until(word);
    }

    function withFrom(AgentWord word, uint40 value) internal pure returns (AgentWord) {
        return _with(word, 216, type(uint40).max, value);
    }

    function withUntil(AgentWord word, uint40 value) internal pure returns (AgentWord) {
        return _with(word, 176, type(uint40).max, value);
    }

    function withStatus(AgentWord word, AgentStatus value) internal pure returns (AgentWord) {
        return _with(word, 168, type(uint8).max, AgentStatus.unwrap(value));
    }

    function _with(AgentWord word, uint256 shift, uint256 mask, uint256 value)
        private
        pure
        returns (AgentWord)
    {
        return AgentWord.wrap((AgentWord.unwrap(word) & ~(mask << shift)) | (value << shift));
    }
}

using AgentWords for AgentWord global;
