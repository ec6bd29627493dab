// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Action} from "../../contracts/types/Action.sol";
import {AgentWord} from "../../contracts/types/Agent.sol";
import {Auth} from "../../contracts/types/Auth.sol";
import {BusinessHours} from "../../contracts/types/BusinessHours.sol";
import {Entry, Opening} from "../../contracts/types/Entry.sol";
import {Context, Lifecycle} from "../../contracts/types/Lifecycle.sol";
import {Policy, PolicyWord} from "../../contracts/types/Policy.sol";
import {Ticket} from "../../contracts/types/Ticket.sol";
import {Test} from "forge-std/Test.sol";

/// @notice Every case of tests/vectors/lifecycle.txt, which the Python twin made and which documents its format.
contract LifecycleTest is Test {
    string private constant FILE = "tests/vectors/lifecycle.txt";
    bytes32 private constant TICKET = keccak256("ticket");
    bytes32 private constant COMMITMENT = keccak256("commitment");
    bytes32 private constant OTHER = keccak256("other");

    address[] private _accounts = [address(0)];
    AgentWord[] private _agents = [AgentWord.wrap(0)];
    uint256[] private _arguments = [0];
    Policy[] private _policies;
    Ticket[] private _states;

    /// @dev A record and how much of it was read.
    struct Reader {
        bytes data;
        uint256 at;
    }

    /// @notice The contract decides every case as its twin does.
    function test_DecidesEveryCaseAsTheTwinDoes() external {
        _policies.push();
        _states.push();
        uint256 cases = 0;
        for (string memory line = vm.readLine(FILE); bytes(line).length != 0; line = vm.readLine(FILE)) {
            if (this.checkRecord(line)) ++cases;
            // Lines are many, and memory is dear: each takes the place of the one before.
            assembly ("memory-safe") {
                mstore(0x40, line)
            }
        }
        assertGt(cases, 9000);
    }

    /// @notice Keep a row of a table, or check a case: in a call of its own, whose memory is then free.
    function checkRecord(string calldata line) external returns (bool isCase) {
        bytes1 letter = bytes(line)[0];
        if (letter == "#") return false;
        Reader memory r = Reader(vm.parseBytes(string.concat("0x", string(bytes(line)[2:]))), 0);
        isCase = letter == "T" || letter == "O" || letter == "H";
        if (letter == "W") _accounts.push(address(uint160(_take(r, 20))));
        else if (letter == "A") _agents.push(AgentWord.wrap(_take(r, 32)));
        else if (letter == "G") _arguments.push(_take(r, 32));
        else if (letter == "P") _policies.push(abi.decode(r.data, (Policy)));
        else if (letter == "S") _states.push(abi.decode(r.data, (Ticket)));
        else if (letter == "T") _checkTransition(r);
        else if (letter == "O") _checkOpening(r);
        else _checkDeadline(r);
    }

    function _checkTransition(Reader memory r) private view {
        Ticket memory t = _states[_take(r, 2)];
        Context memory c;
        Policy memory policy = _policies[_take(r, 1)];
        c.policy = policy.word;
        c.openHours = policy.openHours;
        Policy memory proposed = _policies[_take(r, 1)];
        c.change = new Policy[](2);
        (c.change[0], c.change[1]) = (policy, proposed);
        c.agent = _agents[_take(r, 1)];
        c.assignee = _agents[_take(r, 1)];
        c.supervisor = _take(r, 1) == 1;
        c.successor = _accounts[_take(r, 1)];
        Entry memory e;
        e.action = Action.wrap(uint8(_take(r, 1)));
        e.auth = Auth.wrap(uint8(_take(r, 1)));
        e.actor = _accounts[_take(r, 1)];
        e.argument = _arguments[_take(r, 1)];
        if (_take(r, 1) == 1) e.commitment = COMMITMENT;
        e.seen = _take(r, 4);
        c.time = _take(r, 5);

        // Without the policy, where none is asked, the outcome is the same.
        if (!Lifecycle.asksPolicy(t, e, c.time)) {
            c.policy = PolicyWord.wrap(0);
            c.openHours = BusinessHours.wrap(0);
        }
        bytes32 head = t.head;
        (bytes memory refusal,) = Lifecycle.transition(t, e, c);
        if (refusal.length != 0) assertEq(head, t.head);
        assertEq(_rest(r), refusal.length == 0 ? abi.encode(t.hash()) : refusal);
    }

    function _checkOpening(Reader memory r) private view {
        Policy memory policy = _policies[_take(r, 1)];
        Opening memory o;
        o.policy = uint16(_take(r, 2));
        uint256 terms = _take(r, 1);
        if (terms == 1) o.terms = policy.terms;
        else if (terms == 2) o.terms = OTHER;
        AgentWord agent = _agents[_take(r, 1)];
        Auth auth = Auth.wrap(uint8(_take(r, 1)));
        o.opener = _accounts[_take(r, 1)];
        o.customer = _accounts[_take(r, 1)];
        address sender = _accounts[_take(r, 1)];
        if (_take(r, 1) == 1) o.commitment = COMMITMENT;
        uint256 time = _take(r, 5);
        _take(r, 3);

        bytes memory refusal = Lifecycle.admitOpening(o, auth, policy, agent, time, sender);
        Ticket memory t;
        if (refusal.length == 0) Lifecycle.opening(t, TICKET, o, auth, policy, agent, time);
        assertEq(_rest(r), refusal.length == 0 ? abi.encode(t.hash()) : refusal);
    }

    function _checkDeadline(Reader memory r) private pure {
        BusinessHours openHours = BusinessHours.wrap(_take(r, 23));
        (uint256 start, uint256 duration) = (_take(r, 5), _take(r, 5));
        assertEq(_take(r, 5), openHours.deadline(start, duration));
    }

    function _take(Reader memory r, uint256 width) private pure returns (uint256 value) {
        for (uint256 end = r.at + width; r.at < end; ++r.at) {
            value = (value << 8) | uint8(r.data[r.at]);
        }
    }

    function _rest(Reader memory r) private pure returns (bytes memory rest) {
        rest = new bytes(r.data.length - r.at);
        for (uint256 i = 0; i < rest.length; ++i) {
            rest[i] = r.data[r.at + i];
        }
    }
}
