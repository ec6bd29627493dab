// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The head of a ticket's hash chain after one more entry: keccak256(abi.encode(all of this)).
function nextHead(
    bytes32 head,
    uint256 meta,
    uint256 argument,
    address actor,
    bytes32 authority,
    bytes32 commitment
) pure returns (bytes32 next) {
    // abi.encode would reserve memory that nobody needs afterwards: these words are hashed beyond its end.
    assembly ("memory-safe") {
        let words := mload(0x40)
        mstore(words, head)
        mstore(add(words, 0x20), meta)
        mstore(add(words, 0x40), argument)
        mstore(add(words, 0x60), shr(96, shl(96, actor)))
        mstore(add(words, 0x80), authority)
        mstore(add(words, 0xa0), commitment)
        next := keccak256(words, 0xc0)
    }
}
