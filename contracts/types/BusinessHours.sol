// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The hours of the week in which a policy's clocks run; 0 means all of them.
/// @dev Bits 0-167: a mask, bit 0 = Monday 00:00-01:00 local time. Bits 168-183: int16, minutes east of UTC.
type BusinessHours is uint256;

/// @title Calendar
/// @notice Deadlines that count open hours only. `supportledger.model.sla` is the reference.
library Calendar {
    uint256 internal constant HOURS_PER_WEEK = 168;
    uint256 private constant MASK = (1 << 168) - 1;
    uint256 private constant WEEK = 168 hours;
    uint256 private constant EPOCH_HOUR = 72; // 1970-01-01 00:00 was the 72nd hour of its week: a Thursday
    int256 private constant MOST_WEST = -12 * 60;
    int256 private constant MOST_EAST = 14 * 60;

    function isSet(BusinessHours hours_) internal pure returns (bool) {
        return BusinessHours.unwrap(hours_) != 0;
    }

    /// @notice Whether the word says "all hours" (0), or names at least one hour, a real offset and nothing else.
    function isValid(BusinessHours hours_) internal pure returns (bool) {
        uint256 word = BusinessHours.unwrap(hours_);
        if (word == 0) return true;
        int256 offset = int16(uint16(word >> 168));
        return word & MASK != 0 && word >> 184 == 0 && offset >= MOST_WEST && offset <= MOST_EAST;
    }

    /// @notice The earliest instant at which the open time since *start* reaches *duration*.
    /// @param duration Seconds. 0 means "no promise" and gives 0, "never".
    function deadline(BusinessHours hours_, uint256 start, uint256 duration) internal pure returns (uint256) {
        if (duration == 0) return 0;
        if (!isSet(hours_)) return start + duration;

        uint256 mask = BusinessHours.unwrap(hours_) & MASK;
        int256 offset = int256(int16(uint16(BusinessHours.unwrap(hours_) >> 168))) * 1 minutes;
        // No time here leaves 40 bits and no duration 32.
        unchecked {
            // Whole weeks first, always leaving something to walk: the deadline falls in an open hour or at its end.
            uint256 openPerWeek = _popcount(mask) * 1 hours;
            uint256 weeksAhead = (duration - 1) / openPerWeek;
            uint256 left = duration - weeksAhead * openPerWeek;
            uint256 time = start + weeksAhead * WEEK;

            uint256 localTime = uint256(int256(time + WEEK) + offset); // a week ahead, so that it is never negative
            uint256 hour = localTime / 1 hours + EPOCH_HOUR;
            uint256 untilNextHour = 1 hours - localTime % 1 hours;
            while (true) {
                if ((mask >> (hour % HOURS_PER_WEEK)) & 1 == 1) {
                    if (left <= untilNextHour) return time + left;
                    left -= untilNextHour;
                }
                time += untilNextHour;
                untilNextHour = 1 hours;
                ++hour;
            }
        }
        // Unreachable: a walk of one week from any instant passes every open hour.
        return 0;
    }

    function _popcount(uint256 mask) private pure returns (uint256 count) {
        for (; mask != 0; mask &= mask - 1) {
            ++count;
        }
    }
}

using Calendar for BusinessHours global;
