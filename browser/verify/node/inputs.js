/** Signatures under entries, found in the input of the transactions that carried them. */
import { toHex, utf8 } from "../../shared/bytes.js";
import { keccak256 } from "../../shared/hashes.js";
import { lengthened } from "../../shared/signature.js";
import { ACTIONS } from "../model/ticket.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */
/** @typedef {{signature: Hex, deadline: number, consent: Hex}} Shown */
/** @typedef {{ticket: Hex | null, action: string, actor: Hex, argument: bigint, seen: number, commitment: Hex, shown: Shown}} Item */

const OPENING = "(address,address,uint16,bytes32,bytes32,uint64)";
const SIGNED = "(bytes32,address,bytes32,bytes32,bytes32)";
/** @param {string} signature */
const selector = (signature) => keccak256(utf8(signature)).slice(0, 10);

/** A call's arguments, word by word. */
class Words {
  /** @param {Uint8Array} data */
  constructor(data) {
    this.data = data;
  }

  /** @param {number} at Byte at which it begins. @returns {Hex} */
  word(at) {
    if (!(at >= 0 && at + 32 <= this.data.length)) throw new RangeError("a call ends before its arguments do");
    return toHex(this.data.slice(at, at + 32));
  }

  /** @param {number} at */
  number(at) {
    return Number(BigInt(this.word(at)));
  }

  /** @param {number} at */
  address(at) {
    return "0x" + this.word(at).slice(26);
  }

  /** @param {number} at Where the offset stands. @returns {Hex} */
  bytes(at) {
    const start = this.number(at);
    return toHex(this.data.slice(start + 32, start + 32 + this.number(start)));
  }

  /** Give where each element of a list begins; its length stands before. @param {number} start @param {number} width */
  places(start, width) {
    const count = this.number(start);
    if (count * width > this.data.length) throw new RangeError("a list is longer than its call");
    return Array.from({ length: count }, (_, at) => start + 32 + at * width);
  }
}

/** @type {Map<string, (w: Words) => Item[]>} */
const READERS = new Map([
  [selector(`openSigned(${OPENING},bytes)`), (w) => [opening(w, 0, w.bytes(192))]],
  [
    selector(`openBatch((${OPENING},bytes32,bytes32)[])`),
    (w) => w.places(w.number(0), 256).map((at) => opening(w, at, lengthened(w.word(at + 192), w.word(at + 224)))),
  ],
  [selector(`actSigned(${SIGNED},bytes32,bytes32[4])`), (w) => [act(w, 0, w.word(160))]],
  [
    selector("actApproved(bytes32,bytes32[4],bytes32,address,bytes32,bytes,bytes)"),
    (w) => [item(w, 160, w.word(0), w.bytes(256), w.bytes(288))],
  ],
  [selector(`actBatch((bytes32,bytes32[4],${SIGNED}[])[])`), batch],
]);

/**
 * List what a transaction carried; nothing for an input that is no such call.
 * @param {Uint8Array} input
 * @returns {Item[]}
 */
export function itemsOf(input) {
  const read = READERS.get(toHex(input.slice(0, 4)));
  if (read === undefined) return [];
  try {
    return read(new Words(input.slice(4)));
  } catch (error) {
    if (error instanceof RangeError) return []; // no call of ours: what it should carry counts as not held
    throw error;
  }
}

/** @param {Words} w */
function batch(w) {
  const start = w.number(0);
  return w.places(start, 32).flatMap((place) => {
    const group = start + 32 + w.number(place);
    return w.places(group + w.number(group + 160), 160).map((at) => act(w, at, w.word(group)));
  });
}

/** @param {Words} w @param {number} at @param {Hex} signature @returns {Item} */
function opening(w, at, signature) {
  return {
    ticket: null, action: "Open", actor: w.address(at), argument: BigInt(w.word(at + 64)), seen: 0,
    commitment: w.word(at + 128), shown: { signature, deadline: w.number(at + 160), consent: "0x" },
  };
}

/** @param {Words} w @param {number} at @param {Hex} ticket */
const act = (w, at, ticket) => item(w, at, ticket, lengthened(w.word(at + 96), w.word(at + 128)), "0x");

/** @param {Words} w @param {number} at @param {Hex} ticket @param {Hex} signature @param {Hex} consent @returns {Item} */
function item(w, at, ticket, signature, consent) {
  const what = BigInt(w.word(at));
  return {
    ticket,
    action: ACTIONS[Number((what >> 80n) & 0xffn)] ?? "",
    actor: w.address(at + 32),
    argument: what >> 96n,
    seen: Number((what >> 40n) & 0xffffffffn),
    commitment: w.word(at + 64),
    shown: { signature, deadline: Number(what & 0xffffffffffn), consent },
  };
}
