/**
 * What can go wrong, by what a verifier makes of it.
 *
 * A message is a template with `{names}` and its values, so that it can be said in another language.
 */

/** The root of all errors of ours. */
export class Trouble extends Error {
  /**
   * @param {string} template English, with `{names}` for values.
   * @param {Record<string, unknown>} [values] Shown as they are, as text and never as anything else.
   */
  constructor(template, values = {}) {
    super(filled(template, values));
    this.template = template;
    this.values = values;
  }
}

/** A value that cannot be: the caller's, or a file's. */
export class Impossible extends Trouble {}

/** A file that is none. */
export class Malformed extends Trouble {}

/** Something is wrong: the step has failed. */
export class Mismatch extends Trouble {}

/** Nothing is wrong, and something could not be checked. */
export class Inconclusive extends Trouble {}

/** It can be checked later. */
export class NotFinal extends Inconclusive {}

/** A node that does not answer, or says what makes no sense. */
export class Unreachable extends Trouble {}

/**
 * Put values into a template; a value is text, whatever it contains, or another template with values.
 * @param {string} template
 * @param {Record<string, unknown>} values
 * @param {(text: string) => string} [translated] Says a template in another language.
 * @returns {string}
 */
export function filled(template, values, translated = (text) => text) {
  return translated(template).replace(/\{([a-zA-Z0-9]+)\}/g, (whole, name) => {
    if (!Object.hasOwn(values, name)) return whole;
    const value = /** @type {any} */ (values[name]);
    return typeof value?.template === "string" ? filled(value.template, value.values, translated) : translated(String(value));
  });
}
