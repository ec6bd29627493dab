// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EntryFields} from "./Entry.sol";
import {TicketFields} from "./Ticket.sol";

/// @notice A ticket whose turn it is, and the entry that is being added to it: where in memory their words lie.
/// @dev They lie in the order in which they are hashed, so that nothing is copied in order to hash it:
///
///   parties     ┐
///   work        │ the state: the slot is its hash
///   counters    │
///   head        ┘ ┐
///   meta          │
///   argument      │ the entry: the next head is the hash of the present one and of this
///   actor         │
///   authority     │
///   commitment    ┘
///
/// `TicketFields` and `EntryFields` read and write the fields in these words by name.
type Turn is uint256;

// Where each word is, from the beginning.
uint256 constant PARTIES = 0x00;
uint256 constant WORK = 0x20;
uint256 constant COUNTERS = 0x40;
uint256 constant HEAD = 0x60;
uint256 constant META = 0x80;
uint256 constant ARGUMENT = 0xa0;
uint256 constant ACTOR = 0xc0;
uint256 constant AUTHORITY = 0xe0;
uint256 constant COMMITMENT = 0x100;

/// @title Turns
/// @notice The one place that knows where the words of a turn are.
library Turns {
    uint256 private constant STATE_SIZE = 0x80; // bytes from parties to head
    uint256 private constant ENTRY_SIZE = 0xc0; // bytes from head to commitment
    uint256 private constant SIZE = 0x120;

    // ------------------------------------------------------------------------------------------------------------ places

    /// @notice A place for one turn. What lies there is not known.
    function one() internal pure returns (Turn t) {
        assembly ("memory-safe") {
            t := mload(0x40)
            mstore(0x40, add(t, SIZE))
        }
    }

    /// @notice The first of *count* places whose states follow on each other, as an array of states is returned.
    /// @dev An entry lies where the next state will: take the places in order.
    function many(uint256 count) internal pure returns (Turn first) {
        assembly ("memory-safe") {
            let encoded := mload(0x40)
            mstore(encoded, 0x20)
            mstore(add(encoded, 0x20), count)
            first := add(encoded, 0x40)
            mstore(0x40, add(add(first, mul(count, STATE_SIZE)), SIZE))
        }
    }

    function next(Turn t) internal pure returns (Turn) {
        unchecked {
            return Turn.wrap(Turn.unwrap(t) + STATE_SIZE);
        }
    }

    /// @notice End the call and return the state.
    function give(Turn t) internal pure {
        assembly ("memory-safe") {
            return(t, STATE_SIZE)
        }
    }

    /// @notice End the call and return the id of a new ticket, and its state.
    function giveNew(Turn t, bytes32 ticketId) internal pure {
        assembly ("memory-safe") {
            let encoded := mload(0x40)
            mstore(encoded, ticketId)
            mstore(add(encoded, 0x20), mload(t))
            mstore(add(encoded, 0x40), mload(add(t, WORK)))
            mstore(add(encoded, 0x60), mload(add(t, COUNTERS)))
            mstore(add(encoded, 0x80), mload(add(t, HEAD)))
            return(encoded, 0xa0)
        }
    }

    /// @notice End the call and return the array of all states.
    function giveAll(Turn first) internal pure {
        assembly ("memory-safe") {
            let encoded := sub(first, 0x40)
            return(encoded, add(0x40, mul(mload(add(encoded, 0x20)), STATE_SIZE)))
        }
    }

    // ------------------------------------------------------------------------------------------------------------- words

    function word(Turn t, uint256 place) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(t, place))
        }
    }

    function setWord(Turn t, uint256 place, uint256 value) internal pure {
        assembly ("memory-safe") {
            mstore(add(t, place), value)
        }
    }

    /// @notice Take the state as it was presented.
    function load(Turn t, bytes32[4] calldata presented) internal pure {
        assembly ("memory-safe") {
            calldatacopy(t, presented, STATE_SIZE)
        }
    }

    /// @notice The state's four words.
    function state(Turn t) internal pure returns (bytes32[4] memory words) {
        (words[0], words[1]) = (bytes32(t.word(PARTIES)), bytes32(t.word(WORK)));
        (words[2], words[3]) = (bytes32(t.word(COUNTERS)), bytes32(t.word(HEAD)));
    }

    /// @notice The value that the ticket's slot holds for this state.
    function hash(Turn t) internal pure returns (bytes32 ticketHash) {
        assembly ("memory-safe") {
            ticketHash := keccak256(t, STATE_SIZE)
        }
    }

    /// @notice The head after the entry: keccak256(abi.encode(head, meta, argument, actor, authority, commitment)).
    function nextHead(Turn t) internal pure returns (uint256 head) {
        assembly ("memory-safe") {
            head := keccak256(add(t, HEAD), ENTRY_SIZE)
        }
    }

    /// @notice Emit the entry as an event. Its words are void afterwards.
    /// @dev What `emit` would do, but written once instead of for each of the twelve events: (meta, argument, commitment).
    function log(Turn t, bytes32 topic, bytes32 ticketId) internal {
        assembly ("memory-safe") {
            let data := add(t, META)
            let actor := mload(add(t, ACTOR))
            mstore(add(data, 0x40), mload(add(t, COMMITMENT)))
            log3(data, 0x60, topic, ticketId, actor)
        }
    }
}

using Turns for Turn global;
using TicketFields for Turn global;
using EntryFields for Turn global;
