import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { TLS_CERTIFICATE, TLS_KEY } from "../../fixtures/tls.ts";

export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Connections accepted so far. */
  connections(): number;
}

/** An HTTP server on loopback, on any free port. */
export function serveHttp(listener: RequestListener): Promise<RunningServer> {
  return listen(createHttpServer(listener));
}

/** An HTTPS server on loopback with the certificate of test/fixtures. */
export async function serveHttps(listener: RequestListener): Promise<RunningServer> {
  const server = await listen(createHttpsServer({ key: TLS_KEY, cert: TLS_CERTIFICATE }, listener));
  return { ...server, url: server.url.replace("http:", "https:") };
}

/** A TCP server on loopback: for answers that no HTTP library would send. */
export function serveTcp(onConnection: (socket: Socket) => void): Promise<RunningServer> {
  return listen(
    createTcpServer((socket) => {
      socket.on("error", () => socket.destroy());
      onConnection(socket);
    }),
  );
}

/** A TCP server that waits for a request's first bytes before it acts. */
export function serveBytes(onRequest: (socket: Socket) => void): Promise<RunningServer> {
  return serveTcp((socket) => socket.once("data", () => onRequest(socket)));
}

async function listen(server: Server): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on("connection", (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    connections: () => accepted,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const MAX_TURNS = 1_000_000;

/** Lets input and output happen until the condition holds; no clock is involved. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    if (condition()) return;
    await setImmediate();
  }
  throw new Error("the condition never came true");
}
