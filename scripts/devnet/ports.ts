import { once } from "node:events";
import { createServer } from "node:net";

/** That many ports of 127.0.0.1 that nothing listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a server has no port");
    return address.port;
  });
  await Promise.all(
    servers.map((server) => {
      server.close();
      return once(server, "close");
    }),
  );
  return ports;
}

/** Hands out free ports one by one. */
export async function portPool(count: number): Promise<() => number> {
  const ports = await freePorts(count);
  return () => {
    const port = ports.pop();
    if (port === undefined) throw new Error(`more than ${count} ports were taken`);
    return port;
  };
}
