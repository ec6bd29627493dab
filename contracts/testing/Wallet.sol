// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Wallet
/// @notice A contract that signs by ERC-1271, honestly or not, and calls whatever it is told to call.
contract Wallet {
    enum Mood {
        Owner, // valid when its owner signed
        Refuses, // returns 0xffffffff
        Reverts,
        Garbage, // returns a word that is not the magic value
        Short, // returns the magic value in four bytes
        Empty, // returns nothing
        BurnsGas,
        Reenters // tries to act on the ledger, and signs if it could not
    }

    bytes4 private constant MAGIC = 0x1626ba7e;

    address public immutable owner;
    Mood public mood;
    address private _target;
    bytes private _attack;

    constructor(address owner_) {
        owner = owner_;
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    /// @notice What to do to *target* when asked for a signature.
    function prepare(address target, bytes calldata attack) external {
        (mood, _target, _attack) = (Mood.Reenters, target, attack);
    }

    /// @notice Send a call as this contract.
    function execute(address target, bytes calldata data) external returns (bytes memory) {
        (bool ok, bytes memory returned) = target.call(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(returned, 0x20), mload(returned))
            }
        }
        return returned;
    }

    error Unwilling();

    /// @dev Not a view, as the standard would have it: a malicious wallet promises nothing.
    function isValidSignature(bytes32 digest, bytes calldata signature) external returns (bytes4) {
        Mood m = mood;
        if (m == Mood.Owner) return ECDSA.recover(digest, signature) == owner ? MAGIC : bytes4(0xffffffff);
        if (m == Mood.Refuses) return 0xffffffff;
        if (m == Mood.Reverts) revert Unwilling();
        if (m == Mood.BurnsGas) {
            assembly ("memory-safe") {
                invalid() // takes all the gas there is, at once
            }
        }
        if (m == Mood.Reenters) {
            (bool ok,) = _target.call(_attack);
            return ok ? bytes4(0xffffffff) : MAGIC;
        }
        assembly ("memory-safe") {
            mstore(0, shl(224, 0x1626ba7e))
            switch m
            case 3 {
                mstore(0, not(0))
                return(0, 0x20)
            }
            case 4 { return(0, 4) }
            default { return(0, 0) }
        }
    }
}
