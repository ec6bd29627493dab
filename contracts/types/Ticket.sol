// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Status, Statuses} from "./Status.sol";
import {COUNTERS, PARTIES, Turn, WORK} from "./Turn.sol";

/// @title TicketFields
/// @notice Reads and writes the fields of a ticket's state by name: four words, whose keccak256 is the ticket's slot.
/// @dev Within a word the first field is the most significant (bytes). Times are Unix seconds; a deadline of 0 is "never".
///
///   parties    customer 20 · openedAt 5 · respondBy 5 · policy 2
///   work       assignee 20 · resolveBy 5 · pausedAt 5 · status 1 · level 1
///   counters   version 1 · flags 1 · rating 1 · unseen 1 · staffRun 1 · tier 1 · escalatedAt 5 · settledAt 5 ·
///              pausedTotal 4 · entries 4 · customerSeq 4 · staffSeq 4
///   head       hash chain over the ticket's entries
///
/// A value must fit its field: no sum of times leaves 40 bits (the longest deadline lies 23,000 years ahead), and no
/// count of entries leaves 32.
library TicketFields {
    uint256 internal constant VERSION = 1;

    // Flags, from bit 0. Once set, never cleared.
    uint256 internal constant ANSWERED = 1;
    uint256 internal constant LATE_FIRST = 2;
    uint256 internal constant LATE_NEXT = 4;
    uint256 internal constant LATE_RESOLVE = 8;
    uint256 internal constant CONTESTED = 16;

    // One more entry, in the fields that count it.
    uint256 private constant ENTRY = 1 << 64;
    uint256 private constant CUSTOMER_ENTRY = 1 << 32;
    uint256 private constant STAFF_ENTRY = 1;
    uint256 private constant IN_STAFF_RUN = 1 << 216;

    uint256 private constant BITS_8 = type(uint8).max;
    uint256 private constant BITS_16 = type(uint16).max;
    uint256 private constant BITS_32 = type(uint32).max;
    uint256 private constant BITS_40 = type(uint40).max;

    function isActive(Turn t) internal pure returns (bool) {
        return status(t).isActive();
    }

    function has(Turn t, uint256 flag) internal pure returns (bool) {
        return t.word(COUNTERS) & (flag << 240) != 0;
    }

    function set(Turn t, uint256 flag) internal pure {
        t.setWord(COUNTERS, t.word(COUNTERS) | (flag << 240));
    }

    /// @notice Its words but the head, as they are when it is opened: it is nobody's yet, its first message waits, and that
    /// is the first entry.
    function setNew(
        Turn t,
        address customer_,
        uint256 openedAt,
        uint256 respondBy_,
        uint256 resolveBy_,
        uint256 policy_,
        uint256 tier_
    ) internal pure {
        t.setWord(
            PARTIES, (uint256(uint160(customer_)) << 96) | (openedAt << 56) | (respondBy_ << 16) | policy_
        );
        t.setWord(WORK, (resolveBy_ << 56) | (uint256(Status.unwrap(Statuses.OPEN)) << 8));
        t.setWord(
            COUNTERS, (VERSION << 248) | (1 << 224) | (tier_ << 208) | ENTRY | CUSTOMER_ENTRY | STAFF_ENTRY
        );
    }

    // ---------------------------------------------------------------------------------------------------------- parties

    /// @notice 0 for a keyless customer.
    function customer(Turn t) internal pure returns (address) {
        return address(uint160(t.word(PARTIES) >> 96));
    }

    function setCustomer(Turn t, address value) internal pure {
        t.setWord(PARTIES, uint96(t.word(PARTIES)) | (uint256(uint160(value)) << 96));
    }

    /// @notice Until when to answer; binds only while messages wait.
    function respondBy(Turn t) internal pure returns (uint256) {
        return uint40(t.word(PARTIES) >> 16);
    }

    function setRespondBy(Turn t, uint256 value) internal pure {
        t.setWord(PARTIES, _with(t.word(PARTIES), 16, BITS_40, value));
    }

    /// @notice The promise it was opened under, or got since.
    function policy(Turn t) internal pure returns (uint256) {
        return uint16(t.word(PARTIES));
    }

    function setPolicy(Turn t, uint256 value) internal pure {
        t.setWord(PARTIES, _with(t.word(PARTIES), 0, BITS_16, value));
    }

    // ------------------------------------------------------------------------------------------------------------ work

    function assignee(Turn t) internal pure returns (address) {
        return address(uint160(t.word(WORK) >> 96));
    }

    function setAssignee(Turn t, address value) internal pure {
        t.setWord(WORK, uint96(t.word(WORK)) | (uint256(uint160(value)) << 96));
    }

    function status(Turn t) internal pure returns (Status) {
        return Status.wrap(uint8(t.word(WORK) >> 8));
    }

    /// @notice Set the status, and since when it pauses the ticket: 0 if it does not.
    function setStatus(Turn t, Status value, uint256 pausedAt_) internal pure {
        t.setWord(
            WORK, _with(t.word(WORK), 8, (BITS_40 << 8) | BITS_8, (pausedAt_ << 8) | Status.unwrap(value))
        );
    }

    /// @notice Until when to solve, before pauses: see Clocks.due.
    function resolveBy(Turn t) internal pure returns (uint256) {
        return uint40(t.word(WORK) >> 56);
    }

    function setResolveBy(Turn t, uint256 value) internal pure {
        t.setWord(WORK, _with(t.word(WORK), 56, BITS_40, value));
    }

    /// @notice Since when a pause runs; 0: none.
    function pausedAt(Turn t) internal pure returns (uint256) {
        return uint40(t.word(WORK) >> 16);
    }

    /// @notice Escalations so far.
    function level(Turn t) internal pure returns (uint256) {
        return uint8(t.word(WORK));
    }

    function setLevel(Turn t, uint256 value) internal pure {
        t.setWord(WORK, _with(t.word(WORK), 0, BITS_8, value));
    }

    // -------------------------------------------------------------------------------------------------------- counters

    function version(Turn t) internal pure returns (uint256) {
        return uint8(t.word(COUNTERS) >> 248);
    }

    /// @notice 0: not rated.
    function rating(Turn t) internal pure returns (uint256) {
        return uint8(t.word(COUNTERS) >> 232);
    }

    function setRating(Turn t, uint256 value) internal pure {
        t.setWord(COUNTERS, _with(t.word(COUNTERS), 232, BITS_8, value));
    }

    /// @notice Customer messages that wait for an answer.
    function unseen(Turn t) internal pure returns (uint256) {
        return uint8(t.word(COUNTERS) >> 224);
    }

    function countUnseen(Turn t) internal pure {
        unchecked {
            t.setWord(COUNTERS, t.word(COUNTERS) + (1 << 224));
        }
    }

    /// @notice An agent answered; *unread* messages still wait.
    function setAnswered(Turn t, uint256 unread) internal pure {
        t.setWord(COUNTERS, _with(t.word(COUNTERS), 224, BITS_8, unread) | (ANSWERED << 240));
    }

    /// @notice Staff entries in a row that answered nothing.
    function staffRun(Turn t) internal pure returns (uint256) {
        return uint8(t.word(COUNTERS) >> 216);
    }

    /// @notice Lowest agent tier that may answer.
    function tier(Turn t) internal pure returns (uint256) {
        return uint8(t.word(COUNTERS) >> 208);
    }

    function setTier(Turn t, uint256 value) internal pure {
        t.setWord(COUNTERS, _with(t.word(COUNTERS), 208, BITS_8, value));
    }

    function escalatedAt(Turn t) internal pure returns (uint256) {
        return uint40(t.word(COUNTERS) >> 168);
    }

    function setEscalatedAt(Turn t, uint256 value) internal pure {
        t.setWord(COUNTERS, _with(t.word(COUNTERS), 168, BITS_40, value));
    }

    /// @notice When it was solved or closed; 0 while active.
    function settledAt(Turn t) internal pure returns (uint256) {
        return uint40(t.word(COUNTERS) >> 128);
    }

    function setSettledAt(Turn t, uint256 value) internal pure {
        t.setWord(COUNTERS, _with(t.word(COUNTERS), 128, BITS_40, value));
    }

    /// @notice Seconds.
    function pausedTotal(Turn t) internal pure returns (uint256) {
        return uint32(t.word(COUNTERS) >> 96);
    }

    function setPausedTotal(Turn t, uint256 value) internal pure {
        t.setWord(COUNTERS, _with(t.word(COUNTERS), 96, BITS_32, value));
    }

    function entries(Turn t) internal pure returns (uint256) {
        return uint32(t.word(COUNTERS) >> 64);
    }

    function customerSeq(Turn t) internal pure returns (uint256) {
        return uint32(t.word(COUNTERS) >> 32);
    }

    function staffSeq(Turn t) internal pure returns (uint256) {
        return uint32(t.word(COUNTERS));
    }

    /// @notice Count an entry that has no lane. The next entry's index is the present count.
    function countEntry(Turn t) internal pure {
        unchecked {
            t.setWord(COUNTERS, t.word(COUNTERS) + (ENTRY));
        }
    }

    /// @notice Count an entry of the customer, who ends a run of staff entries.
    function countCustomerEntry(Turn t) internal pure {
        unchecked {
            t.setWord(COUNTERS, (t.word(COUNTERS) & ~(BITS_8 << 216)) + (ENTRY | CUSTOMER_ENTRY));
        }
    }

    /// @notice Count an entry of staff that answered.
    function countAnswer(Turn t) internal pure {
        unchecked {
            t.setWord(COUNTERS, t.word(COUNTERS) + (ENTRY | STAFF_ENTRY));
        }
    }

    /// @notice Count an entry of staff that answered nothing.
    function countStaffEntry(Turn t) internal pure {
        unchecked {
            t.setWord(COUNTERS, t.word(COUNTERS) + (ENTRY | STAFF_ENTRY | IN_STAFF_RUN));
        }
    }

    function _with(uint256 word, uint256 shift, uint256 mask, uint256 value) private pure returns (uint256) {
        return (word & ~(mask << shift)) | (value << shift);
    }
}
