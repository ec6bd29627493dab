// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISupportLedger} from "../interfaces/ISupportLedger.sol";
import {Action} from "./Action.sol";
import {AgentStatus, AgentWord} from "./Agent.sol";
import {Refusal} from "./Refusal.sol";
import {Status} from "./Status.sol";

/// @title Refusals
/// @notice Why an action is refused: the ABI-encoded error that a single call reverts with and a batch reports.
/// @dev Each function builds the error it is named after, whose meaning
/// is told in ISupportLedger; a test decodes every one of them.
library Refusals {
    function ticketExists(bytes32 ticketId) internal pure returns (Refusal) {
        return _encode(ISupportLedger.TicketExists.selector, 1, uint256(ticketId), 0, 0, 0);
    }

    function ticketNotFound(bytes32 ticketId) internal pure returns (Refusal) {
        return _encode(ISupportLedger.TicketNotFound.selector, 1, uint256(ticketId), 0, 0, 0);
    }

    function ticketStale(bytes32 ticketId, bytes32 current, bytes32 presented)
        internal
        pure
        returns (Refusal)
    {
        return _encode(
            ISupportLedger.TicketStale.selector, 3, uint256(ticketId), uint256(current), uint256(presented), 0
        );
    }

    function actionNotAllowed(Action action, Status status) internal pure returns (Refusal) {
        return _encode(
            ISupportLedger.ActionNotAllowed.selector, 2, Action.unwrap(action), Status.unwrap(status), 0, 0
        );
    }

    function actionUnknown(uint256 action) internal pure returns (Refusal) {
        return _encode(ISupportLedger.ActionUnknown.selector, 1, action, 0, 0, 0);
    }

    function argumentInvalid(Action action, uint256 argument) internal pure returns (Refusal) {
        return _encode(ISupportLedger.ArgumentInvalid.selector, 2, Action.unwrap(action), argument, 0, 0);
    }

    function commitmentMissing(Action action) internal pure returns (Refusal) {
        return _encode(ISupportLedger.CommitmentMissing.selector, 1, Action.unwrap(action), 0, 0, 0);
    }

    function commitmentUnexpected(Action action) internal pure returns (Refusal) {
        return _encode(ISupportLedger.CommitmentUnexpected.selector, 1, Action.unwrap(action), 0, 0, 0);
    }

    function customerOnly(address actor, address customer) internal pure returns (Refusal) {
        return _encode(ISupportLedger.CustomerOnly.selector, 2, uint160(actor), uint160(customer), 0, 0);
    }

    function keylessCustomer(Action action) internal pure returns (Refusal) {
        return _encode(ISupportLedger.KeylessCustomer.selector, 1, Action.unwrap(action), 0, 0, 0);
    }

    function alreadyClaimed(address customer) internal pure returns (Refusal) {
        return _encode(ISupportLedger.AlreadyClaimed.selector, 1, uint160(customer), 0, 0, 0);
    }

    function ownTicket(address actor) internal pure returns (Refusal) {
        return _encode(ISupportLedger.OwnTicket.selector, 1, uint160(actor), 0, 0, 0);
    }

    function agentNotInForce(address agent, AgentStatus status, uint256 from, uint256 until)
        internal
        pure
        returns (Refusal)
    {
        return _encode(
            ISupportLedger.AgentNotInForce.selector,
            4,
            uint160(agent),
            AgentStatus.unwrap(status),
            from,
            until
        );
    }

    function notInForce(address agent, AgentWord word) internal pure returns (Refusal) {
        return agentNotInForce(agent, word.status(), word.from(), word.until());
    }

    function tierTooLow(address agent, uint256 tier, uint256 required) internal pure returns (Refusal) {
        return _encode(ISupportLedger.TierTooLow.selector, 3, uint160(agent), tier, required, 0);
    }

    function supervisorOnly(address actor) internal pure returns (Refusal) {
        return _encode(ISupportLedger.SupervisorOnly.selector, 1, uint160(actor), 0, 0, 0);
    }

    function seenInvalid(uint256 seen, uint256 customerSeq) internal pure returns (Refusal) {
        return _encode(ISupportLedger.SeenInvalid.selector, 2, seen, customerSeq, 0, 0);
    }

    function answersNothing(uint256 seen, uint256 customerSeq, uint256 unseen)
        internal
        pure
        returns (Refusal)
    {
        return _encode(ISupportLedger.AnswersNothing.selector, 3, seen, customerSeq, unseen, 0);
    }

    function messagesWaiting(uint256 unseen) internal pure returns (Refusal) {
        return _encode(ISupportLedger.MessagesWaiting.selector, 1, unseen, 0, 0, 0);
    }

    function tooManyWaiting(uint256 unseen) internal pure returns (Refusal) {
        return _encode(ISupportLedger.TooManyWaiting.selector, 1, unseen, 0, 0, 0);
    }

    function staffRunTooLong(uint256 staffRun) internal pure returns (Refusal) {
        return _encode(ISupportLedger.StaffRunTooLong.selector, 1, staffRun, 0, 0, 0);
    }

    function reopenWindowPassed(uint256 until) internal pure returns (Refusal) {
        return _encode(ISupportLedger.ReopenWindowPassed.selector, 1, until, 0, 0, 0);
    }

    function reopenWindowOpen(uint256 until) internal pure returns (Refusal) {
        return _encode(ISupportLedger.ReopenWindowOpen.selector, 1, until, 0, 0, 0);
    }

    function alreadyRated(uint256 rating) internal pure returns (Refusal) {
        return _encode(ISupportLedger.AlreadyRated.selector, 1, rating, 0, 0, 0);
    }

    function ratingOver(uint256 until) internal pure returns (Refusal) {
        return _encode(ISupportLedger.RatingOver.selector, 1, until, 0, 0, 0);
    }

    function nothingOverdue(uint256 respondBy, uint256 due) internal pure returns (Refusal) {
        return _encode(ISupportLedger.NothingOverdue.selector, 2, respondBy, due, 0, 0);
    }

    function levelsExhausted(uint256 level) internal pure returns (Refusal) {
        return _encode(ISupportLedger.LevelsExhausted.selector, 1, level, 0, 0, 0);
    }

    function escalatedRecently(uint256 again) internal pure returns (Refusal) {
        return _encode(ISupportLedger.EscalatedRecently.selector, 1, again, 0, 0, 0);
    }

    function successorMismatch(address successor, uint256 argument) internal pure returns (Refusal) {
        return _encode(ISupportLedger.SuccessorMismatch.selector, 2, uint160(successor), argument, 0, 0);
    }

    function signatureInvalid(address signer, uint256 sequence) internal pure returns (Refusal) {
        return _encode(ISupportLedger.SignatureInvalid.selector, 2, uint160(signer), sequence, 0, 0);
    }

    function signatureExpired(uint256 deadline, uint256 time) internal pure returns (Refusal) {
        return _encode(ISupportLedger.SignatureExpired.selector, 2, deadline, time, 0, 0);
    }

    function deadlineTooFar(uint256 deadline, uint256 latest) internal pure returns (Refusal) {
        return _encode(ISupportLedger.DeadlineTooFar.selector, 2, deadline, latest, 0, 0);
    }

    function signatureNotAllowed(Action action) internal pure returns (Refusal) {
        return _encode(ISupportLedger.SignatureNotAllowed.selector, 1, Action.unwrap(action), 0, 0, 0);
    }

    function senderNotActor(address sender, address actor) internal pure returns (Refusal) {
        return _encode(ISupportLedger.SenderNotActor.selector, 2, uint160(sender), uint160(actor), 0, 0);
    }

    function openerInvalid(address opener, address customer) internal pure returns (Refusal) {
        return _encode(ISupportLedger.OpenerInvalid.selector, 2, uint160(opener), uint160(customer), 0, 0);
    }

    function policyNotFound(uint256 policy) internal pure returns (Refusal) {
        return _encode(ISupportLedger.PolicyNotFound.selector, 1, policy, 0, 0, 0);
    }

    function policyWithdrawn(uint256 policy) internal pure returns (Refusal) {
        return _encode(ISupportLedger.PolicyWithdrawn.selector, 1, policy, 0, 0, 0);
    }

    function policyLooser(uint256 policy, uint256 proposed) internal pure returns (Refusal) {
        return _encode(ISupportLedger.PolicyLooser.selector, 2, policy, proposed, 0, 0);
    }

    function termsMismatch(uint256 policy, bytes32 terms, bytes32 presented) internal pure returns (Refusal) {
        return
            _encode(ISupportLedger.TermsMismatch.selector, 3, policy, uint256(terms), uint256(presented), 0);
    }

    function gateOnly(uint256 policy, address gate) internal pure returns (Refusal) {
        return _encode(ISupportLedger.GateOnly.selector, 2, policy, uint160(gate), 0, 0);
    }

    /// @dev One encoder for all keeps the contract under the size limit. Every value is one word.
    function _encode(bytes4 selector, uint256 words, uint256 a, uint256 b, uint256 c, uint256 d)
        private
        pure
        returns (Refusal refusal)
    {
        bytes memory encoded = abi.encodeWithSelector(selector, a, b, c, d);
        // Shorten to the words that this error has.
        assembly ("memory-safe") {
            mstore(encoded, add(4, mul(words, 0x20)))
            refusal := encoded
        }
    }
}
