import { controlledContract } from "../contracts/adapter-contract.ts";
import { onBun } from "./_on-bun.ts";

controlledContract("Elysia 1.4 on Bun, as a plugin", onBun("elysia"));
