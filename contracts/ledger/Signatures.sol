// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Auth, Auths} from "../types/Auth.sol";
import {Entry, Opening} from "../types/Entry.sol";
import {Hashing} from "../types/Hashing.sol";
import {Refusals} from "../types/Refusals.sol";
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

    function _actionDigest(bytes32 ticketId, Entry memory e, uint256 sequence, uint64 deadline)
        internal
        view
        returns (bytes32)
    {
        return _digest(
            Hashing.hash9(
                ACTION_TYPEHASH,
                ticketId,
                e.action().wordHash(),
                bytes32(e.argument),
                bytes32(uint256(uint160(e.actor))),
                bytes32(sequence),
                bytes32(e.seen()),
                e.commitment,
                bytes32(uint256(deadline))
            )
        );
    }

    function _claimDigest(bytes32 ticketId, address customer, uint64 deadline)
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
    function _checkDeadline(uint64 deadline) internal view returns (bytes memory refusal) {
        if (block.timestamp > deadline) {
            return Refusals.signatureExpired(deadline, block.timestamp);
        }
        uint256 latest = block.timestamp + LONGEST_DEADLINE;
        if (deadline > latest) return Refusals.deadlineTooFar(deadline, latest);
    }

    /// @return auth How the signature was accepted; Sent when it was not.
    function _authenticate(address signer, bytes32 digest, bytes calldata signature, bool contractWallets)
        internal
        view
        returns (Auth auth)
    {
        if (signature.length == 65) {
            (uint8 v, bytes32 r, bytes32 s) = _split(signature);
            (address recovered,,) = ECDSA.tryRecover(digest, v, r, s);
            // Nothing recovered is the zero address, which nobody is.
            if (recovered == signer && signer != address(0)) return Auths.ECDSA;
        }
        if (contractWallets && SignatureChecker.isValidERC1271SignatureNow(signer, digest, signature)) {
            return Auths.ERC1271;
        }
    }

    /// @dev r, s and v of 65 bytes, where they lie.
    function _split(bytes calldata signature) private pure returns (uint8 v, bytes32 r, bytes32 s) {
        assembly ("memory-safe") {
            r := calldataload(signature.offset)
            s := calldataload(add(signature.offset, 0x20))
            v := byte(0, calldataload(add(signature.offset, 0x40)))
        }
    }
}
