// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Act, SignedAct, TicketActs, TicketAt} from "../types/Act.sol";
import {Action} from "../types/Action.sol";
import {AgentStatus, AgentWord} from "../types/Agent.sol";
import {BusinessHours} from "../types/BusinessHours.sol";
import {Checkpoint} from "../types/Checkpoint.sol";
import {Opening, SignedOpening} from "../types/Opening.sol";
import {Policy, PolicyWord} from "../types/Policy.sol";
import {Status} from "../types/Status.sol";

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
    event Opened(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice The customer wrote. argument: 1 if the last answer's content never arrived.
    event Replied(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice An agent answered. argument: the status asked for.
    event Answered(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice An agent left an internal note.
    event Noted(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice The ticket was given to an agent. argument: the assignee.
    event Assigned(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice The ticket waits for a third party.
    event Held(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice The wait is over.
    event Resumed(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice An agent says that the matter is solved.
    event Solved(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice The ticket is final. argument: the successor ledger, or 0.
    event Closed(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice The customer rated. argument: 1-5 stars.
    event Rated(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice A deadline had passed and somebody said so. argument: clock << 48 | level << 40 | due.
    event Escalated(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice The ticket got a stricter policy. argument: the policy.
    event Repolicied(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );
    /// @notice A keyless ticket got its customer. argument: the customer.
    event Claimed(
        bytes32 indexed ticketId, address indexed actor, uint256 meta, uint256 argument, bytes32 commitment
    );

    /// @notice One item of a batch was refused; the others stand. reason: the ABI-encoded error of a single call.
    /// @param item Position in the batch, counted over all its tickets.
    event ItemSkipped(uint256 item, bytes reason);

    // ------------------------------------------------------------------------------- events: agents, policies, anchors

    /// @notice A certificate was given or changed.
    /// @param time The block's timestamp, so that logs alone tell who was certified when.
    event AgentChanged(address indexed agent, address indexed certifier, AgentWord word, uint256 time);
    event PolicyPublished(
        uint16 indexed policy,
        address indexed supervisor,
        PolicyWord word,
        BusinessHours openHours,
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
    /// @notice Unknown or wrong flags, or bits set where there is nothing.
    error PolicyWordInvalid(uint256 word);
    error PolicyTierMissing();
    error EscalationTooFrequent(uint32 escalateEvery, uint32 least);
    error HoursInvalid(uint256 openHours);
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
    /// @param policy Its number. That it is a uint32 here, though a number has 16 bits, makes the selector low: see act.
    function open(bytes32 terms, bytes32 commitment, uint32 policy)
        external
        returns (bytes32 ticketId, bytes32[4] memory state);

    /// @notice Record a ticket for a keyless customer, as a certified agent.
    function openKeyless(uint16 policy, bytes32 terms, bytes32 commitment)
        external
        returns (bytes32 ticketId, bytes32[4] memory state);

    /// @notice Open a ticket that its opener signed. The only way through a gate, which must be the sender.
    function openSigned(Opening calldata opening, bytes calldata signature)
        external
        returns (bytes32 ticketId, bytes32[4] memory state);

    /// @notice Open many signed tickets; those refused are skipped. ECDSA only.
    function openBatch(SignedOpening[] calldata openings) external returns (TicketAt[] memory opened);

    // ---------------------------------------------------------------------------------------------------------- actions
    //
    //   action        who                              argument                                    commitment
    //   2  Reply      the customer; keyless: an agent  1 if the last answer's content never came   yes
    //   3  Answer     an agent of the ticket's tier    next status: 1 Open, 2 Pending, 3 OnHold    yes
    //   4  Note       an agent                         0                                           or 0
    //   5  Assign     an agent, a supervisor           the assignee (an agent: themselves)         or 0
    //   6  Hold       an agent                         0                                           yes: the reason
    //   7  Resume     an agent                         0                                           or 0
    //   8  Solve      an agent                         0                                           yes, if messages wait
    //   9  Close      the customer; later anyone       the successor ledger, or 0                  or 0; anyone: 0
    //   10 Rate       the customer                     1-5                                         or 0
    //   11 Escalate   anyone                           0                                           0
    //   12 Repolicy   a supervisor                     the policy                                  or 0
    //   13 Claim      an agent, by actApproved         the customer, who consents                  or 0

    /// @notice Do something to a ticket.
    /// @param state The ticket's present state: its four words.
    /// @param what The action, its argument, and what was seen, in one word: see Act.
    /// @param commitment The salted hash of what was said.
    /// @dev The compiler looks selectors up one after the other, lowest first, at 22 gas each. That the words have types
    /// without a name, and the order in which they come, makes the selectors of this and of actSigned low.
    /// @return next The state afterwards, to be presented by the next call.
    function act(bytes32 ticketId, bytes32[4] calldata state, Act what, bytes32 commitment)
        external
        returns (bytes32[4] memory next);

    /// @notice The same for an actor whose account signed it; whoever sends it pays. Without a signature the sender is the
    /// actor.
    function actSigned(SignedAct calldata signed, bytes32 ticketId, bytes32[4] calldata state)
        external
        returns (bytes32[4] memory next);

    /// @notice The same for an actor whose account is a contract (ERC-1271), and for Claim, which the customer consents to.
    /// @param signature Of the account's key, or whatever its contract accepts; empty when the sender is the actor.
    /// @param consent Claim only: the customer's signature of Claim.
    function actApproved(
        bytes32 ticketId,
        bytes32[4] calldata state,
        Act what,
        address actor,
        bytes32 commitment,
        bytes calldata signature,
        bytes calldata consent
    ) external returns (bytes32[4] memory next);

    /// @notice Do many things to many tickets; those refused are skipped. Signed by accounts with a key only: a contract
    /// that verifies signatures could use up the gas of the whole batch. A Claim has two signatures, so it goes alone.
    /// @dev Warning: malformed calldata, unlike a refused item, fails the batch. It is the relayer's own.
    /// @return next The state of each ticket afterwards; as it was presented, where nothing was accepted.
    function actBatch(TicketActs[] calldata groups) external returns (bytes32[4][] memory next);

    /// @notice Escalate many tickets; those refused are skipped.
    /// @return next As of actBatch.
    function escalateBatch(TicketAt[] calldata tickets) external returns (bytes32[4][] memory next);

    // ------------------------------------------------------------------------------------------------------ certificates

    /// @notice Certify an agent, or change the tier, skills, languages or credential of a certified one.
    /// @param certificate Packed as AgentWord says. from: 0 for now; until: never earlier than before; status: ignored.
    function certify(address account, AgentWord certificate) external;

    /// @notice Extend a certificate that is certified or suspended.
    function renew(address account, uint40 until) external;

    function suspend(address account) external;

    function reinstate(address account) external;

    /// @notice End a certificate for good, as of *since*. Past actions stand; an auditor flags those after it.
    /// @param since Not in the future.
    function revoke(address account, uint40 since) external;

    // ---------------------------------------------------------------------------------------------- policies, anchors, end

    /// @notice Publish a promise. It never changes.
    /// @param word Its numbers, packed as PolicyWord says; the flags must be those of the hours and the gate.
    /// @param openHours The hours that count, packed as BusinessHours says; 0: all.
    /// @param gate The only sender that may open under this policy; 0: anyone.
    /// @param textHash Of the promise in words.
    function publishPolicy(PolicyWord word, BusinessHours openHours, address gate, bytes32 textHash)
        external
        returns (uint16 policy);

    function retirePolicy(uint16 policy) external;

    /// @notice Record that the log *logId* has *size* lines under *root*. The previous checkpoint is presented;
    /// all 0 at first.
    function anchor(bytes32 logId, uint64 size, bytes32 root, Checkpoint calldata previous) external;

    /// @notice Say once where new tickets go.
    function nameSuccessor(address ledger) external;

    // -------------------------------------------------------------------------------------------------------------- views

    /// @notice keccak256 of the ticket's state, 0 when there is none.
    function ticketHash(bytes32 ticketId) external view returns (bytes32);

    /// @notice Whether this is the present state of the ticket.
    function isCurrent(bytes32 ticketId, bytes32[4] calldata state) external view returns (bool);

    /// @notice The agent's word, 0 when never certified.
    function agentWord(address account) external view returns (AgentWord);

    function policyCount() external view returns (uint16);

    /// @notice The policy as it is stored; all 0 when there is none.
    function policyOf(uint16 id) external view returns (Policy memory);

    function anchorHash(bytes32 logId) external view returns (bytes32);

    function successor() external view returns (address);

    /// @notice The EIP-712 domain separator, rebuilt if the chain's id changes.
    function domainSeparator() external view returns (bytes32);
}
