/** A node, asked over JSON-RPC; nothing that it says is believed but which block is on its chain, if the visitor says so. */
import { fromHex } from "../../shared/bytes.js";
import { Impossible, Unreachable } from "../../shared/errors.js";

/** @typedef {import("../../shared/bytes.js").Hex} Hex */

const TIMEOUT_MS = 20_000;

export class Node {
  /** @param {string} url */
  constructor(url) {
    if (!/^https?:\/\/[^\s]+$/.test(url)) throw new Impossible("not the address of a node: {url}", { url: url.slice(0, 200) });
    this.url = url;
    this.id = 0;
  }

  /**
   * Ask, and give what it answers.
   * @param {string} method
   * @param {unknown[]} params
   * @returns {Promise<any>}
   */
  async call(method, ...params) {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++this.id, method, params });
    const answer = await this.posted(body);
    if (answer?.error) {
      throw new Unreachable("the node refused {method}: {message}", { method, message: String(answer.error.message).slice(0, 200) });
    }
    return answer?.result ?? null;
  }

  /** @param {string} body */
  async posted(body) {
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return await response.json();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new Unreachable("the node does not answer: {message}", { message: error.message });
    }
  }

  /** @param {string} method @param {unknown[]} params @returns {Promise<bigint>} */
  async quantity(method, ...params) {
    return quantity(await this.call(method, ...params));
  }
}

/** Read a number as nodes write it. @param {unknown} text @returns {bigint} */
export function quantity(text) {
  if (typeof text !== "string" || !/^0x[0-9a-fA-F]{1,64}$/.test(text)) throw malformed();
  return BigInt(text);
}

/** Read bytes as nodes write them. @param {unknown} text @returns {Uint8Array} */
export function octets(text) {
  if (typeof text !== "string" || !/^0x(?:[0-9a-fA-F]{2})*$/.test(text)) throw malformed();
  return fromHex(text.toLowerCase());
}

/** Read bytes of a fixed size. @param {unknown} text @param {number} bytes @returns {Hex} */
export function fixed(text, bytes) {
  if (typeof text !== "string" || text.length !== 2 + 2 * bytes) throw malformed();
  octets(text);
  return text.toLowerCase();
}

/** Pass an array on. @param {unknown} data @returns {any[]} */
export function list(data) {
  if (!Array.isArray(data)) throw malformed();
  return data;
}

export const malformed = () => new Unreachable("the node's answer makes no sense");
