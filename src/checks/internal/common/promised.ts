import { unexpectedReply } from "../../../contract/check-failures.ts";

/**
 * Awaits a call of a client. A call of the callback kind promises nothing, and would be taken for an
 * answer.
 *
 * @throws `HALE_UNEXPECTED_REPLY`
 */
export function promised<T>(returned: PromiseLike<T>): PromiseLike<T> {
  // A proxy may have no other trap than `get`.
  const then: unknown = (returned as PromiseLike<T> | null | undefined)?.then;
  if (typeof then === "function") return returned;
  throw unexpectedReply("a promise", returned);
}
