import { describe, expect, test } from "vitest";
import type { Paths } from "../../src/contract/paths.ts";
import type { Probe } from "../../src/contract/probe.ts";
import { createRouter, type RouterOptions } from "../../src/http/router.ts";
import { haleErrorOf } from "../_support/thrown.ts";

/** The router of a service with one check, and what else it is made with. */
const routerOf = (paths: Paths, options: Partial<RouterOptions> = {}) =>
  createRouter(paths, { isName: (name) => name === "database", ...options });

/** Every default path, and whether names stand below it. */
const DEFAULTS: readonly (readonly [path: string, Probe, parent: boolean])[] = [
  ["/health", "liveness", false],
  ["/health/live", "liveness", true],
  ["/livez", "liveness", true],
  ["/healthz", "liveness", true],
  ["/health/ready", "readiness", true],
  ["/readyz", "readiness", true],
  ["/health/startup", "startup", true],
  ["/startupz", "startup", true],
  ["/health/deep", "deep", true],
];

describe.each(DEFAULTS)("%s", (path, probe, parent) => {
  const route = routerOf({});

  test(`asks for ${probe}, with the slash at the end and without`, () => {
    expect(route(path)).toEqual({ probe, check: undefined });
    expect(route(`${path}/`)).toEqual({ probe, check: undefined });
  });

  test(parent ? "has names below it" : "has no names below it", () => {
    const child = parent ? { probe, check: "database" } : undefined;
    expect(route(`${path}/database`)).toEqual(child);
    expect(route(`${path}/database/`)).toEqual(child);
  });

  test("is matched to the letter", () => {
    expect(route(path.toUpperCase())).toBeUndefined();
    expect(route(`${path}x`)).toBeUndefined();
    expect(route(` ${path}`)).toBeUndefined();
    expect(route(`/x${path}`)).toBeUndefined();
    expect(route(`/${path}`)).toBeUndefined();
    expect(route(path.slice(1))).toBeUndefined();
  });

  test("is the same route each time, so that its answer can be kept", () => {
    expect(route(path)).toBe(route(path));
    expect(route(`${path}/`)).toBe(route(path));
  });
});

test.each([
  ...["/", "", "*", "/users", "/healthy", "/health-check", "/healthcheck", "/health//"],
  ...["/health/users", "/health/database", "/health/livez", "/health/lived", "/health/live2"],
  ...["/health/users/5", "/health//live", "/health/x/live", "/api/health", "/liveness", "/readyzz"],
  ...["/startup", "/deep", "/live", "/ready", "/deepz", "/health?x"],
])("%j belongs to the application", (path) => {
  expect(routerOf({})(path)).toBeUndefined();
});

test.each([
  ["/livez/a.b_c-d", "a.b_c-d"],
  ["/livez/live", "live"],
  ["/livez/a/b", "a.b"],
  ["/livez/a//", "a."],
  ["/livez//", ""],
  ["/livez/%61", "%61"],
  ["/livez/__proto__", "__proto__"],
])(
  "what is below a probe is one name, joined with dots, whatever it looks like: %j",
  (path, check) => {
    expect(routerOf({})(path)).toEqual({ probe: "liveness", check });
  },
);

describe("a path that is renamed", () => {
  test("takes the place of all the default ones of its probe, and of no other", () => {
    const route = routerOf({ liveness: "/ping" });
    expect(route("/ping")).toEqual({ probe: "liveness", check: undefined });
    for (const path of ["/health", "/health/live", "/livez", "/healthz", "/livez/database"]) {
      expect(route(path)).toBeUndefined();
    }
    expect(route("/readyz")?.probe).toBe("readiness");
    expect(route("/health/deep")?.probe).toBe("deep");
  });

  test.each(["/ping", "/ping/"])("may be given as %s, and is found in both forms", (path) => {
    const route = routerOf({ readiness: path });
    expect(route("/ping")?.probe).toBe("readiness");
    expect(route("/ping/")?.probe).toBe("readiness");
    expect(route("/ping/database")).toEqual({ probe: "readiness", check: "database" });
    expect(route("/ping/database/")).toEqual({ probe: "readiness", check: "database" });
  });

  test("may be several", () => {
    const route = routerOf({ deep: ["/status", "/internal/deep"] });
    expect(route("/status")?.probe).toBe("deep");
    expect(route("/internal/deep/database")).toEqual({ probe: "deep", check: "database" });
    expect(route("/health/deep")).toBeUndefined();
  });

  test("of undefined is not renamed", () => {
    expect(routerOf({ liveness: undefined })("/livez")?.probe).toBe("liveness");
  });

  test("has no names below it when it is the root", () => {
    const route = routerOf({ readiness: "/" });
    expect(route("/")?.probe).toBe("readiness");
    for (const path of ["", "//", "/database", "//database", "/users"]) {
      expect(route(path)).toBeUndefined();
    }
    expect(route("/livez/database")).toEqual({ probe: "liveness", check: "database" });
  });

  test("has no names below it when it is /health, whose names are the application's", () => {
    const route = routerOf({ liveness: false, readiness: "/health" });
    expect(route("/health")?.probe).toBe("readiness");
    expect(route("/health/")?.probe).toBe("readiness");
    expect(route("/health/database")).toBeUndefined();
    expect(route("/health/live")).toBeUndefined();
  });

  test("may have any character that a path has", () => {
    const path = "/-._~!$&'()*+,;=:@%20aZ09";
    expect(routerOf({ deep: path })(path)?.probe).toBe("deep");
  });

  test("below another one goes before the names below that", () => {
    const route = routerOf({ readiness: "/status", deep: "/status/deep" });
    expect(route("/status/deep")?.probe).toBe("deep");
    expect(route("/status/database")).toEqual({ probe: "readiness", check: "database" });
    expect(route("/status/deep/database")).toEqual({ probe: "deep", check: "database" });
  });
});

