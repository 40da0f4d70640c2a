import { byStatus, type Prober } from "./prober.ts";

const byRange = byStatus("success", "failure");

/**
 * The kubelet of Kubernetes: GET, every status from 200 to 399, redirects followed on the same host, no verification of
 * certificates, and 10 KiB of the body. From: kubernetes/kubernetes, pkg/probe/http/http.go, pkg/probe/grpc/grpc.go.
 */
export const kubelet: Prober = {
  schemes: ["http", "https", "tcp", "grpc"],
  settings: ["header"],
  timeout: 1000,
  method: "GET",
  version: "1.1",
  headers: { "user-agent": "kube-probe/1.36", accept: "*/*" },
  lenient: true,
  redirects: "same-host",
  body: "kept",
  keep: 10 * 1024,
  verify: false,
  status: [[200, 399]],
  passed: "success",
  conclude(reply, expected) {
    // A redirect that is left over leads to another host, or nowhere.
    const isRedirect = reply.status >= 300 && reply.status < 400;
    return isRedirect ? { healthy: true, verdict: "warning" } : byRange(reply, expected);
  },
  failed: () => "failure",
};
