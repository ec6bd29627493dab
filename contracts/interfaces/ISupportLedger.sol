// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Action} from "../types/Action.sol";
import {Agent, AgentStatus} from "../types/Agent.sol";
import {Checkpoint} from "../types/Checkpoint.sol";
import {Opening, SignedAction, SignedOpening, TicketActions, TicketAt} from "../types/Entry.sol";
import {Policy, PolicyTerms} from "../types/Policy.sol";
import {Status} from "../types/Status.sol";
import {PackedTicket} from "../types/TicketState.sol";

/// @title ISupportLedger
/// @notice The record of a support desk that nobody can rewrite: tickets, agents, policies and anchors.
/// @dev A ticket is one storage word, the hash of its state. Every mutator takes the present state, checks it against the
/// slot, and returns the new one. States are rebuilt from events by anyone.
/// @dev Warning: a rating proves a key, not a person. Warning: an agent who invents a keyless customer can also claim for
/// them; keyless entries are the desk's word (auth 3) until the customer signs. Warning: an ERC-1271 signature shows only
/// that the ledger accepted it at the time.
interface ISupportLedger {
    // ------------------------------------------------------------------------------------------------ events: tickets
    // One event per action, with the same five fields.
    //   meta = index << 88 | action << 80 | auth << 72 | seen << 40 | time

