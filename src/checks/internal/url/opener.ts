import type { Check, CheckOptions } from "../../../contract/check.ts";

/** An opener of the URLs of some schemes. */
export interface Opener {
  /** Schemes without the colon. */
  readonly schemes: readonly string[];
  /** The packages that can open it, the preferred one first; none where hale needs no driver. */
  readonly packages: readonly string[];
  /**
   * Opens a client and makes its check. Reasons are redacted by whoever runs it, so the URL need not
   * be hidden from the driver's own errors.
   */
  open(url: URL, tools: OpenTools): Opened | Promise<Opened>;
}

/** The options of an opener besides the URL. */
export interface OpenTools {
  /** The options of the check. */
  readonly options: CheckOptions;
  /** Every `host:port` that the URL names, where it may name several. */
  readonly hosts: readonly string[];
  /** The URL as a text, with every host. */
  readonly text: string;
  /** Imports one of the opener's packages, as the service has it installed. */
  readonly driver: <Module>(name: string) => Promise<Module>;
}

/** A client that hale has opened itself. */
export interface Opened {
  readonly check: Check;
  /** The client that other checks may be made over, where they take one of its kind. */
  readonly client?: object;
  close(): unknown;
}
