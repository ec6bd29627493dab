// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Status, Statuses} from "./Status.sol";

/// @notice The four words of a ticket's state, as callers present them. Their keccak256 is the ticket's slot.
/// @param parties customer 20 · openedAt 5 · respondBy 5 · policy 2
/// @param work assignee 20 · resolveBy 5 · pausedAt 5 · status 1 · level 1
/// @param counters version 1 · flags 1 · rating 1 · unseen 1 · staffRun 1 · tier 1 · escalatedAt 5 · settledAt 5 ·
/// pausedTotal 4 · entries 4 · customerSeq 4 · staffSeq 4
/// @param head Hash chain over the ticket's entries.
struct PackedTicket {
    uint256 parties;
    uint256 work;
    uint256 counters;
    bytes32 head;
}

/// @notice The same state with its fields named. Times are Unix seconds; 0 in a deadline means "never".
struct TicketState {
    address customer; // 0 for a keyless customer
    uint40 openedAt;
    uint40 respondBy; // binds only while messages wait
    uint16 policy;
    address assignee;
    uint40 resolveBy; // before pauses: see Lifecycle.due
    uint40 pausedAt; // 0 when no pause runs
    Status status;
    uint8 level; // escalations so far
    uint8 version;
    uint8 flags; // once set, never cleared
    uint8 rating; // 0 not rated, else 1-5
    uint8 unseen; // customer messages that wait for an answer
    uint8 staffRun; // staff entries in a row that answered nothing
    uint8 tier; // lowest agent tier that may answer
    uint40 escalatedAt;
    uint40 settledAt; // when it was solved or closed; 0 while active
    uint32 pausedTotal; // seconds
    uint32 entries;
    uint32 customerSeq;
    uint32 staffSeq;
    bytes32 head;
}

/// @title TicketStates
/// @notice Packs, unpacks and hashes a ticket's state. Within a word the first field is the most significant.
library TicketStates {
    uint8 internal constant VERSION = 1;

    // Flags, from bit 0.
    uint8 internal constant ANSWERED = 1;
    uint8 internal constant LATE_FIRST = 2;
    uint8 internal constant LATE_NEXT = 4;
    uint8 internal constant LATE_RESOLVE = 8;
    uint8 internal constant CONTESTED = 16;

    /// @notice The value that a ticket's slot holds for this state.
    function hash(PackedTicket memory packed) internal pure returns (bytes32 ticketHash) {
        // The struct is four words in a row in memory, so it is hashed where it lies.
        assembly ("memory-safe") {
            ticketHash := keccak256(packed, 0x80)
        }
    }

    function unpack(PackedTicket memory packed) internal pure returns (TicketState memory t) {
        uint256 word = packed.parties;
        t.customer = address(uint160(word >> 96));
        t.openedAt = uint40(word >> 56);
        t.respondBy = uint40(word >> 16);
        t.policy = uint16(word);

        word = packed.work;
        t.assignee = address(uint160(word >> 96));
        t.resolveBy = uint40(word >> 56);
        t.pausedAt = uint40(word >> 16);
        t.status = Status.wrap(uint8(word >> 8));
        t.level = uint8(word);

        word = packed.counters;
        t.version = uint8(word >> 248);
        t.flags = uint8(word >> 240);
        t.rating = uint8(word >> 232);
        t.unseen = uint8(word >> 224);
        t.staffRun = uint8(word >> 216);
        t.tier = uint8(word >> 208);
        t.escalatedAt = uint40(word >> 168);
        t.settledAt = uint40(word >> 128);
        t.pausedTotal = uint32(word >> 96);
        t.entries = uint32(word >> 64);
        t.customerSeq = uint32(word >> 32);
        t.staffSeq = uint32(word);

        t.head = packed.head;
    }

    /// @notice Write a state back into its four words.
    function packInto(TicketState memory t, PackedTicket memory packed) internal pure {
        packed.parties = (uint256(uint160(t.customer)) << 96) | (uint256(t.openedAt) << 56)
            | (uint256(t.respondBy) << 16) | t.policy;

        packed.work = (uint256(uint160(t.assignee)) << 96) | (uint256(t.resolveBy) << 56)
            | (uint256(t.pausedAt) << 16) | (uint256(Status.unwrap(t.status)) << 8) | t.level;

        packed.counters = (uint256(t.version) << 248) | (uint256(t.flags) << 240) | (uint256(t.rating) << 232)
            | (uint256(t.unseen) << 224) | (uint256(t.staffRun) << 216) | (uint256(t.tier) << 208)
            | (uint256(t.escalatedAt) << 168) | (uint256(t.settledAt) << 128) | (uint256(t.pausedTotal) << 96)
            | (uint256(t.entries) << 64) | (uint256(t.customerSeq) << 32) | t.staffSeq;

        packed.head = t.head;
    }

    function has(TicketState memory t, uint8 flag) internal pure returns (bool) {
        return t.flags & flag != 0;
    }

    function isActive(TicketState memory t) internal pure returns (bool) {
        return t.status == Statuses.OPEN || t.status == Statuses.PENDING || t.status == Statuses.ON_HOLD;
    }
}

using TicketStates for TicketState global;
using TicketStates for PackedTicket global;
