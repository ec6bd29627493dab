/** A file that proves an absence: something was promised, and is not there (V13). */
import { NOTHING } from "../../shared/bytes.js";
import { Inconclusive, Mismatch } from "../../shared/errors.js";
import { checksummed, ticketId } from "../../shared/ids.js";
import { checkSigned, digest } from "../../shared/typed-data.js";
import { said as saidOf } from "../file/proof-file.js";
import { CERTIFICATE_STATUSES, certificate, exists } from "../model/certificate.js";
import { laneOf } from "../model/rules.js";
import { stateHash } from "../model/ticket.js";
import { instant, said } from "./said.js";
import { placeOf } from "./storage.js";
import { provenBlock } from "./ticket-case.js";
import { checkLedger } from "./trust.js";

/** @typedef {import("../file/proof-file.js").AbsenceFile} AbsenceFile */
/** @typedef {import("./trust.js").Trust} Trust */

export class AbsenceCase {
  /** @param {AbsenceFile} file @param {Trust} trust */
  constructor(file, trust) {
    this.file = file;
    this.trust = trust;
    const wanted = [
      { place: placeOf(file.ticket, "tickets"), what: "the ticket" },
      { place: placeOf(file.receipt.signer, "agents"), what: "the signer" },
    ];
    this.block = provenBlock(file.block, wanted, trust);
  }

  /** @returns {Record<number, import("./run.js").Check>} */
  checks() {
    const without = () => {
      throw new Inconclusive("a proof of absence has no entries");
    };
    return {
      2: () => checkLedger(this.file.ledger, this.trust.ledger),
      3: () => (this.file.promised.action === "Open" ? this.checkUnopened() : this.checkUndone()),
      4: without,
      5: () => this.checkSignatures(),
      6: () => this.checkSlot(),
      7: () => this.checkWords(),
      8: () => this.block.check(),
      9: without,
      10: () => this.checkSigner(),
      11: () => this.checkOverdue(),
      12: without,
    };
  }

  /** Say up to when the verdict holds. */
  reach() {
    if (this.block.block === null) return said("");
    const { number, time } = this.block.block.header;
    return said("as of block {number}, {time}; what came later is unknown", { number, time: instant(time) });
  }

  checkUndone() {
    const { promised, state } = this.file;
    if (state === null) return said("there is no ticket that the action could be on");
    const lane = laneOf(promised.action, promised.actor, state.customer);
    if (lane === "none") throw new Mismatch("nobody can be promised such an action: {action}", { action: promised.action });
    const values = { now: lane === "customer" ? state.customerSeq : state.staffSeq, promised: promised.sequence };
    if (values.now > values.promised) {
      throw new Mismatch("the ticket is at sequence {now}, past the promised {promised}: the action came, or another in its place", values);
    }
    return said("the ticket is at sequence {now} and waits for the promised {promised}", values);
  }

  checkUnopened() {
    const { promised, ticket, state } = this.file;
    const { chainId, address } = this.trust.ledger;
    const own = ticketId(chainId, address, promised.actor, promised.commitment);
    if (own !== ticket) throw new Mismatch("opener and commitment make the id {own}", { own });
    if (state !== null) throw new Mismatch("the ticket was opened");
    return said("the ticket was never opened");
  }

  checkSignatures() {
    const { promised, receipt } = this.file;
    const domain = { chainId: this.trust.ledger.chainId, ledger: this.trust.ledger.address };
    const [kind, message] = saidOf(this.file);
    checkSigned(kind, message, domain, promised.signature, promised.actor);
    const { receivedAt, includeBy } = receipt;
    const promise = { digest: digest(kind, message, domain), receivedAt, includeBy };
    checkSigned("Receipt", promise, domain, receipt.signature, receipt.signer);
    return said("the action is signed by {actor}, the receipt by {signer}", {
      actor: checksummed(promised.actor),
      signer: checksummed(receipt.signer),
    });
  }

  checkSlot() {
    const { state, slot } = this.file;
    const actual = state === null ? NOTHING : stateHash(state);
    if (slot !== actual) throw new Mismatch("the state hashes to {actual}, the slot holds {slot}", { actual, slot });
    return state === null ? said("the slot is empty") : said("the state hashes to what the slot holds, {slot}", { slot });
  }

  checkWords() {
    const { header, words } = this.block.proven();
    const { number } = header;
    if (words[0] !== this.file.slot) {
      throw new Mismatch("block {number} shows another word in the ticket's slot: {word}", { number, word: words[0] });
    }
    return said("block {number}, {time}, shows the ticket's slot", { number, time: instant(header.time) });
  }

  checkSigner() {
    if (this.block.block === null) throw new Inconclusive("what certificates are now is not shown: depends on step 7");
    const { receivedAt: at, signer } = this.file.receipt;
    const found = certificate(this.block.block.words[1]);
    const values = { signer: checksummed(signer), status: CERTIFICATE_STATUSES[found.status], at: instant(at) };
    if (!exists(found) || at < found.from || at >= found.until) {
      throw new Mismatch("{signer} was not certified at {at}: {status}", values);
    }
    return said("{signer} was certified when it promised, and is {status} by now", values);
  }

  checkOverdue() {
    if (this.block.block === null) throw new Inconclusive("the time of the block is not shown: depends on step 7");
    const { time } = this.block.block.header;
    const by = this.file.receipt.includeBy;
    const values = { by: instant(by), time: instant(time) };
    if (time <= BigInt(by)) throw new Mismatch("promised until {by}, and the block is of {time}: it was not late yet", values);
    return said("promised until {by}, not there at {time}", values);
  }
}