describe("below a path of the service's own", () => {
  const route = routerOf({ liveness: "/status", deep: "/deep" });

  test("a single segment that names a check or a group is hale's", () => {
    for (const path of ["/status/database", "/status/database/"]) {
      expect(route(path)).toEqual({ probe: "liveness", check: "database" });
    }
  });

  test("a dot names the member of a group; two segments are the application's", () => {
    const ofGroup = routerOf(
      { readiness: "/ready", deep: "/health/deep" },
      { isName: (name) => ["payments", "payments.ledger"].includes(name) },
    );
    const check = "payments.ledger";
    expect(ofGroup("/ready/payments.ledger")).toEqual({ probe: "readiness", check });
    expect(ofGroup("/ready/payments.ledger/")).toEqual({ probe: "readiness", check });
    for (const path of ["/ready/payments/ledger", "/health/deep/payments/ledger"]) {
      expect(ofGroup(path)).toBeUndefined();
    }
    // Below a default path either is hale's.
    expect(ofGroup("/startupz/payments/ledger")).toEqual({ probe: "startup", check });
  });

  test.each(["/status/users/42", "/status/users", "/status/database/x", "/status//", "/deep/a.b"])(
    "%s belongs to the application",
    (path) => {
      expect(route(path)).toBeUndefined();
    },
  );

  test("the paths of the other probes are as they were", () => {
    expect(route("/readyz/users")).toEqual({ probe: "readiness", check: "users" });
  });
});

describe("the root", () => {
  test("asks for the probe of a listener, and has nothing below it", () => {
    const route = routerOf({}, { root: "readiness" });
    expect(route("/")).toEqual({ probe: "readiness", check: undefined });
    expect(route("/database")).toBeUndefined();
    expect(route("")).toBeUndefined();
  });

  test("asks for the probe whose path it is, where the service says so", () => {
    expect(routerOf({ deep: "/" }, { root: "readiness" })("/")?.probe).toBe("deep");
  });
});

describe("a probe whose path is false", () => {
  test("has no routes at all", () => {
    const route = routerOf({ deep: false });
    expect(route("/health/deep")).toBeUndefined();
    expect(route("/health/deep/")).toBeUndefined();
    expect(route("/health/deep/database")).toBeUndefined();
    expect(route("/livez")?.probe).toBe("liveness");
  });

  test("leaves its paths to another one", () => {
    const route = routerOf({ liveness: false, readiness: ["/livez", "/health"] });
    expect(route("/livez")?.probe).toBe("readiness");
    expect(route("/health")?.probe).toBe("readiness");
  });
});

test("a probe that does not exist has no path, and the error says which are meant", () => {
  const error = haleErrorOf(() => routerOf({ ready: "/ready" } as Paths));
  expect(error.code).toBe("HALE_UNKNOWN_OPTION");
  expect(error.message).toBe(
    'paths has no option "ready". Did you mean "readiness"? It takes: liveness, readiness, startup, deep.',
  );
});

describe("a path that cannot be used", () => {
  test.each<[unknown, string]>([
    ["", "is no absolute path"],
    ["livez", "is no absolute path"],
    ["http://app/livez", "is no absolute path"],
    ["*", "is no absolute path"],
    [" /livez", "is no absolute path"],
    ["//", "is no absolute path"],
    ["//livez", "is no absolute path"],
    ["/a//b", "is no absolute path"],
    ["/livez//", "is no absolute path"],
    ["/livez?x", "is no absolute path"],
    ["/livez#x", "is no absolute path"],
    ["/live z", "is no absolute path"],
    ["/livez\n", "is no absolute path"],
    ["/livez\\x", "is no absolute path"],
    ["/:probe([a-z]+)", "is no absolute path"],
    ...[
      "/:id",
      "/health/:id",
      "/health/:id/ready",
      "/*",
      "/health/*",
      "/health/*rest",
      "/health*",
    ].map((path): [string, string] => [
      path,
      `holds the pattern "${path.split("/").find((part) => /[:*]/.test(part))}", and paths are compared as they are`,
    ]),
    ["/santé", "is no absolute path"],
    ['/"', "is no absolute path"],
    [["/livez", 5], "is no absolute path"],
    [["/livez", undefined], "is no absolute path"],
    [["/livez", null], "is no absolute path"],
    [[], "is no absolute path"],
    [null, "is no absolute path"],
    [[["/livez"]], "is no absolute path"],
    [[/livez/], "is no absolute path"],
  ])("is refused: %j", (path, why) => {
    const error = haleErrorOf(() => routerOf({ liveness: path } as Paths));
    expect(error.code).toBe("HALE_BAD_PATH");
    expect(error.message).toContain(`${why}. Give each probe paths of its own`);
  });

  test.each<[string, Paths]>([
    ["/x", { liveness: "/x", readiness: "/x" }],
    ["/x", { liveness: "/x/", readiness: "/x" }],
    ["/x", { deep: ["/x", "/x"] }],
    ["/x", { deep: ["/x", "/x/"] }],
    ["/readyz", { deep: "/readyz" }],
    ["/health", { readiness: "/health" }],
    ["/", { deep: "/", startup: "/" }],
  ])("is refused when it is given twice: %s by %j", (path, paths) => {
    const error = haleErrorOf(() => routerOf(paths));
    expect(error.code).toBe("HALE_BAD_PATH");
    expect(error.message).toContain(`The path "${path}" is given twice.`);
  });
});
