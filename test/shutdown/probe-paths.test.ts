import { expect, test } from "vitest";
import { ProbePaths } from "../../src/shutdown/probe-paths.ts";

const ROUTES = ["/health/", "/health/ready"];
const probePaths = () => new ProbePaths((path) => ROUTES.includes(path));

test("the routes are probes, and nothing else before a prefix is known", () => {
  const paths = probePaths();
  expect(["/health/ready", "/shop/health/ready", "/"].map((path) => paths.includes(path))).toEqual([
    true,
    false,
    false,
  ]);
});

test("once hale has answered below a prefix, every route below it is a probe", () => {
  const paths = probePaths();
  paths.learn("http://a/health/ready?format=json", ["/orders", "/shop/health/ready?format=json"]);
  const asked = ["/shop/health/ready", "/shop/health/", "/health/ready", "/shop/orders", "/shop"];
  expect(asked.map((path) => paths.includes(path))).toEqual([true, true, true, false, false]);
});

test.each([
  ["it came by the route itself", "/health/ready", ["/health/ready"]],
  ["the target that was answered is no route", "/orders", ["/shop/orders"]],
  ["the route stands in the query alone", "/health/ready", ["/shop?next=/health/ready"]],
  ["nothing is in flight", "/health/ready", []],
])("no prefix is learned where %s", (_, answered, targets) => {
  const paths = probePaths();
  paths.learn(answered, targets);
  expect(["/shop/health/ready", "/shop/orders"].map((path) => paths.includes(path))).toEqual([
    false,
    false,
  ]);
});

test.each([
  [
    "requests of the service that end like it are in flight",
    ["/orders/health/ready", "/shop/health/ready"],
  ],
  [
    "the request that was answered is in flight without a prefix",
    ["/shop/health/ready", "/health/ready"],
  ],
])("no prefix is learned where %s", (_, targets) => {
  const paths = probePaths();
  paths.learn("/health/ready", targets);
  expect(targets.filter((target) => paths.includes(target))).toEqual(
    targets.filter((target) => target === "/health/ready"),
  );
});

test("nothing is learned from the root, like which every directory ends", () => {
  const paths = new ProbePaths((path) => path === "/");
  paths.learn("/", ["/api/users/"]);
  expect(paths.includes("/api/users/")).toBe(false);
});

test("callers cannot make it remember any number of prefixes", () => {
  const paths = probePaths();
  const targets = Array.from({ length: 1000 }, (_, index) => `/${index}/health/ready`);
  for (const target of targets) paths.learn("/health/ready", [target]);
  expect(targets.filter((target) => paths.includes(target))).toHaveLength(10);
});

test("of thousands of probes in flight, the first one ends the search", () => {
  const paths = probePaths();
  let read = 0;
  function* targets() {
    for (let index = 0; index < 5000; index++) {
      read++;
      yield "/health/ready";
    }
  }
  paths.learn("/health/ready", targets());
  expect(read).toBe(1);
});
