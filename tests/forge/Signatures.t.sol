// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SupportLedger} from "../../contracts/SupportLedger.sol";
import {Opening} from "../../contracts/types/Opening.sol";
import {Ask, Driver} from "./Driver.sol";
import {Terms} from "./Rules.sol";
import {ANSWER, REPLY, State, Words, read} from "./State.sol";

/// @title Signatures, altered in any way, on any chain
contract SignaturesTest is Driver {
    uint256 private constant KEY = 0xA11CE;
    address private immutable _customer = vm.addr(KEY);

    function setUp() external {
        vm.warp(1_700_000_000);
        ledger = new SupportLedger(address(this));
        ledger.grantRole(keccak256("CERTIFIER_ROLE"), address(this));
        ledger.grantRole(keccak256("SUPERVISOR_ROLE"), address(this));
        _publish(address(this), Terms(1 hours, 1 hours, 1 days, 600, 7 days, 0, 2, 1));
    }

    /// @notice The digest is the one of the standard, computed here in the words of the design.
    function test_AcceptsWhatTheStandardSays() external {
        (bytes32 ticketId, Words memory state) = _opened();
        Ask memory a = _reply(ticketId, 1);
        (bool ok, Words memory next) = _act(address(1), ticketId, state, a);
        assertTrue(ok);
        assertEq(2, read(next).unseen);
    }

    /// @notice No other signature is accepted, of whatever bytes and length.
    function testFuzz_RefusesAnyOtherSignature(bytes calldata signature) external {
        (bytes32 ticketId, Words memory state) = _opened();
        Ask memory a = _reply(ticketId, 1);
        vm.assume(keccak256(signature) != keccak256(a.signature) && signature.length != 0);
        a.signature = signature;
        (bool ok,) = _act(address(1), ticketId, state, a);
        assertFalse(ok);
    }

    /// @notice One flipped bit, in what was signed or in the signature, and it is refused.
    function testFuzz_RefusesAnyFlippedBit(uint256 field, uint256 bit) external {
        (bytes32 ticketId, Words memory state) = _opened();
        Ask memory a = _reply(ticketId, 1);
        field = bound(field, 0, 5);
        if (field == 0) a.argument ^= 1 << bit % 160;
        if (field == 1) a.seen ^= uint32(1 << bit % 32);
        if (field == 2) a.commitment ^= bytes32(1 << bit % 256);
        if (field == 3) a.deadline ^= uint64(1 << bit % 40);
        if (field == 4) a.signature[bit % 65] ^= bytes1(uint8(1 << (bit >> 8) % 8));
        if (field == 5) a.action ^= uint8(1 << bit % 8);
        (bool ok,) = _act(address(1), ticketId, state, a);
        assertFalse(ok);
    }

    /// @notice Nobody else's key signs for the customer.
    function testFuzz_RefusesAnyOtherKey(uint256 key) external {
        key = bound(key, 1, type(uint128).max);
        vm.assume(key != KEY);
        (bytes32 ticketId, Words memory state) = _opened();
        Ask memory a = _reply(ticketId, 1);
        a.signature = _sign(key, _actionDigest(ticketId, a, 1));
        (bool ok,) = _act(address(1), ticketId, state, a);
        assertFalse(ok);
    }

    /// @notice Only the present sequence is good.
    function testFuzz_RefusesAnyOtherSequence(uint32 sequence) external {
        vm.assume(sequence != 1);
        (bytes32 ticketId, Words memory state) = _opened();
        (bool ok,) = _act(address(1), ticketId, state, _reply(ticketId, sequence));
        assertFalse(ok);
    }

    /// @notice A signature is good until its deadline, which is at most thirty days away.
    function testFuzz_IsGoodUntilItsDeadline(uint40 deadline) external {
        (bytes32 ticketId, Words memory state) = _opened();
        Ask memory a = _reply(ticketId, 1);
        a.deadline = deadline;
        a.signature = _sign(KEY, _actionDigest(ticketId, a, 1));
        (bool ok,) = _act(address(1), ticketId, state, a);
        assertEq(block.timestamp <= deadline && deadline <= block.timestamp + 30 days, ok);
    }

    /// @notice If the chain splits, a signature for one side is none on the other; ids stay what they were.
    function test_RebuildsItsDomainWhenTheChainIdChanges() external {
        (bytes32 ticketId, Words memory state) = _opened();
        Ask memory before = _reply(ticketId, 1);
        bytes32 separator = ledger.domainSeparator();

        vm.chainId(777);
        assertNotEq(separator, ledger.domainSeparator());
        (bool ok,) = _act(address(1), ticketId, state, before);
        assertFalse(ok, "a signature of the other side");
        (ok, state) = _act(address(1), ticketId, state, _reply(ticketId, 1));
        assertTrue(ok, "a signature of this side");

        (, bytes32 other,) = _open(_customer, 1, keccak256("second"), false);
        bytes32 tag = keccak256("supportledger.ticket.v1");
        assertEq(keccak256(abi.encode(tag, 31_337, address(ledger), _customer, keccak256("second"))), other);
    }

    /// @notice An opening is accepted as signed, and in no other way.
    function testFuzz_OpensOnlyAsSigned(uint256 field, uint256 bit) external {
        bytes32 terms = ledger.policyOf(1).terms;
        Opening memory o =
            Opening(_customer, _customer, 1, terms, keccak256("content"), uint64(block.timestamp + 1 hours));
        bytes memory signature = _sign(KEY, _openDigest(o));
        field = bound(field, 0, 6);
        if (field == 0) (o.opener, o.customer) = (address(this), address(this));
        if (field == 1) o.customer = address(uint160(o.customer) ^ uint160(1 << bit % 160));
        if (field == 2) o.policy ^= uint16(1 << bit % 16);
        if (field == 3) o.terms ^= bytes32(1 << bit % 256);
        if (field == 4) o.commitment ^= bytes32(1 << bit % 256);
        if (field == 5) o.deadline ^= uint64(1 << bit % 64);
        if (field != 6) vm.expectRevert();
        ledger.openSigned(o, signature);
    }

    /// @notice A staff signature is not a customer's, though the sequences be alike.
    function test_KeepsLanesApart() external {
        (bytes32 ticketId, Words memory state) = _opened();
        Ask memory a = _reply(ticketId, 1);
        a.action = ANSWER;
        a.signature = _sign(KEY, _actionDigest(ticketId, a, 1));
        (bool ok,) = _act(address(1), ticketId, state, a);
        assertFalse(ok);
    }

    function _opened() private returns (bytes32 ticketId, Words memory state) {
        bool ok;
        (ok, ticketId, state) = _open(_customer, 1, keccak256("content"), false);
        assertTrue(ok);
        State memory s = read(state);
        assertEq(_customer, s.customer);
    }

    function _reply(bytes32 ticketId, uint256 sequence) private view returns (Ask memory a) {
        a.action = REPLY;
        a.actor = _customer;
        a.commitment = keccak256("more");
        a.deadline = uint64(block.timestamp + 1 hours);
        a.signature = _sign(KEY, _actionDigest(ticketId, a, sequence));
    }
}
