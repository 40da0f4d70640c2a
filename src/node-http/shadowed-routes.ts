import type { Health } from "../contract/health.ts";
import { hasMethods } from "../contract/options.ts";
import { type HealthInternals, INTERNALS } from "../health-internals.ts";

/** A route of an app. */
interface AppRoute {
  readonly method: string;
  readonly path: string;
}

/** The part of a Fastify app that finds routes. */
interface FastifyRoutes {
  findRoute(route: { method: string; url: string }): { readonly params: object } | null;
}

/** The part of an Express app that has its routes: `_router` in version 4, `router` in version 5. */
interface ExpressRoutes {
  readonly _router?: ExpressRouter;
  readonly router?: ExpressRouter;
}

interface ExpressRouter {
  readonly stack?: readonly {
    readonly handle?: unknown;
    readonly route?: {
      readonly path?: unknown;
      readonly methods?: Readonly<Record<string, unknown>>;
    };
  }[];
}

/** The default paths of hale; those that are not in use are not matched by its router. */
const DEFAULT_PATHS = [
  "/health",
  "/health/live",
  "/livez",
  "/healthz",
  "/health/ready",
  "/readyz",
  "/health/startup",
  "/startupz",
  "/health/deep",
];

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * Warns of the routes of an app of Fastify or Express at a path that hale answers, which no request reaches.
 * `owner` is what the service has mounted.
 */
export function warnOfShadowedRoutes(owner: string, health: Health, findApp: () => unknown): void {
  const parts = (health as { readonly [INTERNALS]?: HealthInternals })[INTERNALS];
  if (parts === undefined) return;
  const names = shadowedRoutes(findApp, parts);
  if (names.length === 0) return;
  const text = `${owner} answers before the app, which never sees requests to its own routes ${names.join(", ")}. Remove those routes, or give hale other "http.paths".`;
  parts.log("warn", text, { routes: names });
}

/** Lists the routes; none of an app that cannot be read, since a warning must not keep an app from its start. */
function shadowedRoutes(findApp: () => unknown, parts: HealthInternals): readonly string[] {
  try {
    const app = findApp();
    const routes = hasMethods(app, ["findRoute"])
      ? routesOfFastify(app as FastifyRoutes, parts)
      : routesOfExpress(app);
    const shadowed = routes.filter(({ path }) => parts.router(path) !== undefined);
    return [...new Set(shadowed.map(({ method, path }) => `${method} ${path}`))];
  } catch {
    return [];
  }
}

/** A route with a parameter or a wildcard is intended for other paths, and is found with its parameters. */
function routesOfFastify(app: FastifyRoutes, { http }: HealthInternals): AppRoute[] {
  const own = Object.values(http.paths ?? {}).flat();
  return [...DEFAULT_PATHS, ...own]
    .filter((path) => typeof path === "string")
    .flatMap((path) => METHODS.map((method) => ({ method, path })))
    .filter(({ method, path }) => {
      const route = app.findRoute({ method, url: path });
      return route !== null && Object.keys(route.params).length === 0;
    });
}

/** Returns the part of an app of Express that stands after a middleware; none where its stack does not show the middleware. */
export function routesAfter(app: unknown, middleware: unknown): ExpressRoutes {
  const { stack = [] } = routerOf(app);
  const index = stack.findIndex(({ handle }) => handle === middleware);
  return { router: { stack: index < 0 ? [] : stack.slice(index + 1) } };
}

/** Version 4 throws when `router` is read. */
function routerOf(app: unknown): ExpressRouter {
  const routes = (app ?? {}) as ExpressRoutes;
  return routes._router ?? routes.router ?? {};
}

/** Lists the routes of Express; none of a value that is no object. */
function routesOfExpress(app: unknown): AppRoute[] {
  const { stack = [] } = routerOf(app);
  return stack.flatMap(({ route }) =>
    [route?.path].flat().flatMap((path) => {
      const methods = Object.keys(route?.methods ?? {}).map((method) => method.toUpperCase());
      const shown = methods.filter((method) => METHODS.includes(method));
      return typeof path === "string" ? shown.map((method) => ({ method, path })) : [];
    }),
  );
}
