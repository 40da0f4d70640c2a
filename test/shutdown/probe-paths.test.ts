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

test("callers cannot make it remember any number of prefixes", () => {
  const paths = probePaths();
  const targets = Array.from({ length: 1000 }, (_, index) => `/${index}/health/ready`);
  paths.learn("/health/ready", targets);
  expect(targets.filter((target) => paths.includes(target))).toHaveLength(10);
});
