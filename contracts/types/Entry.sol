// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Action, Actions} from "./Action.sol";
import {AgentWord} from "./Agent.sol";
import {Auth} from "./Auth.sol";
import {ACTOR, ARGUMENT, AUTHORITY, COMMITMENT, HEAD, META, Turn} from "./Turn.sol";

/// @title EntryFields
/// @notice Reads and writes the fields of the entry that is being added to a ticket: of its head, too, which it extends.
/// @dev meta = index << 88 | action << 80 | auth << 72 | seen << 40 | time
library EntryFields {
    uint256 private constant INDEX_PLACE = 88;
    uint256 private constant AUTH_PLACE = 72;

    /// @notice Begin the entry. Its index, and who acted with what authority, is found out later.
    function begin(Turn t, uint256 meta_, uint256 argument_, address actor_, bytes32 commitment_)
        internal
        pure
    {
        t.setWord(META, meta_);
        t.setWord(ARGUMENT, argument_);
        t.setWord(ACTOR, uint160(actor_));
        t.setWord(COMMITMENT, uint256(commitment_));
    }

    /// @notice Begin the history of a new ticket.
    function startHead(Turn t, bytes32 ticketId) internal pure {
        t.setWord(HEAD, uint256(ticketId));
    }

    /// @notice Number the entry, which is counted already, and make it part of the ticket's history.
    function chain(Turn t) internal pure {
        unchecked {
            t.setWord(META, t.word(META) | ((t.entries() - 1) << INDEX_PLACE));
        }
        t.setWord(HEAD, t.nextHead());
    }

    function action(Turn t) internal pure returns (Action) {
        return Action.wrap(uint8(t.word(META) >> 80));
    }

    /// @notice Say how the actor is known.
    /// @dev It is SENT before, or is to be RECORDED, which has all bits that any other has: nothing needs to be cleared.
    function setAuth(Turn t, Auth value) internal pure {
        t.setWord(META, t.word(META) | (uint256(Auth.unwrap(value)) << AUTH_PLACE));
    }

    /// @notice The number of this entry in its actor's lane, which a signature must name; 0 where there is no lane.
    function sequence(Turn t) internal pure returns (uint256) {
        Action action_ = action(t);
        if (action_.isStaffs()) return t.staffSeq();
        if (action_.isCustomers() || (action_ == Actions.CLOSE && isByCustomer(t))) return t.customerSeq();
        return 0;
    }

    /// @notice Whether the actor is the customer. A keyless one acts through nobody's key.
    function isByCustomer(Turn t) internal pure returns (bool) {
        return t.customer() != address(0) && t.customer() == actor(t);
    }

    /// @notice Staff: the customer sequence they have read up to.
    function seen(Turn t) internal pure returns (uint256) {
        return uint32(t.word(META) >> 40);
    }

    /// @notice When it happens; Unix seconds.
    function time(Turn t) internal pure returns (uint256) {
        return uint40(t.word(META));
    }

    /// @notice What it means depends on the action: see ISupportLedger.
    function argument(Turn t) internal pure returns (uint256) {
        return t.word(ARGUMENT);
    }

    function setArgument(Turn t, uint256 value) internal pure {
        t.setWord(ARGUMENT, value);
    }

    function actor(Turn t) internal pure returns (address) {
        return address(uint160(t.word(ACTOR)));
    }

    /// @notice What the actor acted on. Bound into the head, so that no later change can rewrite it.
    function setAuthority(Turn t, bytes32 value) internal pure {
        t.setWord(AUTHORITY, uint256(value));
    }

    /// @notice The certificate of the actor, if they act on one.
    function agent(Turn t) internal pure returns (AgentWord) {
        return AgentWord.wrap(t.word(AUTHORITY));
    }

    function commitment(Turn t) internal pure returns (uint256) {
        return t.word(COMMITMENT);
    }
}
