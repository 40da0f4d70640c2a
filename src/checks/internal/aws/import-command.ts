import { CheckFailure } from "../../../contract/errors.ts";
import { ON_WORKERD } from "../../../contract/runtime.ts";
import { importPackage } from "../url/import-driver.ts";
import type { AwsCommand } from "./aws-command.ts";

/** A command that is made of a package of the service. */
export interface ImportedCommand<Commands> {
  /** The package that has the commands. */
  readonly from: string;
  /** The check, and the command that its option `command` takes, for the reason where there is none. */
  readonly owner: string;
  readonly instead: string;
  make(commands: Commands): AwsCommand;
}

/** Imports a command beside the service's own start; what failed is tried again by a run. */
export function importCommand<Commands>(
  command: ImportedCommand<Commands>,
): () => Promise<AwsCommand> {
  const make = async () => command.make(await commandsOf(command));
  // There, no request may wait for what another has begun.
  if (ON_WORKERD) return make;
  let making: Promise<AwsCommand> | undefined;
  const made = () => {
    making ??= make();
    making.catch(() => {
      making = undefined;
    });
    return making;
  };
  made();
  return made;
}

async function commandsOf<Commands>({
  from,
  owner,
  instead,
}: ImportedCommand<Commands>): Promise<Commands> {
  return (await importPackage(from).catch((failure: unknown) => {
    const why = failure instanceof Error ? failure.message : String(failure);
    const reason = `The commands of ${from} could not be imported: ${why}. Give ${owner} the option "command", a ${instead}, as a service that is bundled must.`;
    throw new CheckFailure("HALE_COMMAND_MISSING", reason, { cause: failure });
  })) as Commands;
}
