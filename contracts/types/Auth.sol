// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice How the ledger knows who acted.
type Auth is uint8;

function sameAuth(Auth a, Auth b) pure returns (bool) {
    return Auth.unwrap(a) == Auth.unwrap(b);
}

using {sameAuth as ==} for Auth global;

/// @title Auths
library Auths {
    Auth internal constant SENT = Auth.wrap(0); // the actor sent the transaction
    Auth internal constant ECDSA = Auth.wrap(1); // the actor's signature is in the transaction's input
    Auth internal constant ERC1271 = Auth.wrap(2); // the actor's contract accepted it: cannot be verified again offline
    Auth internal constant RECORDED = Auth.wrap(3); // a certified agent recorded it for a keyless customer
}
