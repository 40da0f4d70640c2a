import type { Terminal } from "../terminal.ts";
import { differs, type EndpointHistory } from "./endpoint-history.ts";
import { formatLatency } from "./units.ts";
import type { View } from "./view.ts";

/** A view for files and pipes: a line for the first status of each endpoint, and one for each change. */
export class LogView implements View {
  readonly #terminal: Pick<Terminal, "print">;
  #histories: readonly EndpointHistory[] = [];

  constructor(terminal: Pick<Terminal, "print">) {
    this.#terminal = terminal;
  }

  open(histories: readonly EndpointHistory[]): void {
    this.#histories = histories;
  }

  update(histories: readonly EndpointHistory[]): void {
    histories.forEach((history, index) => {
      const before = this.#histories[index];
      if (before === undefined || differs(before, history)) this.#terminal.print(lineOf(history));
    });
    this.#histories = histories;
  }

  close(): void {
    for (const history of this.#histories) {
      if (history.status !== "waiting") continue;
      this.#terminal.print(lineOf({ ...history, reason: "no response until the end" }));
    }
  }
}

/** Writes one change, with the time in UTC, as logs have it. */
function lineOf({ name, status, reason, latency }: EndpointHistory): string {
  const facts = [new Date().toISOString(), name, status, formatLatency(latency).replace(" ", "")];
  return [...facts, ...(reason === "" ? [] : [reason])].join(" ");
}
