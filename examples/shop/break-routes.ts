import { Router } from "express";
import { type Breakable, WAYS } from "./fault.ts";

/**
 * `POST /break/<check>?how=<way>` and `POST /mend/<check>`. A real service has no such routes; this
 * one listens on the loopback address alone.
 */
export function breakRoutes(dependencies: ReadonlyMap<string, Breakable>): Router {
  const routes = Router();
  const inTurn = createTurns();
  const unknown = (check: string) => ({
    error: `There is no check "${check}". The checks are: ${[...dependencies.keys()].join(", ")}.`,
  });

  routes.post("/break/:check", async (request, response) => {
    const { check } = request.params;
    const dependency = dependencies.get(check);
    const how = WAYS.find((way) => way === request.query.how);
    if (dependency === undefined) {
      response.status(404).json(unknown(check));
    } else if (how === undefined) {
      response
        .status(400)
        .json({ error: `Say how: ${WAYS.map((way) => `?how=${way}`).join(", ")}.` });
    } else {
      await inTurn(() => dependency.break(how));
      response.json({ check, broken: how });
    }
  });

  routes.post("/mend/:check", async (request, response) => {
    const { check } = request.params;
    const dependency = dependencies.get(check);
    if (dependency === undefined) {
      response.status(404).json(unknown(check));
    } else {
      await inTurn(() => dependency.mend());
      response.json({ check, broken: null });
    }
  });

  return routes;
}

/** Lets one change begin when the one before it has ended. */
function createTurns(): (change: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve();
  return (change) => {
    last = last.then(change, change);
    return last;
  };
}
