import { ADAPTER_RULES, type Audited } from "./adapter-rules.ts";
import { type Audit, createAudit } from "./audit.ts";
import { RawHttpClient } from "./raw-http-client.ts";

/**
 * A server whose health is made of `auditedOptions()`, and how it is told what to do: it may be in
 * another process.
 */
export interface Controlled extends Omit<Audited, "ask" | "send"> {
  /** Where it listens, as in `http://127.0.0.1:40000`. */
  readonly base: string;
  /** How it is asked, when that is not over HTTP/1. */
  readonly ask?: Audited["ask"];
  close(): unknown;
}

/**
 * The audits of a way in, each of a server that `start` starts for it. `within` is in milliseconds: an
 * answer that has not come by then has failed.
 */
export function controlledAudits(
  start: () => Promise<Controlled>,
  within: number,
): readonly Audit[] {
  return ADAPTER_RULES.map((rule) =>
    createAudit(rule, async (look) => {
      const server = await start();
      const wire = new RawHttpClient(server.base, within);
      try {
        await look({
          ask: server.ask ?? ((...asked) => wire.ask(...asked)),
          send: (text) => wire.send(text),
          set: (state) => server.set(state),
          seen: () => server.seen(),
          drain: () => server.drain(),
        });
      } finally {
        await server.close();
      }
    }),
  );
}
