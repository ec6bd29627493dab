// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Acts} from "../types/Act.sol";
import {Actions} from "../types/Action.sol";

/// @title Visitor
/// @notice A customer that is a contract: everything in one transaction, each call with what the one before returned.
contract Visitor {
    function openReplyAndClose(ISupportLedger ledger, uint16 policy, bytes32 terms, bytes32 commitment)
        external
        returns (bytes32 ticketId, bytes32[4] memory state)
    {
        (ticketId, state) = ledger.open(terms, commitment, policy);
        state = ledger.act(ticketId, state, Acts.plain(Actions.REPLY), keccak256("more"));
        state = ledger.act(ticketId, state, Acts.plain(Actions.CLOSE), 0);
    }
}
