// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SupportLedger} from "../../contracts/SupportLedger.sol";
import {ISupportLedger} from "../../contracts/interfaces/ISupportLedger.sol";
import {Action, Actions} from "../../contracts/types/Action.sol";
import {AgentWord} from "../../contracts/types/Agent.sol";
import {BusinessHours} from "../../contracts/types/BusinessHours.sol";
import {SignedAction, TicketActions, TicketAt} from "../../contracts/types/Entry.sol";
import {PolicyWord} from "../../contracts/types/Policy.sol";
import {Ticket} from "../../contracts/types/Ticket.sol";
import {Test} from "forge-std/Test.sol";

/// @title What a customer or an agent may put into a batch
/// @notice Nothing that they control fails it, or changes a ticket without their right to.
contract HostileItemsTest is Test {
    uint256 private constant T = 1_700_000_000;
    bytes32 private constant ACTION_TYPEHASH = keccak256(
        "Action(bytes32 ticketId,string action,uint256 argument,address actor,uint32 sequence,uint32 seen,bytes32 commitment,uint64 deadline)"
    );

    SupportLedger private _ledger = new SupportLedger(address(this));
    bytes32 private _ticketId;
    Ticket private _state;
    uint256 private _agentKey = 0xa9e47;
    address private _agent = vm.addr(_agentKey);

    function setUp() external {
        vm.warp(T);
        _ledger.grantRole(_ledger.CERTIFIER_ROLE(), address(this));
        _ledger.grantRole(_ledger.SUPERVISOR_ROLE(), address(this));
        _ledger.certify(_agent, AgentWord.wrap(uint256(T + 365 days) << 176 | uint256(1) << 160));
        uint256 word = uint256(3600) << 224 | uint256(3600) << 192 | uint256(1 days) << 160 | uint256(600)
            << 128 | uint256(7 days) << 96 | uint256(2) << 56 | uint256(1) << 48;
        _ledger.publishPolicy(PolicyWord.wrap(word), BusinessHours.wrap(0), address(0), "text");
        bytes32 terms = _ledger.policyOf(1).terms;
        (_ticketId, _state.parties, _state.work, _state.counters, _state.head) =
            _ledger.open(terms, "commitment", 1);
    }

    /// @notice Any item at all, with any signature, at any time: the batch goes on and the ticket stays as it was.
    function testFuzz_RefusedItemsChangeNothing(
        uint8 action,
        uint256 argument,
        address actor,
        uint32 seen,
        uint64 deadline,
        bytes memory signature,
        bytes memory consent,
        uint40 time
    ) external {
        vm.assume(actor != address(this) && actor != address(1));
        vm.warp(time);
        Ticket[] memory next =
            _batch(_signed(action, argument, actor, seen, "content", deadline, signature, consent));
        assertEq(_ledger.ticketHash(_ticketId), next[0].hash(), "the state returned");
        assertEq(_ledger.ticketHash(_ticketId), _state.hash(), "the state stored");
    }

    /// @notice Well-formed signatures by a key of any action, argument and reading, also when the clock went back.
    function testFuzz_SignedItemsNeverFailTheBatch(uint8 action, uint256 argument, uint32 seen, uint32 back)
        external
    {
        vm.warp(T - (back % 1 hours));
        uint64 deadline = uint64(block.timestamp + 1 days);
        SignedAction memory a = _signed(action % 16, argument, _agent, seen % 3, "content", deadline, "", "");
        a.signature = _sign(a, 1);
        Ticket[] memory next = _batch(a);
        assertEq(_ledger.ticketHash(_ticketId), next[0].hash());
    }

    /// @notice An answer by signature is accepted once; again, or with v, s or length bent, it is not.
    function testFuzz_BentSignaturesAreSkipped(uint8 v, bool high, uint8 cut) external {
        SignedAction memory a = _signed(3, 2, _agent, 1, "content", uint64(T + 1 days), "", "");
        bytes memory good = _sign(a, 1);
        bytes memory bent = bytes.concat(good);
        if (high) bent = _withHighS(bent);
        else if (cut % 66 != 0) bent = new bytes(cut % 66 - 1);
        else bent[64] = bytes1(v == uint8(good[64]) ? v + 1 : v);
        a.signature = bent;
        _batch(a);
        assertEq(_ledger.ticketHash(_ticketId), _state.hash(), "a bent signature was accepted");

        a.signature = good;
        Ticket[] memory next = _batch(a);
        assertTrue(_ledger.ticketHash(_ticketId) != _state.hash(), "the good one was refused");
        _state = next[0];
        _batch(a);
        assertEq(_ledger.ticketHash(_ticketId), next[0].hash(), "replayed");
    }

    /// @notice A claim cannot be sent directly, whatever it argues; nor by an agent without the customer's consent.
    function testFuzz_NoClaimWithoutConsent(uint256 argument, bytes memory consent) external {
        bytes32 terms = _ledger.policyOf(1).terms;
        vm.startPrank(_agent);
        Ticket memory t;
        bytes32 id;
        (id, t.parties, t.work, t.counters, t.head) = _ledger.openKeyless(1, terms, "keyless");
        vm.expectRevert(
            abi.encodeWithSelector(
                ISupportLedger.SignatureInvalid.selector, address(uint160(argument)), uint32(0)
            )
        );
        _ledger.act(id, t, Actions.CLAIM, argument, 1, 0);
        (_ticketId, _state) = (id, t);
        _batch(_signed(13, argument, _agent, 1, 0, uint64(T + 1 days), "", consent));
        assertEq(_ledger.ticketHash(id), t.hash(), "claimed without consent");
        vm.expectRevert();
        _ledger.actSigned(id, t, _signed(13, argument, _agent, 1, 0, uint64(T + 1 days), "", consent));
    }

    /// @notice More than a sequence can hold is never taken for what was seen.
    function testFuzz_WideSeenIsRefused(uint64 seen, uint8 action) external {
        seen = uint64(bound(seen, uint256(type(uint32).max) + 1, type(uint64).max));
        vm.assume(action != 13);
        vm.expectRevert(
            abi.encodeWithSelector(ISupportLedger.SeenInvalid.selector, type(uint32).max, uint32(0))
        );
        _ledger.act(_ticketId, _state, Action.wrap(action), 0, seen, "content");
    }

    /// @notice Escalating what cannot be escalated, what is stale and what does not exist skips it.
    function testFuzz_EscalationsAreSkipped(bytes32 other, uint40 time) external {
        vm.assume(other != _ticketId);
        vm.warp(time);
        TicketAt[] memory tickets = new TicketAt[](3);
        tickets[0] = TicketAt(other, _state);
        tickets[1] = TicketAt(_ticketId, Ticket(_state.parties, _state.work, _state.counters, other));
        tickets[2] = TicketAt(_ticketId, _state);
        Ticket[] memory next = _ledger.escalateBatch(tickets);
        assertEq(_ledger.ticketHash(_ticketId), next[2].hash());
        assertEq(next[0].hash(), _state.hash());
    }

    function _batch(SignedAction memory a) private returns (Ticket[] memory) {
        TicketActions[] memory groups = new TicketActions[](1);
        groups[0].ticketId = _ticketId;
        groups[0].state = _state;
        groups[0].actions = new SignedAction[](1);
        groups[0].actions[0] = a;
        return _ledger.actBatch(groups);
    }

    function _signed(
        uint8 action,
        uint256 argument,
        address actor,
        uint32 seen,
        bytes32 commitment,
        uint64 deadline,
        bytes memory signature,
        bytes memory consent
    ) private pure returns (SignedAction memory) {
        return SignedAction(
            Action.wrap(action), argument, actor, seen, commitment, deadline, signature, consent
        );
    }

    function _sign(SignedAction memory a, uint256 sequence) private view returns (bytes memory) {
        bytes32 structHash = keccak256(
            abi.encode(
                ACTION_TYPEHASH,
                _ticketId,
                _wordHash(Action.unwrap(a.action)),
                a.argument,
                a.actor,
                sequence,
                a.seen,
                a.commitment,
                a.deadline
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _ledger.domainSeparator(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_agentKey, digest);
        return abi.encodePacked(r, s, v);
    }

    function _wordHash(uint8 action) private pure returns (bytes32) {
        string[14] memory words = [
            "",
            "",
            "Reply",
            "Answer",
            "Note",
            "Assign",
            "Hold",
            "Resume",
            "Solve",
            "Close",
            "Rate",
            "",
            "Repolicy",
            "Claim"
        ];
        return keccak256(bytes(action < 14 ? words[action] : "Claim"));
    }

    function _withHighS(bytes memory signature) private pure returns (bytes memory bent) {
        (bytes32 r, uint256 s) = (_word(signature, 0), uint256(_word(signature, 32)));
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        return abi.encodePacked(r, order - s, uint8(signature[64]) == 27 ? uint8(28) : uint8(27));
    }

    function _word(bytes memory data, uint256 at) private pure returns (bytes32 word) {
        for (uint256 i = 0; i < 32; ++i) {
            word = (word << 8) | bytes32(uint256(uint8(data[at + i])));
        }
    }
}
