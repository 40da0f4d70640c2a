import type { Plugin } from "vitest/config";

export const workerSource: Plugin;
