// Requests to the server, which answers in JSON; what it refuses comes with a sentence.

import { settings } from "./settings.js";

const PATIENCE = 40_000; // ms for one request: longer than the server holds one that waits

export class Refusal extends Error {
  /**
   * @param {number} status of HTTP
   * @param {string} reason
   * @param {string} message for the person at the phone
   */
  constructor(status, reason, message) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** The server was not reached, or is away for a moment: the same may be asked again. */
export class Unreachable extends Error {}

/**
 * What the server answers.
 *
 * @param {string} method
 * @param {string} path behind "join/"
 * @param {unknown} [body] sent as JSON
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function ask(method, path, body, signal) {
  const controller = new AbortController();
  const patience = setTimeout(() => controller.abort(), PATIENCE);
  signal?.addEventListener("abort", () => controller.abort(), { once: true });
  let response;
  let answer;
  try {
    const address = new URL(`${settings.base}/join/${path}`, location.origin);
    address.searchParams.set("lang", settings.language);
    response = await fetch(address, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: body === undefined ? {} : { "content-type": "application/json" },
      signal: controller.signal,
      cache: "no-store",
    });
    answer = await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable();
  } finally {
    clearTimeout(patience);
  }
  if (response.ok) return answer;
  if (response.status >= 500 || answer.reason === "fast") throw new Unreachable(answer.message);
  throw new Refusal(response.status, answer.reason, answer.message);
}

/**
 * Bytes at an address of the server.
 *
 * @param {string} path behind "join/"
 */
export async function bytes(path) {
  const response = await fetch(`${settings.base}/join/${path}`);
  if (!response.ok) throw new Unreachable();
  return new Uint8Array(await response.arrayBuffer());
}
