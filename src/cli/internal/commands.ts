import { audit } from "../audit.ts";
import { completion } from "../completion.ts";
import { fleet } from "../fleet.ts";
import { probe } from "../probe.ts";
import { serve } from "../serve.ts";
import { wait } from "../wait.ts";
import { watch } from "../watch.ts";
import type { Command } from "./command.ts";

/** Every sub-command of `hale`. */
export const COMMANDS: readonly Command[] = [audit, completion, fleet, probe, serve, wait, watch];
