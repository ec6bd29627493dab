// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {LifecycleHarness} from "../../contracts/testing/LifecycleHarness.sol";
import {BusinessHours} from "../../contracts/types/BusinessHours.sol";
import {Test} from "forge-std/Test.sol";

/// @title Deadlines in business hours
/// @notice The definition itself, counted hour by hour: the earliest instant at which the open time reaches the duration.
/// @dev The vector file holds the same function to its Python reference: see Lifecycle.t.sol.
contract BusinessHoursTest is Test {
    uint256 private constant MASK = (1 << 168) - 1;

    LifecycleHarness private _harness = new LifecycleHarness();

    /// @notice At the deadline exactly the duration was open, a second before it one second less.
    function testFuzz_IsTheEarliestInstant(uint256 mask, int256 east, uint256 start, uint256 duration)
        external
        view
    {
        (BusinessHours hours_, int256 offset) = _hours(mask, east);
        start = bound(start, 0, 4_000_000_000);
        duration = bound(duration, 1, 3 weeks);
        // Few open hours and a long duration would be years of hours to count here.
        uint256 openHours = _count(BusinessHours.unwrap(hours_) & MASK);
        vm.assume(duration / 1 hours / openHours < 60);

        uint256 deadline = _harness.deadline(hours_, start, duration);

        assertEq(duration, _openTime(hours_, offset, start, deadline));
        assertEq(duration - 1, _openTime(hours_, offset, start, deadline - 1));
    }

    /// @notice A longer promise never ends earlier, nor one that begins later.
    function testFuzz_IsMonotone(uint256 mask, int256 east, uint256 start, uint256 duration, uint256 more)
        external
        view
    {
        (BusinessHours hours_,) = _hours(mask, east);
        start = bound(start, 0, 4_000_000_000);
        duration = bound(duration, 1, type(uint32).max - 1);
        more = bound(more, 0, type(uint32).max - duration);
        uint256 deadline = _harness.deadline(hours_, start, duration);
        assertLt(start, deadline);
        assertLe(deadline, _harness.deadline(hours_, start, duration + more));
        assertLe(deadline, _harness.deadline(hours_, start + more, duration));
        assertLt(deadline, type(uint40).max, "it fits its field");
    }

    /// @notice 0 is never; and without hours all time counts.
    function testFuzz_KnowsNeverAndAlways(uint256 mask, int256 east, uint256 start, uint256 duration)
        external
        view
    {
        (BusinessHours hours_,) = _hours(mask, east);
        start = bound(start, 0, type(uint40).max);
        duration = bound(duration, 1, type(uint32).max);
        assertEq(0, _harness.deadline(hours_, start, 0));
        assertEq(0, _harness.deadline(BusinessHours.wrap(0), start, 0));
        assertEq(start + duration, _harness.deadline(BusinessHours.wrap(0), start, duration));
        assertEq(start + duration, _harness.deadline(BusinessHours.wrap(MASK), start, duration));
    }

    function _hours(uint256 mask, int256 east) private pure returns (BusinessHours, int256 offset) {
        offset = bound(east, -720, 840);
        mask &= MASK;
        if (mask == 0) mask = 1;
        return (BusinessHours.wrap(mask | (uint256(uint16(int16(offset))) << 168)), offset);
    }

    /// @dev Open seconds in [start, end), an hour of the week at a time.
    function _openTime(BusinessHours hours_, int256 offset, uint256 start, uint256 end)
        private
        pure
        returns (uint256 open)
    {
        uint256 mask = BusinessHours.unwrap(hours_) & MASK;
        for (uint256 at = start; at < end;) {
            // 1970-01-01 was a Thursday: three days after a Monday; and a week more, so that nothing is negative.
            uint256 localTime = uint256(int256(at) + offset * 1 minutes + 3 days + 1 weeks);
            uint256 next = at + 1 hours - localTime % 1 hours;
            if (next > end) next = end;
            if ((mask >> ((localTime % 1 weeks) / 1 hours)) & 1 == 1) open += next - at;
            at = next;
        }
    }

    function _count(uint256 mask) private pure returns (uint256 count) {
        for (; mask != 0; mask >>= 1) {
            count += mask & 1;
        }
    }
}
