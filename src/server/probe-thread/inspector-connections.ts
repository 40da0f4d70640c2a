import { readFileSync } from "node:fs";

/** The connections of the machine's network, as Linux lists them for IPv4 and IPv6. */
const TABLES = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];

/** The minimum time between two reads, in milliseconds: there may be thousands of connections. */
const PACE = 1000;

/**
 * Whether a client is connected to the inspector at a port, of the tables of connections that `read` gives;
 * `undefined` where there is none. Node itself does not say whether one is.
 */
export function isInspectorAttached(
  port: number,
  read: (file: string) => string = (file) => readFileSync(file, "utf8"),
): boolean | undefined {
  const tables = TABLES.flatMap((file) => {
    try {
      return [read(file)];
    } catch {
      return [];
    }
  });
  if (tables.length === 0) return undefined;
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return tables.some((table) =>
    table.split("\n").some((line) => {
      // sl local_address rem_address st …; 01 is ESTABLISHED.
      const [, address, , state] = line.trim().split(/\s+/);
      return state === "01" && address?.endsWith(local);
    }),
  );
}

/** Says whether an inspector is attached, and looks after that only now and then. */
export class InspectorConnections {
  readonly #now: () => number;
  readonly #look: (port: number) => boolean | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #attached: boolean | undefined;

  constructor(
    now: () => number,
    look: (port: number) => boolean | undefined = isInspectorAttached,
  ) {
    this.#now = now;
    this.#look = look;
  }

  /** Whether one is; `undefined` where that cannot be known. */
  isAttached(port: number): boolean | undefined {
    const now = this.#now();
    if (now - this.#lookedAt >= PACE) {
      this.#lookedAt = now;
      this.#attached = this.#look(port);
    }
    return this.#attached;
  }
}
