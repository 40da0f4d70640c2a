import { promises } from "node:dns";
import { HOST } from "./_place.ts";
import { defineServer } from "./_server.ts";

/** A DNS server that knows of a few names below `test.`, and asks no other server. */
export const dnsmasq = defineServer({
  name: "dnsmasq",
  programs: ["dnsmasq"],
  folders: ["/usr/sbin", "/usr/local/sbin"],
  packages: { debian: ["dnsmasq-base"], fedora: ["dnsmasq"], homebrew: ["dnsmasq"] },
  start({ port }) {
    return {
      args: [
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--log-facility=-",
        "--pid-file",
        `--port=${port}`,
        `--listen-address=${HOST}`,
        "--bind-interfaces",
        "--no-resolv",
        "--no-hosts",
        "--user=",
        "--group=",
        "--host-record=shop.test,127.0.0.2",
        "--host-record=shop.test,127.0.0.3",
        "--host-record=six.test,::2",
        "--cname=alias.test,shop.test",
        "--mx-host=shop.test,mail.test,10",
        "--srv-host=_pay._tcp.test,shop.test,4000",
        "--txt-record=shop.test,v=one",
        "--local=/test/",
      ],
      url: `dns://${HOST}:${port}/shop.test`,
      async ready() {
        const resolver = new promises.Resolver({ timeout: 1000, tries: 1 });
        resolver.setServers([`${HOST}:${port}`]);
        return resolver.resolve4("shop.test").then(
          () => true,
          () => false,
        );
      },
    };
  },
});
