import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startProgram } from "../_support/program.ts";
import { probeFaults } from "../deploy/_kubelet-rules.ts";
import { manifestsIn, validateManifest } from "../deploy/_kubernetes.ts";
import { ensureInstalled } from "../servers/_install.ts";
import { reservePlace } from "../servers/_place.ts";
import { postgres } from "../servers/postgres.ts";
import { commandsOf, imageCommandOf, makeExample, packHale, untilAnswers } from "./_example.ts";

vi.setConfig({ testTimeout: 180_000 });

const hale = packHale();

const manifests = readdirSync("examples", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".yaml") && !file.endsWith("hale.yaml"))
  .flatMap((file) =>
    manifestsIn(readFileSync(join("examples", file), "utf8")).map((manifest) => ({
      name: `${manifest.kind} of ${file}`,
      manifest,
    })),
  );

interface Container {
  readonly args: readonly string[];
  readonly command: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly [probe: `${string}Probe`]: {
    readonly httpGet: { readonly path: string; readonly port: string | number };
  };
}

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly initContainers: [Container];
        readonly containers: [Container];
      };
    };
  };
}

/** The pod of the first manifest of a file, which is a Deployment. */
function podOf(file: string): Deployment["spec"]["template"]["spec"] {
  const [deployment] = manifestsIn(readFileSync(join("examples", file), "utf8"));
  return (deployment as unknown as Deployment).spec.template.spec;
}

const [container] = podOf("kubernetes/shop.yaml").containers;
const [{ name: portName, containerPort }] = container.ports as [Container["ports"][number]];
const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];

describe("the manifests of the examples", () => {
  test("are found", () => {
    const kinds = manifests.map(({ manifest }) => manifest.kind).sort();
    expect(kinds).toEqual(["Deployment", "Deployment", "PodDisruptionBudget", "Service"]);
  });

  test.each(manifests)("$name is valid by the schema of Kubernetes", ({ manifest }) => {
    expect(() => validateManifest(manifest)).not.toThrow();
    expect(probeFaults(manifest)).toEqual([]);
  });
});

test("the Deployment of the example django-sidecar starts what its page starts", () => {
  const { initContainers, containers } = podOf("django-sidecar/deployment.yaml");
  const command = containers[0].command.join(" ").replace("0.0.0.0", "127.0.0.1");
  expect(commandsOf("django-sidecar")).toContain(command);
  expect(initContainers[0].args[0]).toBe("serve");
});

describe("the image of the example kubernetes", () => {
  const dockerfile = readFileSync("examples/kubernetes/Dockerfile", "utf8");

  test("listens at the port of its Deployment", () => {
    expect(dockerfile).toMatch(new RegExp(`^EXPOSE ${containerPort}$`, "m"));
  });

  test("answers each probe of its Deployment", async () => {
    const database = await postgres.start();
    onTestFinished(() => database.stop());
    const { port, folder } = await reservePlace();
    onTestFinished(() => rm(folder, { recursive: true }));
    const example = makeExample("kubernetes", hale());
    const [, file = ""] = imageCommandOf("kubernetes");
    startProgram(join(example.folder, file), {
      cwd: example.folder,
      env: { DATABASE_URL: database.url, HOST: "127.0.0.1", PORT: String(port) },
    });
    for (const probe of probes) {
      expect(probe?.httpGet.port).toBe(portName);
      await untilAnswers(`http://127.0.0.1:${port}`, probe?.httpGet.path ?? "", 200);
    }
  });

  // In a network of its own, since it listens on every address.
  test("answers a kubelet on the address of its pod, and drains for Kubernetes", async () => {
    const ip = await ensureInstalled({
      name: "ip",
      programs: ["ip"],
      folders: ["/usr/sbin", "/sbin"],
      packages: { debian: ["iproute2"], fedora: ["iproute"], homebrew: ["iproute2mac"] },
    });
    const { folder } = makeExample("kubernetes", hale());
    const command = [process.execPath, ...imageCommandOf("kubernetes").slice(1)].join(" ");
    const probe = `${process.execPath} node_modules/hale/dist/probe.cjs`;
    const url = (path = "") => `http://10.244.0.7:${containerPort}${path}`;
    const script = `
      set -e
      ${ip} link set lo up
      ${ip} address add 10.244.0.7/32 dev lo
      ${command} & service=$!
      ${probe} wait --for 60s ${url(container.livenessProbe?.httpGet.path)}
      ${probe} --as kubelet ${url(container.startupProbe?.httpGet.path)}
      kill -TERM $service
      wait $service
    `;
    const user = process.getuid?.() === 0 ? [] : ["--map-root-user"];
    const program = startProgram("-c", {
      through: ["unshare", "--net", "--pid", "--fork", "--kill-child", ...user, "sh"],
      args: [script],
      cwd: folder,
      env: { KUBERNETES_SERVICE_HOST: "10.96.0.1", DATABASE_URL: "postgres://10.244.0.8/shop" },
    });
    const { code, lines } = await program.ended;
    expect({ code, text: lines.join("\n") }).toEqual({
      code: 0,
      text: expect.stringMatching(
        /10\.244\.0\.7:8000\/health\/startup is healthy[\s\S]*exit code 0/,
      ),
    });
  });
});
