import { CLIENTS, type Clients, type Kind } from "./client-table.ts";
import { hasMarks, lackingMarks } from "./marks.ts";

/** The identity of a value, by the table of clients. */
export interface Identity {
  readonly kind: Kind;
  /** Kinds whose marks it has all; more than one where it cannot be told. */
  readonly kinds?: readonly Kind[];
  /** The relative that it is, of those that the check of the kind refuses. */
  readonly refused?: string;
  /** The members that it lacks of a client whose marks it has, as one of another version does. */
  readonly lacking?: readonly string[];
}

const KINDS = Object.entries(CLIENTS) as readonly (readonly [Kind, Clients])[];

/** Reads what a value is; `undefined` for what no kind of client looks like. */
export function identifyClient(value: unknown): Identity | undefined {
  for (const [kind] of KINDS) {
    const refused = refusalOf(kind, value);
    if (refused !== undefined) return { kind, refused };
  }
  const kinds: Kind[] = [];
  let half: Identity | undefined;
  for (const [kind, { taken }] of KINDS) {
    for (const marks of Object.values(taken)) {
      const [known = "", needed = ""] = marks.split(" | ");
      if (!hasMarks(value, known)) continue;
      const lacking = lackingMarks(value, needed);
      if (lacking.length === 0) kinds.push(kind);
      else half ??= { kind, lacking };
    }
  }
  const [kind] = kinds;
  return kind ? { kind, kinds: [...new Set(kinds)] } : half;
}

/** Names the relative that a value is, of those that the check of a kind refuses. */
export function refusalOf(kind: Kind, value: unknown): string | undefined {
  const { refused = {} }: Clients = CLIENTS[kind];
  return Object.keys(refused).find((name) => hasMarks(value, refused[name] ?? ""));
}
