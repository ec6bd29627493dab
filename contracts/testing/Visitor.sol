// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Actions} from "../types/Action.sol";
import {Ticket} from "../types/Ticket.sol";

/// @title Visitor
/// @notice A customer that is a contract: everything in one transaction, each call with what the one before returned.
contract Visitor {
    function openReplyAndClose(ISupportLedger ledger, uint16 policy, bytes32 terms, bytes32 commitment)
        external
        returns (bytes32 ticketId, Ticket memory t)
    {
        (ticketId, t.parties, t.work, t.counters, t.head) = ledger.open(terms, commitment, policy);
        (t.parties, t.work, t.counters, t.head) =
            ledger.act(ticketId, t, Actions.REPLY, 0, 0, keccak256("more"));
        (t.parties, t.work, t.counters, t.head) = ledger.act(ticketId, t, Actions.CLOSE, 0, 0, 0);
    }
}
