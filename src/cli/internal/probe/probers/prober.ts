import type { BodyRule, HttpReply } from "../http-exchange.ts";
import type { ProbeFailure } from "../probe-failure.ts";
import type { RedirectRule } from "../redirects.ts";
import { isInRanges, type StatusRange } from "../status-ranges.ts";

/** The scheme of a target. */
export type Scheme = "http" | "https" | "unix" | "tcp" | "grpc" | "grpcs";

/** A setting that a prober has too, so that the flag for it may stand beside `--as`. */
export type ProberSetting = "method" | "header" | "expect-status";

/** The conclusion of a prober from one response: its own word, and whether traffic still comes. */
export interface Conclusion {
  readonly healthy: boolean;
  readonly verdict: string;
}

/** The rules of a prober, as its documentation or source has them. */
export interface Prober {
  readonly schemes: readonly Scheme[];
  readonly settings: readonly ProberSetting[];
  /** Milliseconds until it gives an attempt up by default. */
  readonly timeout: number;
  readonly method: string;
  readonly version: "1.0" | "1.1";
  readonly headers: Readonly<Record<string, string>>;
  /** Whether its parser takes responses that are not quite HTTP, such as lines that end with LF alone. */
  readonly lenient?: boolean;
  readonly redirects: RedirectRule;
  readonly body: BodyRule;
  /** Bytes of the body that it reads. */
  readonly keep: number;
  /** Whether it verifies certificates. */
  readonly verify: boolean;
  /** The status codes that it accepts by default. */
  readonly status: readonly StatusRange[];
  /** The word for a TCP connection or a gRPC call that went well. */
  readonly passed: string;
  /** Concludes from a response, of which `expected` are the accepted status codes. */
  conclude(reply: HttpReply, expected: readonly StatusRange[]): Conclusion;
  /** The word for an attempt that failed. */
  failed(failure: Pick<ProbeFailure, "code" | "stage">): string;
}

/** Makes the conclusion of a prober that looks at the status alone. */
export function byStatus(passed: string, failed: string): Prober["conclude"] {
  return ({ status }, expected) =>
    isInRanges(status, expected)
      ? { healthy: true, verdict: passed }
      : { healthy: false, verdict: failed };
}
