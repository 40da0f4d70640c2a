import { completion } from "../completion.ts";
import type { Command } from "./command.ts";

/** Every sub-command of `hale`. */
export const COMMANDS: readonly Command[] = [completion];
