import { mergeConfig } from "vitest/config";
import whole, { MATRICES } from "../vitest.config.ts";

const config = mergeConfig(whole, {});
config.test.exclude = config.test.exclude.filter((path: string) => !MATRICES.includes(path));

/** The whole suite with its matrices: `npm run test:wide` runs it on each version of Node. */
export default config;
