/**
 * What a caller may ask: would a restart help (`liveness`), should traffic come here (`readiness`),
 * are the start-up tasks done (`startup`), does every dependency work (`deep`).
 */
export const PROBES = ["liveness", "readiness", "startup", "deep"] as const;

/** One of the four questions that a caller may ask. */
export type Probe = (typeof PROBES)[number];

/** Where the process is in its life. */
export type Phase = "starting" | "serving" | "draining";
