import type { ExposeRule, Exposure } from "../contract/format.ts";
import type { HealthRequest } from "../contract/http.ts";
import { describe } from "../contract/options.ts";
import type { Probe } from "../contract/probe.ts";
import { type Access, isExposure, openTo } from "./access.ts";

/** Characters of a presented token that are compared; a longer one is never right. */
const MOST_COMPARED = 1024;

const LATE = Symbol("late");

/** What is logged of a rule at most; what it throws may be another text each time. */
const MOST_LOGGED = 100;

/** How much a request may see, also where that has to be found out; never later than the deadline. */
export async function resolveExposure(
  access: Access,
  request: HealthRequest,
  probe: Probe,
): Promise<Exposure> {
  const { expose, tokens } = access;
  const presented = bearerToken(request.header("authorization"));
  if (presented !== undefined && isOneOf(presented, tokens)) return "details";
  return openTo(expose, probe) ?? (await follow(expose as ExposeRule, access, request, probe));
}

/** What a rule of the service's own says, or the verdict alone when it says nothing usable. */
async function follow(
  rule: ExposeRule,
  access: Access,
  request: HealthRequest,
  probe: Probe,
): Promise<Exposure> {
  const { clock, deadline, words } = access.guard;
  let cancel = () => {};
  const late = new Promise<typeof LATE>((resolve) => {
    cancel = clock.after(deadline, () => resolve(LATE));
  });
  const asked = (async (): Promise<unknown> => rule(request, probe))();
  try {
    const found = await Promise.race([asked, late]);
    if (isExposure(found)) return found;
    const tooLate = `was not back within ${deadline} ms`;
    complain(access, found === LATE ? tooLate : `has returned ${describe(found)}`);
  } catch (failure) {
    complain(access, `has failed: ${(await words).explain(failure)}`);
  } finally {
    cancel();
  }
  return "status";
}

function complain({ guard, logged }: Access, what: string): void {
  if (logged.has(what) || logged.size >= MOST_LOGGED) return;
  logged.add(what);
  guard.log("error", `the rule of expose ${what}; the request sees "status"`, { why: what });
}

/** The token of `Authorization: Bearer …` (RFC 6750, section 2.1; schemes ignore case). */
function bearerToken(header: string | null | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(header ?? "")?.[1];
}

/** Compares with every token, and to the end, so that the time tells nothing about any of them. */
function isOneOf(presented: string, tokens: readonly string[]): boolean {
  let found = 0;
  for (const token of tokens) {
    let difference = presented.length ^ token.length;
    const length = Math.min(presented.length, MOST_COMPARED);
    for (let index = 0; index < length; index++) {
      difference |= presented.charCodeAt(index) ^ token.charCodeAt(index % token.length);
    }
    found |= Number(difference === 0);
  }
  return found === 1;
}
