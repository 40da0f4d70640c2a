/** The exit code of a command whose output is lost, `EX_IOERR` of sysexits.h. */
export const EXIT_OUTPUT_LOST = 74;

/**
 * The exit code of commands whose product is their output. Others keep a code by which scripts and orchestrators know
 * whether endpoints are healthy: a full disk makes none unhealthy.
 */
export const OUTPUT_EXITS = {
  [EXIT_OUTPUT_LOST]:
    "The output could not be written, as on a full disk; the code would be 0 otherwise.",
} as const;
