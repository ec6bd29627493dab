// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Auth, Auths} from "../types/Auth.sol";
import {Hashing} from "../types/Hashing.sol";
import {Opening} from "../types/Opening.sol";
import {Refusal} from "../types/Refusal.sol";
import {Refusals} from "../types/Refusals.sol";
import {Turn} from "../types/Turn.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Signatures
/// @notice EIP-712 signatures of customers and staff, bound to this chain and this contract.
/// @dev ECDSA first for every account, low s only; ERC-1271 only where the caller allows it.
abstract contract Signatures is ISupportLedger {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant OPEN_TYPEHASH = keccak256(
        "Open(address opener,address customer,uint16 policy,bytes32 terms,bytes32 commitment,uint64 deadline)"
    );
    bytes32 private constant ACTION_TYPEHASH = keccak256(
        "Action(bytes32 ticketId,string action,uint256 argument,address actor,uint32 sequence,uint32 seen,bytes32 commitment,uint64 deadline)"
    );
    bytes32 private constant CLAIM_TYPEHASH =
        keccak256("Claim(bytes32 ticketId,address customer,uint64 deadline)");

    uint256 internal constant LONGEST_DEADLINE = 30 days;

    uint256 private immutable _separatorChain = block.chainid;
    bytes32 private immutable _separator = _buildSeparator();

    /// @inheritdoc ISupportLedger
    function domainSeparator() public view returns (bytes32) {
        return block.chainid == _separatorChain ? _separator : _buildSeparator();
    }

    function _openDigest(Opening memory o) internal view returns (bytes32) {
        return _digest(
            keccak256(
                abi.encode(OPEN_TYPEHASH, o.opener, o.customer, o.policy, o.terms, o.commitment, o.deadline)
            )
        );
    }

    function _actionDigest(bytes32 ticketId, Turn t, uint256 sequence, uint256 deadline)
        internal
        view
        returns (bytes32)
    {
        return _digest(
            Hashing.hash9(
                ACTION_TYPEHASH,
                ticketId,
                t.action().wordHash(),
                bytes32(t.argument()),
                bytes32(uint256(uint160(t.actor()))),
                bytes32(sequence),
                bytes32(t.seen()),
                bytes32(t.commitment()),
                bytes32(deadline)
            )
        );
    }

    function _claimDigest(bytes32 ticketId, address customer, uint256 deadline)
        internal
        view
        returns (bytes32)
    {
        return _digest(keccak256(abi.encode(CLAIM_TYPEHASH, ticketId, customer, deadline)));
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domainSeparator(), structHash);
    }

    function _buildSeparator() private view returns (bytes32) {
        return keccak256(
            abi.encode(
                DOMAIN_TYPEHASH, keccak256("SupportLedger"), keccak256("1"), block.chainid, address(this)
            )
        );
    }

    /// @dev Whether a signature with this deadline may be used now.
    function _checkDeadline(uint256 deadline) internal view returns (Refusal refusal) {
        if (block.timestamp > deadline) return Refusals.signatureExpired(deadline, block.timestamp);
        uint256 latest = block.timestamp + LONGEST_DEADLINE;
        if (deadline > latest) return Refusals.deadlineTooFar(deadline, latest);
    }

    /// @dev Whether the account itself signed; low s only.
    function _signed(address signer, bytes32 digest, bytes32 r, bytes32 vs) internal pure returns (bool) {
        (address recovered,,) = ECDSA.tryRecover(digest, r, vs);
        // Nothing recovered is the zero address, which nobody is.
        return recovered == signer && signer != address(0);
    }

    /// @return auth How the signature was accepted, by the account's key or by its contract; Sent when it was not.
    function _approved(address signer, bytes32 digest, bytes calldata signature)
        internal
        view
        returns (Auth auth)
    {
        (address recovered,,) = ECDSA.tryRecover(digest, signature);
        if (recovered == signer && signer != address(0)) return Auths.ECDSA;
        if (SignatureChecker.isValidERC1271SignatureNow(signer, digest, signature)) return Auths.ERC1271;
    }
}
