// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice A ticket's state with its fields named, read by the table of the design and not by the ledger's own code.
struct State {
    address customer;
    uint256 openedAt;
    uint256 respondBy;
    uint256 policy;
    address assignee;
    uint256 resolveBy;
    uint256 pausedAt;
    uint256 status;
    uint256 level;
    uint256 version;
    uint256 flags;
    uint256 rating;
    uint256 unseen;
    uint256 staffRun;
    uint256 tier;
    uint256 escalatedAt;
    uint256 settledAt;
    uint256 pausedTotal;
    uint256 entries;
    uint256 customerSeq;
    uint256 staffSeq;
    bytes32 head;
}

/// @notice The four words of a state.
struct Words {
    uint256 parties;
    uint256 work;
    uint256 counters;
    bytes32 head;
}

uint256 constant OPEN = 1;
uint256 constant PENDING = 2;
uint256 constant ON_HOLD = 3;
uint256 constant SOLVED = 4;
uint256 constant CLOSED = 5;

uint256 constant ANSWERED = 1;
uint256 constant LATE_FIRST = 2;
uint256 constant LATE_NEXT = 4;
uint256 constant LATE_RESOLVE = 8;
uint256 constant CONTESTED = 16;

uint8 constant REPLY = 2;
uint8 constant ANSWER = 3;
uint8 constant NOTE = 4;
uint8 constant ASSIGN = 5;
uint8 constant HOLD = 6;
uint8 constant RESUME = 7;
uint8 constant SOLVE = 8;
uint8 constant CLOSE = 9;
uint8 constant RATE = 10;
uint8 constant ESCALATE = 11;
uint8 constant REPOLICY = 12;
uint8 constant CLAIM = 13;

/// @notice Bytes *at* to *at + size* of a word, counted from its most significant.
function cut(uint256 word, uint256 at, uint256 size) pure returns (uint256) {
    return (word >> (8 * (32 - at - size))) & ((1 << (8 * size)) - 1);
}

/// @notice The words as a call presents them.
function words(Words memory w) pure returns (bytes32[4] memory) {
    return [bytes32(w.parties), bytes32(w.work), bytes32(w.counters), w.head];
}

/// @notice The words as a call returns them.
function wordsOf(bytes32[4] memory w) pure returns (Words memory) {
    return Words(uint256(w[0]), uint256(w[1]), uint256(w[2]), w[3]);
}

function read(Words memory w) pure returns (State memory s) {
    s.customer = address(uint160(cut(w.parties, 0, 20)));
    s.openedAt = cut(w.parties, 20, 5);
    s.respondBy = cut(w.parties, 25, 5);
    s.policy = cut(w.parties, 30, 2);
    s.assignee = address(uint160(cut(w.work, 0, 20)));
    s.resolveBy = cut(w.work, 20, 5);
    s.pausedAt = cut(w.work, 25, 5);
    s.status = cut(w.work, 30, 1);
    s.level = cut(w.work, 31, 1);
    s.version = cut(w.counters, 0, 1);
    s.flags = cut(w.counters, 1, 1);
    s.rating = cut(w.counters, 2, 1);
    s.unseen = cut(w.counters, 3, 1);
    s.staffRun = cut(w.counters, 4, 1);
    s.tier = cut(w.counters, 5, 1);
    s.escalatedAt = cut(w.counters, 6, 5);
    s.settledAt = cut(w.counters, 11, 5);
    s.pausedTotal = cut(w.counters, 16, 4);
    s.entries = cut(w.counters, 20, 4);
    s.customerSeq = cut(w.counters, 24, 4);
    s.staffSeq = cut(w.counters, 28, 4);
    s.head = w.head;
}

function pack(State memory s) pure returns (Words memory w) {
    w.parties = (uint256(uint160(s.customer)) << 96) | (s.openedAt << 56) | (s.respondBy << 16) | s.policy;
    w.work = (uint256(uint160(s.assignee)) << 96) | (s.resolveBy << 56) | (s.pausedAt << 16) | (s.status << 8)
        | s.level;
    w.counters = (s.version << 248) | (s.flags << 240) | (s.rating << 232) | (s.unseen << 224)
        | (s.staffRun << 216) | (s.tier << 208) | (s.escalatedAt << 168) | (s.settledAt << 128)
        | (s.pausedTotal << 96) | (s.entries << 64) | (s.customerSeq << 32) | s.staffSeq;
    w.head = s.head;
}

function isActive(State memory s) pure returns (bool) {
    return s.status == OPEN || s.status == PENDING || s.status == ON_HOLD;
}