    /// @notice A ticket was opened. argument: the policy.
    event Opened(bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment);
    /// @notice The customer wrote. argument: 1 if the last answer's content never arrived.
    event Replied(bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment);
    /// @notice An agent answered. argument: the status asked for.
    event Answered(bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment);
    /// @notice An agent left an internal note.
    event Noted(bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment);
    /// @notice The ticket was given to an agent. argument: the assignee.
    event Assigned(bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment);
    /// @notice The ticket waits for a third party.
    event Held(bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment);
    /// @notice The wait is over.
    event Resumed(bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment);
    /// @notice An agent says that the matter is solved.
    event Solved(bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment);
    /// @notice The ticket is final. argument: the successor ledger, or 0.
    event Closed(bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment);
    /// @notice The customer rated. argument: 1-5 stars.
    event Rated(bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment);
    /// @notice A deadline had passed and somebody said so. argument: clock << 48 | level << 40 | due.
    event Escalated(bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment);
    /// @notice The ticket got a stricter policy. argument: the policy.
    event Repolicied(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice A keyless ticket got its customer. argument: the customer.
    event Claimed(bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment);

    /// @notice One item of a batch was refused; the others stand. reason: the ABI-encoded error of a single call.
    /// @param item Position in the batch, counted over all its tickets.
    event ItemSkipped(uint256 item, bytes reason);

    // ------------------------------------------------------------------------------- events: agents, policies, anchors

    /// @notice A certificate was given or changed.
    /// @param word from 5 · until 5 · status 1 · tier 1 · skills 4 · languages 4 · credential 12
    /// @param time The block's timestamp, so that logs alone tell who was certified when.
    event AgentChanged(address indexed agent, address indexed certifier, uint256 word, uint256 time);
    event PolicyPublished(
        uint16 indexed policy,
        address indexed supervisor,
        uint256 word,
        uint256 hoursWord,
        address gate,
        bytes32 textHash,
        bytes32 terms
    );
    /// @notice No new ticket is opened under this policy. Those that have it keep it.
    event PolicyRetired(uint16 indexed policy, address indexed supervisor);
    event Anchored(bytes32 indexed logId, address indexed anchorer, uint64 size, bytes32 root, uint256 time);
    /// @notice Informational: where new tickets go. Tickets of this ledger finish in this ledger.
    event SuccessorNamed(address indexed successor);

    // ----------------------------------------------------------------------------------------------- errors: the ticket

    /// @notice The same opener used this commitment before.
    error TicketExists(bytes32 ticketId);
    error TicketNotFound(bytes32 ticketId);
    /// @notice The state presented is not the present one: read the ticket again.
    error TicketStale(bytes32 ticketId, bytes32 current, bytes32 presented);
    error StateVersionUnknown(uint8 version);
    /// @notice The action does not exist in this status.
    error ActionNotAllowed(Action action, Status status);
    error ActionUnknown(uint8 action);
    error ArgumentInvalid(Action action, uint256 argument);
    error CommitmentMissing(Action action);
    /// @notice Nobody's word: an escalation or a stranger's closing commits to nothing.
    error CommitmentUnexpected(Action action);
    error CustomerOnly(address actor, address customer);
    /// @notice A keyless customer cannot sign, so cannot close or rate.
    error KeylessCustomer(Action action);
    error AlreadyClaimed(address customer);
    /// @notice Staff never act on a ticket whose customer they are.
    error OwnTicket(address actor);
    error AgentNotInForce(address agent, AgentStatus status, uint40 from, uint40 until);
    error TierTooLow(address agent, uint8 tier, uint8 required);
    error SupervisorOnly(address actor);
    error SeenInvalid(uint32 seen, uint32 customerSeq);
    /// @notice Messages wait, and the answer has read none of them.
    error AnswersNothing(uint32 seen, uint32 customerSeq, uint8 unseen);
    error MessagesWaiting(uint8 unseen);
    /// @notice Nine messages wait already: further ones go to the anchored log.
    error TooManyWaiting(uint8 unseen);
    error StaffRunTooLong(uint8 staffRun);
    error ReopenWindowPassed(uint40 until);
    error ReopenWindowOpen(uint40 until);
    error AlreadyRated(uint8 rating);
    error RatingOver(uint40 until);
    error NothingOverdue(uint40 respondBy, uint40 due);
    error LevelsExhausted(uint8 level);
    error EscalatedRecently(uint40 again);
    error SuccessorMismatch(address successor, uint256 argument);

    // --------------------------------------------------------------------------------------------- errors: signatures

    error SignatureInvalid(address signer, uint32 sequence);
    error SignatureExpired(uint64 deadline, uint256 time);
    error DeadlineTooFar(uint64 deadline, uint256 latest);
    /// @notice This action has no sequence, so a signature of it could be replayed: send it directly.
    error SignatureNotAllowed(Action action);
    error SenderNotActor(address sender, address actor);
    error OpenerInvalid(address opener, address customer);

    // --------------------------------------------------------------------------------------- errors: agents and policies

    error AgentNotFound(address agent);
    error AgentStatusInvalid(address agent, AgentStatus status);
    error AgentAddressInvalid(address agent);
    error PeriodInvalid(uint40 from, uint40 until);
    /// @notice A certificate is only ever extended: to end it, revoke it.
    error PeriodShortened(uint40 until, uint40 proposed);
    error RevocationInFuture(uint40 since, uint256 time);
    error PolicyNotFound(uint16 policy);
    error PolicyWithdrawn(uint16 policy);
    error PolicyLooser(uint16 policy, uint16 proposed);
    error PolicyTierMissing();
    error EscalationTooFrequent(uint32 escalateEvery, uint32 least);
    error HoursInvalid(uint256 hoursWord);
    error PoliciesExhausted();
    error TermsMismatch(uint16 policy, bytes32 terms, bytes32 presented);
    error GateOnly(uint16 policy, address gate);

    // ---------------------------------------------------------------------------------------- errors: anchors, successor

    error AnchorStale(bytes32 logId, bytes32 current, bytes32 presented);
    error AnchorNotGrowing(uint64 size, uint64 proposed);
    error SuccessorInvalid(address successor);
    error SuccessorAlreadyNamed(address successor);

    // ---------------------------------------------------------------------------------------------------------- opening

    /// @notice Open a ticket as its customer.
    /// @param terms The promise the customer was shown, equal to the policy's.
    /// @param commitment The salted hash of the first message; also makes the ticket's id.
    function open(uint16 policy, bytes32 terms, bytes32 commitment)
        external
        returns (bytes32 ticketId, PackedTicket memory next);

    /// @notice Record a ticket for a keyless customer, as a certified agent.
    function openKeyless(uint16 policy, bytes32 terms, bytes32 commitment)
        external
        returns (bytes32 ticketId, PackedTicket memory next);

    /// @notice Open a ticket that its opener signed. The only way through a gate, which must be the sender.
    function openSigned(Opening calldata opening, bytes calldata signature)
        external
        returns (bytes32 ticketId, PackedTicket memory next);

    /// @notice Open many signed tickets; those refused are skipped. ECDSA only.
    function openBatch(SignedOpening[] calldata openings) external returns (TicketAt[] memory opened);

    // ---------------------------------------------------------------------------------------------- actions, sent directly

    /// @notice Write as the customer, or record a keyless customer's message as an agent.
    /// @param contested The last answer's content never arrived.
    function reply(bytes32 ticketId, PackedTicket calldata state, bool contested, bytes32 commitment)
        external
        returns (PackedTicket memory next);

    /// @param status Where the ticket goes: Open, Pending or OnHold. It stays Open while messages wait.
    /// @param seen The customer sequence that the answer has read up to.
    function answer(bytes32 ticketId, PackedTicket calldata state, Status status, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory next);

    function note(bytes32 ticketId, PackedTicket calldata state, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory next);

    function assign(bytes32 ticketId, PackedTicket calldata state, address assignee, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory next);

    function hold(bytes32 ticketId, PackedTicket calldata state, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory next);

    function resume(bytes32 ticketId, PackedTicket calldata state, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory next);

    /// @notice Say that the matter is solved. Answers what still waits, or is refused.
    function solve(bytes32 ticketId, PackedTicket calldata state, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory next);

    /// @notice Close: the customer at any time, anyone once the reopen window has passed.
    /// @param successor The ledger where the matter goes on, or 0.
    function close(bytes32 ticketId, PackedTicket calldata state, address successor, bytes32 commitment)
        external
        returns (PackedTicket memory next);

    function rate(bytes32 ticketId, PackedTicket calldata state, uint8 stars, bytes32 commitment)
        external
        returns (PackedTicket memory next);

    /// @notice Give the ticket a policy that is no looser, as a supervisor.
    function repolicy(bytes32 ticketId, PackedTicket calldata state, uint16 policy, uint32 seen, bytes32 commitment)
        external
        returns (PackedTicket memory next);

    /// @notice Give a keyless ticket its customer, with the customer's consent.
    /// @param deadline Of the consent.
    /// @param consent The customer's signature of Claim.
    function claim(
        bytes32 ticketId,
        PackedTicket calldata state,
        address customer,
        uint32 seen,
        bytes32 commitment,
        uint64 deadline,
        bytes calldata consent
    ) external returns (PackedTicket memory next);

    /// @notice Put on record that a deadline has passed. Anyone may.
    function escalate(bytes32 ticketId, PackedTicket calldata state) external returns (PackedTicket memory next);

    /// @notice Escalate many tickets; those refused are skipped.
    function escalateBatch(TicketAt[] calldata tickets) external returns (PackedTicket[] memory next);

    // ------------------------------------------------------------------------------------------------- actions, signed

    /// @notice Apply one action that its actor signed.
    function actSigned(bytes32 ticketId, PackedTicket calldata state, SignedAction calldata action)
        external
        returns (PackedTicket memory next);

    /// @notice Apply many actions on many tickets; those refused are skipped. ECDSA only.
    /// @dev Warning: malformed calldata, unlike a refused item, fails the batch. It is the relayer's own.
    function actBatch(TicketActions[] calldata groups) external returns (PackedTicket[] memory next);

    // ------------------------------------------------------------------------------------------------------ certificates

    /// @notice Certify an agent, or change the tier, skills, languages or credential of a certified one.
    /// @param agent from: 0 for now; until: never earlier than before; status: ignored.
    function certify(address account, Agent calldata agent) external;

    /// @notice Extend a certificate that is certified or suspended.
    function renew(address account, uint40 until) external;

    function suspend(address account) external;

    function reinstate(address account) external;

    /// @notice End a certificate for good, as of *since*. Past actions stand; an auditor flags those after it.
    /// @param since Not in the future.
    function revoke(address account, uint40 since) external;

    // ---------------------------------------------------------------------------------------------- policies, anchors, end

    /// @notice Publish a promise. It never changes.
    function publishPolicy(PolicyTerms calldata terms) external returns (uint16 policy);

    function retirePolicy(uint16 policy) external;

    /// @notice Record that the log *logId* has *size* lines under *root*. The previous checkpoint is presented;
    /// all 0 at first.
    function anchor(bytes32 logId, Checkpoint calldata previous, uint64 size, bytes32 root) external;

    /// @notice Say once where new tickets go.
    function nameSuccessor(address ledger) external;

    // -------------------------------------------------------------------------------------------------------------- views

    /// @notice keccak256 of the ticket's state, 0 when there is none.
    function ticketHash(bytes32 ticketId) external view returns (bytes32);

    /// @notice Whether this is the present state of the ticket.
    function isCurrent(bytes32 ticketId, PackedTicket calldata state) external view returns (bool);

    /// @notice The agent's word, 0 when never certified.
    function agentWord(address account) external view returns (uint256);

    function policyCount() external view returns (uint16);

    /// @notice The policy as it is stored; all 0 when there is none.
    function policyOf(uint16 id) external view returns (Policy memory);

    function anchorHash(bytes32 logId) external view returns (bytes32);

    function successor() external view returns (address);

    /// @notice The EIP-712 domain separator, rebuilt if the chain's id changes.
    function domainSeparator() external view returns (bytes32);
}
