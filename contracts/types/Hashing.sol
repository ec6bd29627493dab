// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Hashing
/// @notice keccak256(abi.encode(...)) of a few words.
/// @dev abi.encode would reserve memory that nobody needs afterwards: these words are hashed beyond its end.
library Hashing {
    function hash3(bytes32 a, bytes32 b, bytes32 c) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, a)
            mstore(add(words, 0x20), b)
            mstore(add(words, 0x40), c)
            result := keccak256(words, 0x60)
        }
    }

    function hash5(bytes32 a, bytes32 b, bytes32 c, bytes32 d, bytes32 e)
        internal
        pure
        returns (bytes32 result)
    {
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, a)
            mstore(add(words, 0x20), b)
            mstore(add(words, 0x40), c)
            mstore(add(words, 0x60), d)
            mstore(add(words, 0x80), e)
            result := keccak256(words, 0xa0)
        }
    }

    function hash9(
        bytes32 a,
        bytes32 b,
        bytes32 c,
        bytes32 d,
        bytes32 e,
        bytes32 f,
        bytes32 g,
        bytes32 h,
        bytes32 i
    ) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, a)
            mstore(add(words, 0x20), b)
            mstore(add(words, 0x40), c)
            mstore(add(words, 0x60), d)
            mstore(add(words, 0x80), e)
            mstore(add(words, 0xa0), f)
            mstore(add(words, 0xc0), g)
            mstore(add(words, 0xe0), h)
            mstore(add(words, 0x100), i)
            result := keccak256(words, 0x120)
        }
    }
}
