// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Given, GivenOpening, LifecycleHarness} from "../../contracts/testing/LifecycleHarness.sol";
import {AgentWord} from "../../contracts/types/Agent.sol";
import {BusinessHours} from "../../contracts/types/BusinessHours.sol";
import {Policy, PolicyWord} from "../../contracts/types/Policy.sol";
import {Test} from "forge-std/Test.sol";

/// @title The lifecycle in Solidity decides as the one in Python
/// @notice tests/vectors/lifecycle.txt says what Python decides; its head says how it is written.
contract LifecycleVectorsTest is Test {
    string private constant FILE = "tests/vectors/lifecycle.txt";

    LifecycleHarness private _harness = new LifecycleHarness();

    // The tables of the file, numbered from 1; number 0 is the zero value.
    mapping(uint256 number => address) private _accounts;
    mapping(uint256 number => uint256) private _agents;
    mapping(uint256 number => Policy) private _policies;
    mapping(uint256 number => uint256) private _arguments;
    mapping(uint256 number => bytes) private _states;
    mapping(bytes1 letter => uint256) private _counts;

    /// @notice Every case of the file comes out alike, to the byte: new state, or error with its arguments.
    function test_DecidesEveryCaseAsPythonDoes() external {
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        while (true) {
            string memory line = vm.readLine(FILE);
            if (bytes(line).length == 0) break;
            if (bytes(line)[0] != "#") _take(line);
            // Thousands of lines would make memory, and so the test, needlessly dear.
            assembly {
                mstore(0x40, free)
            }
        }
        assertGt(_counts["T"], 8000, "transitions");
        assertGt(_counts["O"], 200, "openings");
        assertGt(_counts["H"], 100, "deadlines");
    }

    function _take(string memory line) private {
        bytes1 letter = bytes(line)[0];
        bytes memory data = _bytesOf(line);
        uint256 number = ++_counts[letter];
        if (letter == "W") _accounts[number] = address(bytes20(data));
        else if (letter == "A") _agents[number] = _number(data, 0, 32);
        else if (letter == "G") _arguments[number] = _number(data, 0, 32);
        else if (letter == "P") _policies[number] = abi.decode(data, (Policy));
        else if (letter == "S") _states[number] = data;
        else if (letter == "T") _checkTransition(data, line);
        else if (letter == "O") _checkOpening(data, line);
        else if (letter == "H") _checkDeadline(data, line);
        else revert(string.concat("unknown line: ", line));
    }

    function _checkTransition(bytes memory d, string memory line) private view {
        Given memory g;
        (g.parties, g.work, g.counters, g.head) =
            abi.decode(_states[_number(d, 0, 2)], (uint256, uint256, uint256, bytes32));
        g.policy = _policies[_number(d, 2, 1)];
        g.proposed = _policies[_number(d, 3, 1)];
        g.agent = AgentWord.wrap(_agents[_number(d, 4, 1)]);
        g.assignee = AgentWord.wrap(_agents[_number(d, 5, 1)]);
        g.supervisor = _number(d, 6, 1) == 1;
        g.successor = _accounts[_number(d, 7, 1)];
        g.action = uint8(_number(d, 8, 1));
        g.auth = uint8(_number(d, 9, 1));
        g.actor = _accounts[_number(d, 10, 1)];
        g.argument = _arguments[_number(d, 11, 1)];
        g.commitment = _number(d, 12, 1) == 0 ? bytes32(0) : keccak256("commitment");
        g.seen = uint32(_number(d, 13, 4));
        g.time = uint40(_number(d, 17, 5));
        (bytes memory refusal, bytes32[4] memory next,) = _harness.transition(g);
        _same(d, 22, refusal, next, line);
    }

    function _checkOpening(bytes memory d, string memory line) private view {
        GivenOpening memory g;
        g.ticketId = keccak256("ticket");
        g.policy = _policies[_number(d, 0, 1)];
        g.number = uint16(_number(d, 1, 2));
        uint256 terms = _number(d, 3, 1);
        g.terms = terms == 0 ? bytes32(0) : terms == 1 ? g.policy.terms : keccak256("other");
        g.agent = AgentWord.wrap(_agents[_number(d, 4, 1)]);
        g.auth = uint8(_number(d, 5, 1));
        g.opener = _accounts[_number(d, 6, 1)];
        g.customer = _accounts[_number(d, 7, 1)];
        g.sender = _accounts[_number(d, 8, 1)];
        g.commitment = _number(d, 9, 1) == 0 ? bytes32(0) : keccak256("commitment");
        g.time = uint40(_number(d, 10, 5));
        (bytes memory refusal, bytes32[4] memory next) = _harness.open(g);
        _same(d, 18, refusal, next, line);
    }

    function _checkDeadline(bytes memory d, string memory line) private view {
        BusinessHours openHours = BusinessHours.wrap(_number(d, 0, 23));
        uint256 actual = _harness.deadline(openHours, _number(d, 23, 5), _number(d, 28, 5));
        assertEq(_number(d, 33, 5), actual, line);
    }

    /// @dev 32 bytes are the hash of the new state, anything else is the error.
    function _same(
        bytes memory d,
        uint256 at,
        bytes memory refusal,
        bytes32[4] memory next,
        string memory line
    ) private pure {
        bytes memory actual = refusal.length != 0 ? refusal : abi.encode(keccak256(abi.encode(next)));
        bytes memory expected = new bytes(d.length - at);
        for (uint256 i = 0; i < expected.length; ++i) {
            expected[i] = d[at + i];
        }
        assertEq(expected, actual, line);
    }

    function _bytesOf(string memory line) private pure returns (bytes memory) {
        bytes memory text = bytes(line);
        bytes memory digits = new bytes(text.length - 2);
        for (uint256 i = 0; i < digits.length; ++i) {
            digits[i] = text[i + 2];
        }
        return vm.parseBytes(string.concat("0x", string(digits)));
    }

    function _number(bytes memory d, uint256 at, uint256 size) private pure returns (uint256 value) {
        for (uint256 i = 0; i < size; ++i) {
            value = (value << 8) | uint8(d[at + i]);
        }
    }
}
