import { OBJECT } from "../../../contract/options.ts";
import { CLIENTS, type Clients, type Kind } from "./client-table.ts";
import { identifyClient, refusalOf } from "./identify-client.ts";
import { hasMarks } from "./marks.ts";

/**
 * Whether the check of a kind can call a value: it has all that is called of one of its clients, and is no
 * client of another check.
 */
export function canCall(kind: Kind, value: unknown): boolean {
  const { taken, needs }: Clients = CLIENTS[kind];
  const kinds = identifyClient(value)?.kinds ?? [];
  // A check that takes no client as it is may take one that another check takes as it is.
  const isAnothers = kinds.length > 0 && !kinds.includes(kind) && needs === undefined;
  return (
    // A text has methods of the names of some clients, such as search().
    OBJECT.accepts(value) &&
    !isAnothers &&
    refusalOf(kind, value) === undefined &&
    Object.values(taken).some((marks) => hasMarks(value, marks.split(" | ").at(-1) ?? ""))
  );
}
