// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BusinessHours} from "./BusinessHours.sol";

/// @notice The numbers of a policy in one word. Durations are seconds; 0 in the first three means "no promise".
/// @dev In the high 28 bytes, the first most significant; the low 4 bytes are 0:
///   firstResponse 4    until the first answer
///   nextResponse 4     until each later answer
///   resolution 4       until the ticket is solved
///   escalateEvery 4    least time between two escalations of one clock
///   reopenWindow 4     how long a solved ticket can be reopened
///   pauseAllowance 4   how much pausing may move the resolution deadline
///   levels 1           highest escalation level; 0: never escalated
///   tier 1             lowest agent tier that may answer; at least 1
///   flags 1            bit 0: gated · bit 1: business hours
///   retired 1          1: no new tickets
type PolicyWord is uint256;

/// @notice A policy as it is stored: immutable once published, but for the last byte of its word.
struct Policy {
    PolicyWord word;
    BusinessHours openHours; // 0: every hour counts
    address gate; // 0: anyone may open
    bytes32 textHash; // of the promise in words
    bytes32 terms; // what a customer signs: the promise itself, not its number
}

/// @title PolicyWords
/// @notice Reads and packs a policy's word.
library PolicyWords {
    uint8 internal constant GATED = 1;
    uint8 internal constant HOURS = 2;

    function firstResponse(PolicyWord word) internal pure returns (uint32) {
        return uint32(PolicyWord.unwrap(word) >> 224);
    }

    function nextResponse(PolicyWord word) internal pure returns (uint32) {
        return uint32(PolicyWord.unwrap(word) >> 192);
    }

    function resolution(PolicyWord word) internal pure returns (uint32) {
        return uint32(PolicyWord.unwrap(word) >> 160);
    }

    function escalateEvery(PolicyWord word) internal pure returns (uint32) {
        return uint32(PolicyWord.unwrap(word) >> 128);
    }

    function reopenWindow(PolicyWord word) internal pure returns (uint32) {
        return uint32(PolicyWord.unwrap(word) >> 96);
    }

    function pauseAllowance(PolicyWord word) internal pure returns (uint32) {
        return uint32(PolicyWord.unwrap(word) >> 64);
    }

    function levels(PolicyWord word) internal pure returns (uint8) {
        return uint8(PolicyWord.unwrap(word) >> 56);
    }

    function tier(PolicyWord word) internal pure returns (uint8) {
        return uint8(PolicyWord.unwrap(word) >> 48);
    }

    function flags(PolicyWord word) internal pure returns (uint8) {
        return uint8(PolicyWord.unwrap(word) >> 40);
    }

    function isGated(PolicyWord word) internal pure returns (bool) {
        return flags(word) & GATED != 0;
    }

    function hasHours(PolicyWord word) internal pure returns (bool) {
        return flags(word) & HOURS != 0;
    }

    function isRetired(PolicyWord word) internal pure returns (bool) {
        return uint8(PolicyWord.unwrap(word) >> 32) != 0;
    }

    /// @notice A published policy has a tier of at least 1, so its word is never 0.
    function isPublished(PolicyWord word) internal pure returns (bool) {
        return PolicyWord.unwrap(word) != 0;
    }

    function retired(PolicyWord word) internal pure returns (PolicyWord) {
        return PolicyWord.wrap(PolicyWord.unwrap(word) | (uint256(1) << 32));
    }

    /// @notice The flags that say which of the words beside are in use.
    function flagsFor(BusinessHours openHours, address gate) internal pure returns (uint8) {
        return (gate != address(0) ? GATED : 0) | (openHours.isSet() ? HOURS : 0);
    }

    /// @notice Whether a new policy may have this word: known flags, those of its hours and gate, and nothing else set.
    function isClean(PolicyWord word, BusinessHours openHours, address gate) internal pure returns (bool) {
        return flags(word) == flagsFor(openHours, gate) && uint40(PolicyWord.unwrap(word)) == 0;
    }

    /// @notice Whether a ticket may go from *current* to *policy* without any promise getting weaker.
    function isNoLooserThan(Policy memory policy, Policy memory current) internal pure returns (bool) {
        (PolicyWord a, PolicyWord b) = (policy.word, current.word);
        return _noLater(a.firstResponse(), b.firstResponse()) && _noLater(a.nextResponse(), b.nextResponse())
            && _noLater(a.resolution(), b.resolution()) && _noLater(a.escalateEvery(), b.escalateEvery())
            && a.levels() >= b.levels() && a.reopenWindow() >= b.reopenWindow() && a.tier() >= b.tier()
            && a.pauseAllowance() == b.pauseAllowance() && policy.gate == current.gate
            && BusinessHours.unwrap(policy.openHours) == BusinessHours.unwrap(current.openHours);
    }

    /// @dev 0 is later than any other duration.
    function _noLater(uint32 a, uint32 b) private pure returns (bool) {
        return b == 0 || (a != 0 && a <= b);
    }
}

using PolicyWords for PolicyWord global;
using PolicyWords for Policy global;
