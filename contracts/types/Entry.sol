// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Action} from "./Action.sol";
import {Meta} from "./Meta.sol";
import {Ticket} from "./Ticket.sol";

/// @notice One event of a ticket, before it is accepted.
struct Entry {
    Meta meta; // index and, for keyless customers, auth are not known yet
    uint256 argument;
    address actor;
    bytes32 commitment;
}

/// @title Entries
library Entries {
    function action(Entry memory e) internal pure returns (Action) {
        return e.meta.action();
    }

    function seen(Entry memory e) internal pure returns (uint256) {
        return e.meta.seen();
    }
}

using Entries for Entry global;

/// @notice An action signed by its actor, carried by a relayer. An empty signature means that the sender is the actor.
struct SignedAction {
    Action action;
    uint256 argument;
    address actor;
    uint32 seen;
    bytes32 commitment;
    uint64 deadline; // of every signature in this item
    bytes signature;
    bytes consent; // Claim only: the customer's signature
}

/// @notice Consecutive actions on one ticket: its state is presented once.
struct TicketActions {
    bytes32 ticketId;
    Ticket state;
    SignedAction[] actions;
}

/// @notice A ticket and its present state.
struct TicketAt {
    bytes32 ticketId;
    Ticket state;
}

/// @notice A new ticket, as its opener signs it. The opener is the customer, or an agent when customer is 0.
struct Opening {
    address opener;
    address customer;
    uint16 policy;
    bytes32 terms;
    bytes32 commitment;
    uint64 deadline;
}

struct SignedOpening {
    Opening opening;
    bytes signature;
}
