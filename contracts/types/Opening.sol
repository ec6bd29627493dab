// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

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
    bytes32 r;
    bytes32 vs; // ERC-2098
}
