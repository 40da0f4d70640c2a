import { existsSync } from "node:fs";

/** Finds the configuration file of the current folder, by the names that it may have. */
export function findConfig(): string | undefined {
  return ["hale.yaml", "hale.yml", "hale.json"].find((name) => existsSync(name));
}
