import type { EndpointHistory } from "./endpoint-history.ts";

/** The way in which the watched endpoints are shown. */
export interface View {
  open(histories: readonly EndpointHistory[]): void;
  update(histories: readonly EndpointHistory[]): void;
  /** Ends the view, so that what it showed last stays. */
  close(): void;
}
