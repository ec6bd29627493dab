// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SupportLedger} from "../../contracts/SupportLedger.sol";
import {ISupportLedger} from "../../contracts/interfaces/ISupportLedger.sol";
import {Act, SignedAct, TicketActs, TicketAt} from "../../contracts/types/Act.sol";
import {AgentWord} from "../../contracts/types/Agent.sol";
import {BusinessHours} from "../../contracts/types/BusinessHours.sol";
import {Opening} from "../../contracts/types/Opening.sol";
import {PolicyWord} from "../../contracts/types/Policy.sol";
import {Terms} from "./Rules.sol";
import {Words, words} from "./State.sol";
import {Test} from "forge-std/Test.sol";

/// @notice An action as an actor wants it; signed when there is a signature.
struct Ask {
    uint8 action;
    address actor;
    uint256 argument;
    uint32 seen;
    bytes32 commitment;
    uint64 deadline;
    bytes signature;
    bytes consent;
}

/// @notice Some actions on one ticket.
struct Asks {
    bytes32 ticketId;
    Words state;
    Ask[] items;
}

/// @title Driver
/// @notice The one place of the Forge tests that knows how the ledger is called, and what is signed.
abstract contract Driver is Test {
    SupportLedger internal ledger;

    string[14] private _names = [
        "",
        "Open",
        "Reply",
        "Answer",
        "Note",
        "Assign",
        "Hold",
        "Resume",
        "Solve",
        "Close",
        "Rate",
        "Escalate",
        "Repolicy",
        "Claim"
    ];

    // ------------------------------------------------------------------------------------------------------------ calling

    function _open(address sender, uint16 policy, bytes32 commitment, bool keyless)
        internal
        returns (bool ok, bytes32 ticketId, Words memory next)
    {
        bytes32 terms = ledger.policyOf(policy).terms;
        bytes memory data = keyless
            ? abi.encodeCall(ISupportLedger.openKeyless, (policy, terms, commitment))
            : abi.encodeCall(ISupportLedger.open, (terms, commitment, policy));
        bytes memory returned;
        (ok, returned) = _call(sender, data);
        if (ok) (ticketId, next) = abi.decode(returned, (bytes32, Words));
    }

    /// @dev Directly when nothing is signed; by two words when a key could have signed it, else in full.
    function _act(address sender, bytes32 ticketId, Words memory state, Ask memory a)
        internal
        returns (bool ok, Words memory next)
    {
        bytes memory data;
        if (a.signature.length == 0 && a.consent.length == 0) {
            data = abi.encodeCall(ISupportLedger.act, (ticketId, words(state), _what(a), a.commitment));
        } else if (_isShort(a)) {
            data = abi.encodeCall(ISupportLedger.actSigned, (_signed(a), ticketId, words(state)));
        } else {
            data = abi.encodeCall(
                ISupportLedger.actApproved,
                (ticketId, words(state), _what(a), a.actor, a.commitment, a.signature, a.consent)
            );
        }
        bytes memory returned;
        (ok, returned) = _call(sender, data);
        if (ok) next = abi.decode(returned, (Words));
    }

    function _batch(address sender, Asks[] memory groups) internal returns (bool ok, Words[] memory next) {
        TicketActs[] memory given = new TicketActs[](groups.length);
        for (uint256 i = 0; i < groups.length; ++i) {
            SignedAct[] memory items = new SignedAct[](groups[i].items.length);
            for (uint256 j = 0; j < items.length; ++j) {
                items[j] = _signed(groups[i].items[j]);
            }
            given[i] = TicketActs(groups[i].ticketId, words(groups[i].state), items);
        }
        bytes memory returned;
        (ok, returned) = _call(sender, abi.encodeCall(ISupportLedger.actBatch, (given)));
        if (ok) next = abi.decode(returned, (Words[]));
    }

    function _escalateBatch(address sender, bytes32[] memory ids, Words[] memory states)
        internal
        returns (bool ok, Words[] memory next)
    {
        TicketAt[] memory given = new TicketAt[](ids.length);
        for (uint256 i = 0; i < ids.length; ++i) {
            given[i] = TicketAt(ids[i], words(states[i]));
        }
        bytes memory returned;
        (ok, returned) = _call(sender, abi.encodeCall(ISupportLedger.escalateBatch, (given)));
        if (ok) next = abi.decode(returned, (Words[]));
    }

    function _publish(address supervisor, Terms memory t) internal returns (uint16) {
        uint256 word = (t.firstResponse << 224) | (t.nextResponse << 192) | (t.resolution << 160)
            | (t.escalateEvery << 128) | (t.reopenWindow << 96) | (t.pauseAllowance << 64) | (t.levels << 56)
            | (t.tier << 48);
        vm.prank(supervisor);
        return ledger.publishPolicy(PolicyWord.wrap(word), BusinessHours.wrap(0), address(0), 0);
    }

    function _certify(address certifier, address account, uint256 tier) internal {
        vm.prank(certifier);
        ledger.certify(account, AgentWord.wrap((uint256(type(uint40).max) << 176) | (tier << 160)));
    }

    function _call(address sender, bytes memory data) internal returns (bool ok, bytes memory returned) {
        vm.prank(sender);
        (ok, returned) = address(ledger).call(data);
    }

    // ------------------------------------------------------------------------------------------------------------ signing

    /// @notice What an actor signs, by the design's words and not by the ledger's own code.
    function _actionDigest(bytes32 ticketId, Ask memory a, uint256 sequence) internal view returns (bytes32) {
        bytes32 typeHash = keccak256(
            "Action(bytes32 ticketId,string action,uint256 argument,address actor,uint32 sequence,uint32 seen,bytes32 commitment,uint64 deadline)"
        );
        bytes32 word = a.action < _names.length ? keccak256(bytes(_names[a.action])) : bytes32(0);
        return _typed(
            keccak256(
                abi.encode(
                    typeHash, ticketId, word, a.argument, a.actor, sequence, a.seen, a.commitment, a.deadline
                )
            )
        );
    }

    function _openDigest(Opening memory o) internal view returns (bytes32) {
        bytes32 typeHash = keccak256(
            "Open(address opener,address customer,uint16 policy,bytes32 terms,bytes32 commitment,uint64 deadline)"
        );
        return _typed(
            keccak256(abi.encode(typeHash, o.opener, o.customer, o.policy, o.terms, o.commitment, o.deadline))
        );
    }

    function _claimDigest(bytes32 ticketId, address customer, uint64 deadline)
        internal
        view
        returns (bytes32)
    {
        bytes32 typeHash = keccak256("Claim(bytes32 ticketId,address customer,uint64 deadline)");
        return _typed(keccak256(abi.encode(typeHash, ticketId, customer, deadline)));
    }

    function _sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _typed(bytes32 structHash) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("SupportLedger"),
                keccak256("1"),
                block.chainid,
                address(ledger)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    // ------------------------------------------------------------------------------------------------------------- inside

    /// @dev As the design packs an act: argument 160 << 96, action 8 << 80, seen 32 << 40, deadline 40.
    function _what(Ask memory a) internal pure returns (Act) {
        require(a.argument >> 160 == 0 && a.deadline >> 40 == 0, "no act holds this");
        return Act.wrap(
            bytes32((a.argument << 96) | (uint256(a.action) << 80) | (uint256(a.seen) << 40) | a.deadline)
        );
    }

    function _isShort(Ask memory a) private pure returns (bool) {
        if (a.consent.length != 0 || a.signature.length != 65) return false;
        (uint8 v, bytes32 r, bytes32 s) = _split(a.signature);
        return (v == 27 || v == 28) && uint256(s) >> 255 == 0 && r != 0;
    }

    function _signed(Ask memory a) internal pure returns (SignedAct memory) {
        (bytes32 r, bytes32 vs) = _short(a.signature);
        return SignedAct({what: _what(a), actor: a.actor, commitment: a.commitment, r: r, vs: vs});
    }

    /// @dev What cannot be shortened is cut: whatever it is then, it is not what was signed.
    function _short(bytes memory signature) internal pure returns (bytes32 r, bytes32 vs) {
        if (signature.length == 0) return (0, 0);
        uint8 v;
        (v, r, vs) = _split(signature);
        if (v == 28) vs |= bytes32(uint256(1 << 255));
    }

    function _split(bytes memory signature) private pure returns (uint8 v, bytes32 r, bytes32 s) {
        bytes memory full = bytes.concat(signature, new bytes(96));
        assembly ("memory-safe") {
            r := mload(add(full, 0x20))
            s := mload(add(full, 0x40))
            v := byte(0, mload(add(full, 0x60)))
        }
    }
}
