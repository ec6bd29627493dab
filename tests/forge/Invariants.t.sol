// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SupportLedger} from "../../contracts/SupportLedger.sol";
import {Handler} from "./Handler.sol";
import {ANSWERED, CLAIM, LATE_FIRST, LATE_NEXT, LATE_RESOLVE, REPLY, State, read} from "./State.sol";
import {Test} from "forge-std/Test.sol";

/// @title What is always so
/// @notice The numbers are those of tests/invariant/README.md.
contract InvariantsTest is Test {
    Handler private _handler;
    SupportLedger private _ledger;

    function setUp() external {
        _handler = new Handler();
        _ledger = SupportLedger(vm.computeCreateAddress(address(_handler), 1));
        targetContract(address(_handler));
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = Handler.open.selector;
        selectors[1] = Handler.act.selector;
        selectors[2] = Handler.push.selector;
        selectors[3] = Handler.warp.selector;
        selectors[4] = Handler.batch.selector;
        selectors[5] = Handler.escalateAll.selector;
        selectors[6] = Handler.replay.selector;
        selectors[7] = Handler.change.selector;
        targetSelector(FuzzSelector(address(_handler), selectors));
    }

    /// @notice One walk for all of them: a function of its own for each would walk as often.
    function invariant_AllHold() external view {
        // 1-3, 5-16: whatever was accepted keeps every rule, and whatever was refused left no trace.
        assertEq("", _handler.broken());
        for (uint256 i = 0; i < _handler.count(); ++i) {
            bytes32 ticketId = _handler.ids(i);
            Handler.Ghost memory g = _handler.ghost(ticketId);
            State memory t = read(g.words);
            _countsWhatWasAccepted(g, t);
            _remembersLateness(g, t);
            // 17: every slot holds the hash of the state that follows from what was accepted.
            assertEq(keccak256(abi.encode(g.words)), _ledger.ticketHash(ticketId));
        }
    }

    /// @dev 4: sequences count exactly the accepted actions of their lane, entries all of them.
    function _countsWhatWasAccepted(Handler.Ghost memory g, State memory t) private pure {
        assertEq(g.customers, t.customerSeq, "customers");
        assertEq(g.staffs, t.staffSeq, "staff");
        assertEq(g.entries, t.entries, "entries");
    }

    /// @dev 3: what was late once is on record for ever, and nothing else is.
    function _remembersLateness(Handler.Ghost memory g, State memory t) private pure {
        assertEq(g.lateEver, t.flags & (LATE_FIRST | LATE_NEXT | LATE_RESOLVE));
        if (t.flags & LATE_NEXT != 0) assertNotEq(0, t.flags & ANSWERED);
    }

    /// @notice The handler is not idle: a long walk accepts every action, refuses some, and tries all the rest.
    function test_HandlerReachesEverything() external {
        for (uint256 i = 0; i < 3000; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            uint256 what = seed >> 128 & 31;
            if (what < 2) _handler.open(seed);
            else if (what < 14) _handler.act(seed);
            else if (what < 18) _handler.push(seed);
            else if (what < 23) _handler.warp(seed);
            else if (what < 26) _handler.batch(seed);
            else if (what < 27) _handler.escalateAll(seed);
            else if (what < 30) _handler.replay(seed);
            else _handler.change(seed);
            // Tickets end: go on with new ones, and new agents.
            if (i % 300 == 299) _renew();
        }
        for (uint8 action = REPLY; action <= CLAIM; ++action) {
            assertGt(_accepted[action], 0, vm.toString(action));
            assertGt(_refused[action], 0, vm.toString(action));
        }
        assertGt(_replays, 100);
        assertGt(_batches, 100);
        assertGt(_changes, 100);
    }

    mapping(uint8 action => uint256) private _accepted;
    mapping(uint8 action => uint256) private _refused;
    uint256 private _replays;
    uint256 private _batches;
    uint256 private _changes;

    function _renew() private {
        assertEq("", _handler.broken());
        for (uint8 action = REPLY; action <= CLAIM; ++action) {
            _accepted[action] += _handler.accepted(action);
            _refused[action] += _handler.refused(action);
        }
        _replays += _handler.replaysTried();
        _batches += _handler.batches();
        _changes += _handler.changes();
        _handler = new Handler();
    }
}
