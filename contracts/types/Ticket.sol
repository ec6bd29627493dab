// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Status, Statuses} from "./Status.sol";

/// @notice The four words of a ticket's state. Their keccak256 is the ticket's slot.
/// @dev Within a word the first field is the most significant (bytes). Times are Unix seconds; a deadline of 0 is "never".
///
///   parties    customer 20 · openedAt 5 · respondBy 5 · policy 2
///   work       assignee 20 · resolveBy 5 · pausedAt 5 · status 1 · level 1
///   counters   version 1 · flags 1 · rating 1 · unseen 1 · staffRun 1 · tier 1 · escalatedAt 5 · settledAt 5 ·
///              pausedTotal 4 · entries 4 · customerSeq 4 · staffSeq 4
///   head       hash chain over the ticket's entries
struct Ticket {
    uint256 parties;
    uint256 work;
    uint256 counters;
    bytes32 head;
}

/// @title TicketFields
/// @notice Reads and writes the fields of a ticket's state by name.
/// @dev A value must fit its field: no sum of times leaves 40 bits (the longest deadline lies 23,000 years ahead), and no
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

    /// @notice The state in memory, as the only element of an array.
    function load(Ticket calldata state) internal pure returns (Ticket[] memory one) {
        // To return a Ticket would be to clear one first that nobody reads; an array starts as nothing.
        // In memory: its length, where its element is, and the four words of the element.
        assembly ("memory-safe") {
            one := mload(0x40)
            let element := add(one, 0x40)
            mstore(one, 1)
            mstore(add(one, 0x20), element)
            calldatacopy(element, state, 0x80)
            mstore(0x40, add(element, 0x80))
        }
    }

    /// @notice The value that a ticket's slot holds for this state.
    function hash(Ticket memory t) internal pure returns (bytes32 ticketHash) {
        // The struct is four words in a row in memory, so it is hashed where it lies.
        assembly ("memory-safe") {
            ticketHash := keccak256(t, 0x80)
        }
    }

    function isActive(Ticket memory t) internal pure returns (bool) {
        return status(t).isActive();
    }

    function has(Ticket memory t, uint256 flag) internal pure returns (bool) {
        return t.counters & (flag << 240) != 0;
    }

    function set(Ticket memory t, uint256 flag) internal pure {
        t.counters |= flag << 240;
    }

    /// @notice Its words but the head, as they are when it is opened: it is nobody's yet, its first message waits, and that
    /// is the first entry.
    function setNew(
        Ticket memory t,
        address customer_,
        uint256 openedAt,
        uint256 respondBy_,
        uint256 resolveBy_,
        uint256 policy_,
        uint256 tier_
    ) internal pure {
        t.parties = (uint256(uint160(customer_)) << 96) | (openedAt << 56) | (respondBy_ << 16) | policy_;
        t.work = (resolveBy_ << 56) | (uint256(Status.unwrap(Statuses.OPEN)) << 8);
        t.counters = (VERSION << 248) | (1 << 224) | (tier_ << 208) | ENTRY | CUSTOMER_ENTRY | STAFF_ENTRY;
    }

    // ---------------------------------------------------------------------------------------------------------- parties

    /// @notice 0 for a keyless customer.
    function customer(Ticket memory t) internal pure returns (address) {
        return address(uint160(t.parties >> 96));
    }

    function setCustomer(Ticket memory t, address value) internal pure {
        t.parties = uint96(t.parties) | (uint256(uint160(value)) << 96);
    }

    /// @notice Until when to answer; binds only while messages wait.
    function respondBy(Ticket memory t) internal pure returns (uint256) {
        return uint40(t.parties >> 16);
    }

    function setRespondBy(Ticket memory t, uint256 value) internal pure {
        t.parties = _with(t.parties, 16, BITS_40, value);
    }

    /// @notice The promise it was opened under, or got since.
    function policy(Ticket memory t) internal pure returns (uint256) {
        return uint16(t.parties);
    }

    function setPolicy(Ticket memory t, uint256 value) internal pure {
        t.parties = _with(t.parties, 0, BITS_16, value);
    }

    // ------------------------------------------------------------------------------------------------------------ work

    function assignee(Ticket memory t) internal pure returns (address) {
        return address(uint160(t.work >> 96));
    }

    function setAssignee(Ticket memory t, address value) internal pure {
        t.work = uint96(t.work) | (uint256(uint160(value)) << 96);
    }

    function status(Ticket memory t) internal pure returns (Status) {
        return Status.wrap(uint8(t.work >> 8));
    }

    /// @notice Set the status, and since when it pauses the ticket: 0 if it does not.
    function setStatus(Ticket memory t, Status value, uint256 pausedAt_) internal pure {
        t.work = _with(t.work, 8, (BITS_40 << 8) | BITS_8, (pausedAt_ << 8) | Status.unwrap(value));
    }

    /// @notice Until when to solve, before pauses: see Clocks.due.
    function resolveBy(Ticket memory t) internal pure returns (uint256) {
        return uint40(t.work >> 56);
    }

    function setResolveBy(Ticket memory t, uint256 value) internal pure {
        t.work = _with(t.work, 56, BITS_40, value);
    }

    /// @notice Since when a pause runs; 0: none.
    function pausedAt(Ticket memory t) internal pure returns (uint256) {
        return uint40(t.work >> 16);
    }

    /// @notice Escalations so far.
    function level(Ticket memory t) internal pure returns (uint256) {
        return uint8(t.work);
    }

    function setLevel(Ticket memory t, uint256 value) internal pure {
        t.work = _with(t.work, 0, BITS_8, value);
    }

    // -------------------------------------------------------------------------------------------------------- counters

    function version(Ticket memory t) internal pure returns (uint256) {
        return uint8(t.counters >> 248);
    }

    /// @notice 0: not rated.
    function rating(Ticket memory t) internal pure returns (uint256) {
        return uint8(t.counters >> 232);
    }

    function setRating(Ticket memory t, uint256 value) internal pure {
        t.counters = _with(t.counters, 232, BITS_8, value);
    }

    /// @notice Customer messages that wait for an answer.
    function unseen(Ticket memory t) internal pure returns (uint256) {
        return uint8(t.counters >> 224);
    }

    function countUnseen(Ticket memory t) internal pure {
        unchecked {
            t.counters += 1 << 224;
        }
    }

    /// @notice An agent answered; *unread* messages still wait.
    function setAnswered(Ticket memory t, uint256 unread) internal pure {
        t.counters = _with(t.counters, 224, BITS_8, unread) | (ANSWERED << 240);
    }

    /// @notice Staff entries in a row that answered nothing.
    function staffRun(Ticket memory t) internal pure returns (uint256) {
        return uint8(t.counters >> 216);
    }

    /// @notice Lowest agent tier that may answer.
    function tier(Ticket memory t) internal pure returns (uint256) {
        return uint8(t.counters >> 208);
    }

    function setTier(Ticket memory t, uint256 value) internal pure {
        t.counters = _with(t.counters, 208, BITS_8, value);
    }

    function escalatedAt(Ticket memory t) internal pure returns (uint256) {
        return uint40(t.counters >> 168);
    }

    function setEscalatedAt(Ticket memory t, uint256 value) internal pure {
        t.counters = _with(t.counters, 168, BITS_40, value);
    }

    /// @notice When it was solved or closed; 0 while active.
    function settledAt(Ticket memory t) internal pure returns (uint256) {
        return uint40(t.counters >> 128);
    }

    function setSettledAt(Ticket memory t, uint256 value) internal pure {
        t.counters = _with(t.counters, 128, BITS_40, value);
    }

    /// @notice Seconds.
    function pausedTotal(Ticket memory t) internal pure returns (uint256) {
        return uint32(t.counters >> 96);
    }

    function setPausedTotal(Ticket memory t, uint256 value) internal pure {
        t.counters = _with(t.counters, 96, BITS_32, value);
    }

    function entries(Ticket memory t) internal pure returns (uint256) {
        return uint32(t.counters >> 64);
    }

    function customerSeq(Ticket memory t) internal pure returns (uint256) {
        return uint32(t.counters >> 32);
    }

    function staffSeq(Ticket memory t) internal pure returns (uint256) {
        return uint32(t.counters);
    }

    /// @notice Count an entry that has no lane. The next entry's index is the present count.
    function countEntry(Ticket memory t) internal pure {
        unchecked {
            t.counters += ENTRY;
        }
    }

    /// @notice Count an entry of the customer, who ends a run of staff entries.
    function countCustomerEntry(Ticket memory t) internal pure {
        unchecked {
            t.counters = (t.counters & ~(BITS_8 << 216)) + (ENTRY | CUSTOMER_ENTRY);
        }
    }

    /// @notice Count an entry of staff that answered.
    function countAnswer(Ticket memory t) internal pure {
        unchecked {
            t.counters += ENTRY | STAFF_ENTRY;
        }
    }

    /// @notice Count an entry of staff that answered nothing.
    function countStaffEntry(Ticket memory t) internal pure {
        unchecked {
            t.counters += ENTRY | STAFF_ENTRY | IN_STAFF_RUN;
        }
    }

    function _with(uint256 word, uint256 shift, uint256 mask, uint256 value) private pure returns (uint256) {
        return (word & ~(mask << shift)) | (value << shift);
    }
}

using TicketFields for Ticket global;
