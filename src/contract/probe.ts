/**
 * The probes: would a restart help (`liveness`), should traffic come here (`readiness`), are the start-up
 * tasks done (`startup`), does every check pass (`deep`).
 */
export const PROBES = ["liveness", "readiness", "startup", "deep"] as const;

/** One of the four probes. */
export type Probe = (typeof PROBES)[number];

/** The phases of the process, in their order. */
export const PHASES = ["starting", "serving", "draining"] as const;

/** The phase of the process. */
export type Phase = (typeof PHASES)[number];
