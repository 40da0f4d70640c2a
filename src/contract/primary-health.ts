import { badOption } from "./misuse.ts";
import { sharedState } from "./shared-state.ts";

/** The healths that were given to `clusterHealth()`. Each is the primary's own, and knows no worker. */
const primaries = sharedState("healths of primaries", () => new WeakSet<object>());

/** The function that each other health was given to last. */
const owners = sharedState("owners of healths", () => new WeakMap<object, string>());

/**
 * Refuses the own health of a primary where the workers count, and remembers the function that a health was given to.
 *
 * @throws `HALE_BAD_OPTION`
 */
export function refusePrimaryHealth(owner: string, health: object): void {
  if (primaries.has(health)) {
    const actual = "the health that was given to clusterHealth(), which knows no worker";
    throw badOption(owner, "health", "what clusterHealth() returned", actual);
  }
  owners.set(health, owner);
}

/**
 * Remembers a health as the own one of a primary. Refuses one that a function would go on to use without the workers.
 *
 * @throws `HALE_BAD_OPTION`
 */
export function notePrimaryHealth(health: object): void {
  const other = primaries.has(health) ? "clusterHealth()" : owners.get(health);
  if (other !== undefined) {
    const hint =
      other === "clusterHealth()"
        ? "Call it once, and give what it returned to every other function."
        : `Call clusterHealth() first, and give ${other} what it returns.`;
    const actual = `that of ${other} already`;
    throw badOption("clusterHealth()", "health", "a health that no other call has", actual, hint);
  }
  primaries.add(health);
}
