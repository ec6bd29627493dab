// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SupportLedger} from "../../contracts/SupportLedger.sol";
import {ISupportLedger} from "../../contracts/interfaces/ISupportLedger.sol";
import {Act, SignedAct, TicketActs, TicketAt} from "../../contracts/types/Act.sol";
import {Ask, Driver} from "./Driver.sol";
import {Terms} from "./Rules.sol";
import {Words, words} from "./State.sol";

/// @title What a customer or an agent may put into a batch
/// @notice Nothing that they control fails it, or changes a ticket without their right to.
contract HostileItemsTest is Driver {
    uint256 private constant T = 1_700_000_000;
    uint256 private constant AGENT_KEY = 0xa9e47;
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    bytes32 private _ticketId;
    Words private _state;
    address private _agent = vm.addr(AGENT_KEY);

    function setUp() external {
        vm.warp(T);
        ledger = new SupportLedger(address(this));
        ledger.grantRole(ledger.CERTIFIER_ROLE(), address(this));
        ledger.grantRole(ledger.SUPERVISOR_ROLE(), address(this));
        _certify(address(this), _agent, 1);
        _publish(address(this), Terms(1 hours, 1 hours, 1 days, 600, 7 days, 0, 2, 1));
        (, _ticketId, _state) = _open(address(this), 1, "commitment", false);
    }

    /// @notice Any item at all, with any signature, at any time: the batch goes on and the ticket stays as it was.
    function testFuzz_RefusedItemsChangeNothing(SignedAct memory a, uint40 time) external {
        vm.assume(a.actor != address(this) || a.r != 0);
        vm.warp(time);
        bytes32[4][] memory next = _relay(a);
        assertEq(ledger.ticketHash(_ticketId), _hash(next[0]), "the state returned");
        assertEq(ledger.ticketHash(_ticketId), _hash(words(_state)), "the state stored");
    }

    /// @notice Well-formed signatures by a key of any action, argument and reading, also when the clock went back.
    function testFuzz_SignedItemsNeverFailTheBatch(uint8 action, uint160 argument, uint32 seen, uint32 back)
        external
    {
        vm.warp(T - (back % 1 hours));
        Ask memory a = _ask(action % 16, argument, seen % 3, uint64(block.timestamp + 1 days));
        a.signature = _sign(AGENT_KEY, _actionDigest(_ticketId, a, 1));
        bytes32[4][] memory next = _relay(_signed(a));
        assertEq(ledger.ticketHash(_ticketId), _hash(next[0]));
    }

    /// @notice An answer by signature is accepted once; again, or with any other v, r or s, it is not.
    function testFuzz_BentSignaturesAreSkipped(bool high, uint256 bit) external {
        Ask memory a = _ask(3, 2, 1, uint64(T + 1 days));
        a.signature = _sign(AGENT_KEY, _actionDigest(_ticketId, a, 1));
        SignedAct memory good = _signed(a);
        SignedAct memory bent = _signed(a);
        if (high) {
            // The same signature with the other s: its highest bit is not the one that says v.
            uint256 s = ORDER - (uint256(good.vs) & (type(uint256).max >> 1));
            bent.vs = bytes32(s);
        } else if (bit % 512 < 256) {
            bent.r ^= bytes32(1 << bit % 256);
        } else {
            bent.vs ^= bytes32(1 << bit % 256);
        }
        _relay(bent);
        assertEq(ledger.ticketHash(_ticketId), _hash(words(_state)), "a bent signature was accepted");

        bytes32[4][] memory next = _relay(good);
        assertTrue(ledger.ticketHash(_ticketId) != _hash(words(_state)), "the good one was refused");
        _state = Words(uint256(next[0][0]), uint256(next[0][1]), uint256(next[0][2]), next[0][3]);
        _relay(good);
        assertEq(ledger.ticketHash(_ticketId), _hash(next[0]), "replayed");
    }

    /// @notice Bits of an act that mean nothing change nothing: neither what is done nor what was signed.
    function testFuzz_BitsWithoutMeaningAreIgnored(uint8 low, uint8 high) external {
        Ask memory a = _ask(3, 2, 1, uint64(T + 1 days));
        a.signature = _sign(AGENT_KEY, _actionDigest(_ticketId, a, 1));
        uint256 snapshot = vm.snapshotState();
        bytes32[4][] memory plain = _relay(_signed(a));
        vm.revertToState(snapshot);
        SignedAct memory odd = _signed(a);
        odd.what = Act.wrap(Act.unwrap(odd.what) | bytes32((uint256(low) << 72) | (uint256(high) << 88)));
        assertEq(_hash(plain[0]), _hash(_relay(odd)[0]));
    }

    /// @notice A claim is neither sent directly nor part of a batch; nor does an agent claim without the customer's consent.
    function testFuzz_NoClaimWithoutConsent(uint160 argument, bytes memory consent) external {
        (, bytes32 id, Words memory t) = _open(_agent, 1, "keyless", true);
        Ask memory a = _ask(13, argument, 1, uint64(T + 1 days));
        bytes memory refusal =
            abi.encodeWithSelector(ISupportLedger.SignatureInvalid.selector, address(argument), uint32(0));

        vm.expectRevert(refusal);
        vm.prank(_agent);
        ledger.act(id, words(t), _what(a), 0);

        a.signature = _sign(AGENT_KEY, _actionDigest(id, a, 1));
        vm.expectRevert(refusal);
        ledger.actSigned(_signed(a), id, words(t));

        (_ticketId, _state) = (id, t);
        _relay(_signed(a));
        assertEq(ledger.ticketHash(id), _hash(words(t)), "claimed in a batch");

        vm.assume(argument > 9); // precompiles are no customers
        vm.expectRevert();
        ledger.actApproved(id, words(t), _what(a), _agent, 0, a.signature, consent);
    }

    /// @notice Escalating what cannot be escalated, what is stale and what does not exist skips it.
    function testFuzz_EscalationsAreSkipped(bytes32 other, uint40 time) external {
        vm.assume(other != _ticketId && other != _state.head);
        vm.warp(time);
        Words memory stale = Words(_state.parties, _state.work, _state.counters, other);
        TicketAt[] memory tickets = new TicketAt[](3);
        tickets[0] = TicketAt(other, words(_state));
        tickets[1] = TicketAt(_ticketId, words(stale));
        tickets[2] = TicketAt(_ticketId, words(_state));
        bytes32[4][] memory next = ledger.escalateBatch(tickets);
        assertEq(ledger.ticketHash(_ticketId), _hash(next[2]));
        assertEq(_hash(next[1]), _hash(words(stale)));
        assertEq(_hash(next[0]), _hash(words(_state)));
    }

    /// @notice In a batch each ticket's state comes back at its place, whatever became of those beside it.
    function testFuzz_StatesComeBackInOrder(uint8 accepted) external {
        TicketActs[] memory groups = new TicketActs[](8);
        for (uint256 i = 0; i < 8; ++i) {
            (, bytes32 id, Words memory t) = _open(address(this), 1, bytes32(i + 1), false);
            Ask memory a = _ask(3, 2, 1, uint64(T + 1 days));
            // What is not accepted here was signed for another sequence.
            a.signature = _sign(AGENT_KEY, _actionDigest(id, a, (accepted >> i) & 1 == 1 ? 1 : 2));
            groups[i] = TicketActs(id, words(t), new SignedAct[](1));
            groups[i].acts[0] = _signed(a);
        }
        bytes32[4][] memory next = ledger.actBatch(groups);
        assertEq(8, next.length);
        for (uint256 i = 0; i < 8; ++i) {
            assertEq(ledger.ticketHash(groups[i].ticketId), _hash(next[i]));
            assertEq((accepted >> i) & 1 == 1, _hash(next[i]) != _hash(groups[i].state));
        }
    }

    function _relay(SignedAct memory a) private returns (bytes32[4][] memory) {
        TicketActs[] memory groups = new TicketActs[](1);
        groups[0] = TicketActs(_ticketId, words(_state), new SignedAct[](1));
        groups[0].acts[0] = a;
        return ledger.actBatch(groups);
    }

    function _ask(uint8 action, uint160 argument, uint32 seen, uint64 deadline)
        private
        view
        returns (Ask memory)
    {
        return Ask(action, _agent, argument, seen, "content", deadline, "", "");
    }

    function _hash(bytes32[4] memory state) private pure returns (bytes32) {
        return keccak256(abi.encode(state));
    }
}
