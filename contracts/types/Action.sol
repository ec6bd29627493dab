// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What an actor does to a ticket. The numbers are part of every head and signature.
/// @dev A number rather than an enum, so that an unknown one is refused with a reason.
type Action is uint8;

function sameAction(Action a, Action b) pure returns (bool) {
    return Action.unwrap(a) == Action.unwrap(b);
}

using {sameAction as ==} for Action global;
using Actions for Action global;

/// @title Actions
/// @notice The actions, and the word of each as a signer reads it in a wallet.
library Actions {
    Action internal constant OPEN = Action.wrap(1);
    Action internal constant REPLY = Action.wrap(2);
    Action internal constant ANSWER = Action.wrap(3);
    Action internal constant NOTE = Action.wrap(4);
    Action internal constant ASSIGN = Action.wrap(5);
    Action internal constant HOLD = Action.wrap(6);
    Action internal constant RESUME = Action.wrap(7);
    Action internal constant SOLVE = Action.wrap(8);
    Action internal constant CLOSE = Action.wrap(9);
    Action internal constant RATE = Action.wrap(10);
    Action internal constant ESCALATE = Action.wrap(11);
    Action internal constant REPOLICY = Action.wrap(12);
    Action internal constant CLAIM = Action.wrap(13);

    // Whose actions they are. What is in neither is staff's, unknown actions too.
    uint256 private constant CUSTOMERS = (1 << 2) | (1 << 10); // Reply, Rate
    uint256 private constant ANYBODYS = (1 << 1) | (1 << 9) | (1 << 11); // Open, Close, Escalate

    // What a supervisor's role is needed or enough for: Assign, Repolicy.
    uint256 private constant SUPERVISED = (1 << 5) | (1 << 12);

    // What needs to know more than other actions: Assign, Close, Repolicy, Claim.
    uint256 private constant SPECIAL = (1 << 5) | (1 << 9) | (1 << 12) | (1 << 13);

    // What always asks the policy: Reply, Close, Escalate, Repolicy.
    uint256 private constant BY_POLICY = (1 << 2) | (1 << 9) | (1 << 11) | (1 << 12);

    /// @notice keccak256 of the action's word, which is how EIP-712 encodes a string.
    /// @dev Open and Escalate are never signed as an Action, and an unknown action is refused before.
    // A flat table, one line a word.
    // solhint-disable-next-line code-complexity
    function wordHash(Action action) internal pure returns (bytes32) {
        if (action == ANSWER) return keccak256("Answer");
        if (action == REPLY) return keccak256("Reply");
        if (action == SOLVE) return keccak256("Solve");
        if (action == NOTE) return keccak256("Note");
        if (action == RATE) return keccak256("Rate");
        if (action == CLOSE) return keccak256("Close");
        if (action == ASSIGN) return keccak256("Assign");
        if (action == HOLD) return keccak256("Hold");
        if (action == RESUME) return keccak256("Resume");
        if (action == REPOLICY) return keccak256("Repolicy");
        return keccak256("Claim");
    }

    /// @notice Whether only staff do this. An unknown action counts as theirs.
    function isStaffs(Action action) internal pure returns (bool) {
        return !_isIn(action, CUSTOMERS | ANYBODYS);
    }

    /// @notice Whether only the customer does this.
    function isCustomers(Action action) internal pure returns (bool) {
        return _isIn(action, CUSTOMERS);
    }

    /// @notice Whether the role of a supervisor matters.
    function isSupervised(Action action) internal pure returns (bool) {
        return _isIn(action, SUPERVISED);
    }

    /// @notice Whether this needs to know more than other actions.
    function isSpecial(Action action) internal pure returns (bool) {
        return _isIn(action, SPECIAL);
    }

    /// @notice Whether this cannot be decided without the ticket's policy.
    function isByPolicy(Action action) internal pure returns (bool) {
        return _isIn(action, BY_POLICY);
    }

    /// @dev A set has the bit of each action's number.
    function _isIn(Action action, uint256 set) private pure returns (bool) {
        return (set >> Action.unwrap(action)) & 1 != 0;
    }
}
