// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SupportLedger} from "../../contracts/SupportLedger.sol";
import {AgentWord} from "../../contracts/types/Agent.sol";
import {Ask, Asks, Driver} from "./Driver.sol";
import {Rules, Step, Terms} from "./Rules.sol";
import {
    ANSWER,
    ASSIGN,
    CLAIM,
    CLOSE,
    ESCALATE,
    NOTE,
    RATE,
    REPLY,
    REPOLICY,
    RESUME,
    SOLVE,
    State,
    Words,
    isActive,
    read
} from "./State.sol";
import {Vm} from "forge-std/Vm.sol";

/// @title Handler
/// @notice Does to a ledger whatever people may try, and keeps a ghost of what must be so; see tests/invariant/README.md.
contract Handler is Driver {
    /// @dev What the ghost knows of a ticket besides its state: accepted actions of each lane, and all.
    struct Ghost {
        Words words;
        uint256 customers;
        uint256 staffs;
        uint256 entries;
        uint256 lateEver;
    }

    /// @dev A signature that was accepted once.
    struct Used {
        bytes32 ticketId;
        Ask ask;
    }

    uint256 private constant MOST_TICKETS = 8;
    bytes32 private constant SUPERVISOR_ROLE = keccak256("SUPERVISOR_ROLE");

    bytes32[] public ids;
    mapping(bytes32 ticketId => Ghost) private _ghosts;
    mapping(uint256 policy => Terms) private _terms;
    Used[] private _used;
    uint256[] private _keys;
    address[] private _addresses;
    address private immutable _certifier;

    /// @notice The first rule that was broken, or empty.
    string public broken;
    /// @notice Accepted and refused tries of each action, and of other things people do.
    mapping(uint8 action => uint256) public accepted;
    mapping(uint8 action => uint256) public refused;
    uint256 public replaysTried;
    uint256 public batches;
    uint256 public changes;
    uint256 private _contents;

    constructor() {
        vm.warp(1_700_000_000);
        ledger = new SupportLedger(address(this));
        _certifier = address(this);
        ledger.grantRole(keccak256("CERTIFIER_ROLE"), address(this));
        // 0-1 customers · 2-5 agents of tier 0, 1, 2, 2 · 6 a supervisor · 7 a stranger
        for (uint256 i = 0; i < 8; ++i) {
            _keys.push(uint256(keccak256(abi.encode("actor", i))));
            _addresses.push(vm.addr(_keys[i]));
        }
        ledger.grantRole(SUPERVISOR_ROLE, actor(6));
        for (uint256 i = 2; i < 6; ++i) {
            _certify(_certifier, actor(i), i == 5 ? 2 : i - 2);
        }
        _offer(Terms(1 hours, 30 minutes, 1 days, 600, 7 days, 2 hours, 3, 1));
        _offer(Terms(30 minutes, 10 minutes, 6 hours, 300, 8 days, 2 hours, 4, 2)); // stricter than the first
        _offer(Terms(0, 0, 0, 0, 1 days, 0, 0, 1)); // promises nothing
        _offer(Terms(1 hours, 30 minutes, 0, 600, 7 days, 2 hours, 3, 1)); // looser than the first
    }

    function actor(uint256 i) public view returns (address) {
        return _addresses[i % _addresses.length];
    }

    function count() external view returns (uint256) {
        return ids.length;
    }

    function ghost(bytes32 ticketId) external view returns (Ghost memory) {
        return _ghosts[ticketId];
    }

    // ------------------------------------------------------------------------------------------------ what people may try

    function open(uint256 seed) external {
        if (ids.length >= MOST_TICKETS) return;
        bool keyless = seed & 3 == 0;
        address by = actor(keyless ? 2 + (seed >> 8) % 4 : (seed >> 8) % 3);
        uint16 policy = uint16(1 + (seed >> 16) % 4);
        (bool ok, bytes32 ticketId, Words memory next) = _open(by, policy, _content(), keyless);
        if (!ok) return;
        ids.push(ticketId);
        Ghost storage g = _ghosts[ticketId];
        (g.words, g.customers, g.staffs, g.entries) = (next, 1, 1, 1);
    }

    function warp(uint256 seed) external {
        uint256[6] memory by = [uint256(1), 59, 10 minutes, 1 hours, 7 hours, 2 days];
        vm.warp(block.timestamp + by[seed % 6] + (seed >> 8) % 3);
    }

    /// @notice One action on one ticket, by whoever; sent or signed.
    function act(uint256 seed) external {
        if (ids.length == 0) return;
        bytes32 ticketId = ids[seed % ids.length];
        Ask memory a = _draw(ticketId, uint256(keccak256(abi.encode(seed, "ask"))));
        address sender = a.actor;
        if (seed >> 16 & 1 == 1 && a.action != ESCALATE) {
            _signWell(ticketId, a);
            sender = actor(7);
        }
        _try(ticketId, a, sender);
    }

    /// @notice The ticket's story goes on, so that all places of it are reached.
    function push(uint256 seed) external {
        if (ids.length == 0) return;
        bytes32 ticketId = ids[seed % ids.length];
        State memory b = read(_ghosts[ticketId].words);
        uint8[4] memory wish = [REPLY, ANSWER, SOLVE, uint8(seed >> 24 & 1 == 0 ? RATE : CLAIM)];
        Ask memory a = _ask(ticketId, wish[seed >> 16 & 3], b, uint256(keccak256(abi.encode(seed, "push"))));
        a.actor = a.action == REPLY || a.action == RATE
            ? (b.customer == address(0) ? actor(2) : b.customer)
            : actor(5);
        if (a.action == CLAIM) _signWell(ticketId, a);
        _try(ticketId, a, a.actor);
    }

    /// @notice Many late tickets at once.
    function escalateAll(uint256 seed) external {
        if (ids.length == 0) return;
        Words[] memory states = new Words[](ids.length);
        for (uint256 i = 0; i < ids.length; ++i) {
            states[i] = _ghosts[ids[i]].words;
        }
        address sender = actor(seed);
        vm.recordLogs();
        (bool ok, Words[] memory next) = _escalateBatch(sender, ids, states);
        if (!ok) return _report("14 a batch never fails");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < ids.length; ++i) {
            if (next[i].head == states[i].head) continue;
            Ask memory a;
            (a.action, a.actor) = (ESCALATE, sender);
            _record(ids[i], a, 0, _argumentOf(logs, ids[i]), next[i]);
        }
    }

    /// @notice Good and bad signed actions on some tickets at once: as if each had been tried alone, in order.
    function batch(uint256 seed) external {
        if (ids.length == 0) return;
        uint256 size = ids.length < 3 ? ids.length : 3;
        Asks[] memory groups = new Asks[](size);
        for (uint256 i = 0; i < size; ++i) {
            bytes32 ticketId = ids[(seed % ids.length + i) % ids.length];
            groups[i].ticketId = ticketId;
            groups[i].state = _ghosts[ticketId].words;
            groups[i].items = _items(ticketId, uint256(keccak256(abi.encode(seed, i))));
        }
        // One group of a past state: nothing in it is done, and nothing else is undone.
        bool stale = seed >> 32 & 3 == 0;
        if (stale) groups[0].state.counters ^= 1;

        uint256 before = vm.snapshotState();
        (bool ok, Words[] memory next) = _batch(actor(7), groups);
        bytes32[] memory slots = _slots();
        vm.revertToState(before);
        if (!ok) return _report("14 a batch never fails");
        for (uint256 i = stale ? 1 : 0; i < size; ++i) {
            for (uint256 j = 0; j < groups[i].items.length; ++j) {
                _try(groups[i].ticketId, groups[i].items[j], actor(7));
            }
            if (next[i].head != _ghosts[groups[i].ticketId].words.head) {
                _report("14 a batch is as its items");
            }
        }
        for (uint256 i = 0; i < ids.length; ++i) {
            if (slots[i] != ledger.ticketHash(ids[i])) _report("14 a bad item changes no other");
        }
        ++batches;
    }

    /// @notice A signature that was accepted before, as it was or altered: never again.
    function replay(uint256 seed) external {
        if (_used.length == 0 || ids.length == 0) return;
        Used memory u = _used[seed % _used.length];
        bytes32 ticketId = seed >> 8 & 1 == 0 ? u.ticketId : ids[(seed >> 16) % ids.length];
        Ask memory a = u.ask;
        uint256 alter = seed >> 24 & 7;
        if (alter == 1) a.argument ^= 1 << (seed >> 32) % 160;
        if (alter == 2) a.seen ^= uint32(1 << (seed >> 32 & 31));
        if (alter == 3) a.commitment ^= bytes32(uint256(1) << (seed >> 32 & 0xFF));
        if (alter == 4) a.deadline = uint64(block.timestamp + 1);
        if (alter == 5) a.signature[(seed >> 32) % 65] ^= bytes1(uint8(1 + (seed >> 40) % 255));
        if (alter == 6) a.actor = actor(seed >> 32);
        if (alter == 7) a.action = uint8(seed >> 32);
        (bool ok,) = _act(actor(7), ticketId, _ghosts[ticketId].words, a);
        if (ok) _report("15 a replayed or altered signature never succeeds");
        ++replaysTried;
    }

    /// @notice Whatever certifiers and supervisors do, no slot of any ticket changes.
    function change(uint256 seed) external {
        bytes32[] memory slots = _slots();
        address agent = actor(2 + (seed >> 8) % 4);
        uint256 what = seed % 8;
        if (what == 0) try ledger.suspend(agent) {} catch {}
        if (what == 1 || what == 2) try ledger.reinstate(agent) {} catch {}
        // Rarely, because it is final: somebody has to go on.
        if (what == 3 && agent == actor(3) && seed >> 16 & 7 == 0) {
            try ledger.revoke(agent, uint40(block.timestamp - (seed >> 24) % 1 days)) {} catch {}
        }
        if (what == 4) try ledger.certify(agent, _word(agent, seed >> 16)) {} catch {}
        if (what == 5) try ledger.renew(agent, type(uint40).max) {} catch {}
        if (what == 6) try ledger.grantRole(SUPERVISOR_ROLE, actor(6)) {} catch {}
        if (what == 7 && seed >> 16 & 7 == 0) ledger.revokeRole(SUPERVISOR_ROLE, actor(6));
        for (uint256 i = 0; i < slots.length; ++i) {
            if (slots[i] != ledger.ticketHash(ids[i])) _report("16 what was answered stays");
        }
        ++changes;
    }

    // ------------------------------------------------------------------------------------------------------- trying, inside

    /// @dev Try it, and hold what happened against every rule.
    function _try(bytes32 ticketId, Ask memory a, address sender) private {
        Words memory words = _ghosts[ticketId].words;
        vm.recordLogs();
        (bool ok, Words memory next) = _act(sender, ticketId, words, a);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (!ok) {
            ++refused[a.action];
            if (ledger.ticketHash(ticketId) != keccak256(abi.encode(words))) {
                _report("14 a refusal changes nothing");
            }
            return;
        }
        if (logs.length != 1) return _report("11 one event for each action");
        bool recorded = a.action == REPLY && read(words).customer == address(0);
        uint8 auth = recorded ? 3 : a.signature.length == 0 ? 0 : 1;
        if (a.signature.length != 0) _used.push(Used(ticketId, a));
        _record(ticketId, a, auth, _argumentOf(logs, ticketId), next);
    }

    function _record(bytes32 ticketId, Ask memory a, uint8 auth, uint256 argument, Words memory next)
        private
    {
        Ghost storage g = _ghosts[ticketId];
        State memory b = read(g.words);
        Step memory s = Step({
            action: a.action,
            auth: auth,
            actor: a.actor,
            asked: a.argument,
            argument: argument,
            seen: a.seen,
            commitment: a.commitment,
            time: block.timestamp,
            authority: _authority(a, b)
        });
        Terms memory proposed = a.action == REPOLICY ? _terms[a.argument] : _terms[b.policy];
        string memory rule = Rules.check(b, read(next), s, _terms[b.policy], proposed);
        if (bytes(rule).length != 0) _report(rule);
        (bool force, uint256 tier) = _certificate(a.actor);
        if (!Rules.mayAct(b, s, force, tier, ledger.hasRole(SUPERVISOR_ROLE, a.actor))) {
            _report("13 no one else can act");
        }
        (bool customers, bool staffs) = Rules.laneOf(b, s);
        if (customers) ++g.customers;
        if (staffs) ++g.staffs;
        ++g.entries;
        g.lateEver |= Rules.lateBy(b, s, _terms[b.policy]);
        g.words = next;
        ++accepted[a.action];
    }

    function _authority(Ask memory a, State memory b) private view returns (bytes32) {
        (bool force,) = _certificate(a.actor);
        bytes32 word = bytes32(AgentWord.unwrap(ledger.agentWord(a.actor)));
        if (a.action == REPOLICY) {
            return keccak256(abi.encode(SUPERVISOR_ROLE, ledger.policyOf(uint16(a.argument)).terms));
        }
        if (a.action == ASSIGN) {
            return force && a.argument == uint160(a.actor) ? word : SUPERVISOR_ROLE;
        }
        if (a.action == REPLY) return b.customer == address(0) ? word : bytes32(0);
        bool others = a.action == RATE || a.action == CLOSE || a.action == ESCALATE;
        return others ? bytes32(0) : word;
    }

    /// @dev Read from the word's bytes, not by the ledger's own code.
    function _certificate(address account) private view returns (bool inForce, uint256 tier) {
        uint256 word = AgentWord.unwrap(ledger.agentWord(account));
        (uint256 from, uint256 until) = (word >> 216, word >> 176 & type(uint40).max);
        inForce = word >> 168 & 0xFF == 1 && from <= block.timestamp && block.timestamp < until;
        tier = word >> 160 & 0xFF;
    }

    function _argumentOf(Vm.Log[] memory logs, bytes32 ticketId) private pure returns (uint256 argument) {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics.length == 3 && logs[i].topics[1] == ticketId) {
                (, argument,) = abi.decode(logs[i].data, (uint256, uint256, bytes32));
            }
        }
    }

    function _slots() private view returns (bytes32[] memory slots) {
        slots = new bytes32[](ids.length);
        for (uint256 i = 0; i < slots.length; ++i) {
            slots[i] = ledger.ticketHash(ids[i]);
        }
    }

    function _report(string memory rule) private {
        if (bytes(broken).length == 0) broken = rule;
    }

    // ------------------------------------------------------------------------------------------------------------- drawing

    /// @dev Anything by anybody, with a leaning towards what may be accepted.
    function _draw(bytes32 ticketId, uint256 seed) private returns (Ask memory a) {
        State memory b = read(_ghosts[ticketId].words);
        a = _ask(ticketId, REPLY + uint8(seed % 12), b, seed);
        bool customers = a.action == REPLY || a.action == RATE || a.action == CLOSE;
        uint256 pick = seed >> 16 & 7;
        if (pick < 2) a.actor = actor(seed >> 24);
        else if (customers && b.customer != address(0)) a.actor = b.customer;
        else if (a.action == REPOLICY) a.actor = actor(6);
        else a.actor = actor(2 + (seed >> 24) % 4);
        if (a.action == ASSIGN && seed >> 32 & 1 == 0) a.argument = uint160(a.actor);
        if (a.action == CLOSE && a.actor != b.customer) a.commitment = 0;
    }

    function _ask(bytes32, uint8 action, State memory b, uint256 seed) private returns (Ask memory a) {
        a.action = action;
        a.commitment = action == ESCALATE ? bytes32(0) : _content();
        bool staffs = action != REPLY && action != RATE && action != CLOSE && action != ESCALATE;
        uint256 behind = seed >> 40 & 7 == 0 && b.customerSeq > 1 ? 1 : 0;
        if (staffs) a.seen = uint32(b.customerSeq - behind);
        if (action == ANSWER) a.argument = 1 + (seed >> 48) % 3;
        if (action == RATE) a.argument = 1 + (seed >> 48) % 5;
        if (action == REPLY) a.argument = seed >> 48 & 7 == 0 ? 1 : 0;
        if (action == REPOLICY) a.argument = 1 + (seed >> 48) % 5;
        if (action == ASSIGN) a.argument = uint160(actor(2 + (seed >> 48) % 4));
        if (action == CLAIM) a.argument = uint160(actor((seed >> 48) % 3));
        if (seed >> 56 & 15 == 0) a.argument = uint160(seed);
    }

    function _items(bytes32 ticketId, uint256 seed) private returns (Ask[] memory items) {
        items = new Ask[](1 + seed % 4);
        State memory b = read(_ghosts[ticketId].words);
        (uint256 customers, uint256 staffs) = (b.customerSeq, b.staffSeq);
        for (uint256 i = 0; i < items.length; ++i) {
            items[i] = _draw(ticketId, uint256(keccak256(abi.encode(seed, i))));
            Ask memory a = items[i];
            if (a.action == ESCALATE) a.action = NOTE;
            bool own = b.customer != address(0) && a.actor == b.customer;
            bool customers_ = a.action == REPLY || a.action == RATE || (a.action == CLOSE && own);
            // As if all before it were accepted: some will be right, others not.
            _signFor(ticketId, a, customers_ ? customers++ : staffs++);
            a.consent = ""; // a batch carries none, so its claims are refused
        }
    }

    function _signWell(bytes32 ticketId, Ask memory a) private view {
        State memory b = read(_ghosts[ticketId].words);
        bool own = b.customer != address(0) && a.actor == b.customer;
        bool customers = a.action == REPLY || a.action == RATE || (a.action == CLOSE && own);
        _signFor(ticketId, a, customers ? b.customerSeq : b.staffSeq);
    }

    function _signFor(bytes32 ticketId, Ask memory a, uint256 sequence) private view {
        a.deadline = uint64(block.timestamp + 1 hours);
        a.signature = _sign(_keyOf(a.actor), _actionDigest(ticketId, a, sequence));
        if (a.action == CLAIM && a.argument <= type(uint160).max) {
            address customer = address(uint160(a.argument));
            a.consent = _sign(_keyOf(customer), _claimDigest(ticketId, customer, a.deadline));
        }
    }

    function _keyOf(address account) private view returns (uint256) {
        for (uint256 i = 0; i < _keys.length; ++i) {
            if (_addresses[i] == account) return _keys[i];
        }
        return _keys[7]; // somebody else's signature
    }

    function _word(address account, uint256 seed) private view returns (AgentWord) {
        uint256 tier = account == actor(5) ? 2 : seed % 3;
        return AgentWord.wrap((uint256(type(uint40).max) << 176) | (tier << 160));
    }

    function _offer(Terms memory t) private {
        _terms[_publish(actor(6), t)] = t;
    }

    function _content() private returns (bytes32) {
        return keccak256(abi.encode("content", ++_contents));
    }
}
