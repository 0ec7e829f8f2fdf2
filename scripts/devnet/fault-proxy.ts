// Proxies that misbehave on purpose. All faults of the devnet are made here, so that no fault switch enters the product.
import { once } from "node:events";
import { createServer as createHttpServer, request } from "node:http";
import { createServer, type Server, Socket } from "node:net";
import { Transform } from "node:stream";
import { nowMs } from "../lib/time.ts";
import type { Fault } from "./faults.ts";

export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

/** A proxy in front of a port, by its fault; it does not listen yet. */
export function faultProxy(target: ProxyTarget, fault: Fault, now: () => number = nowMs): Server {
  return fault.altersBodies === true ? alteringProxy(target) : tcpProxy(target, fault, now);
}

/** Listens on 127.0.0.1; port 0 takes a free one. Returns the port. */
export async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return address.port;
}

/** Passes bytes on. While down it resets new connections, and open ones as soon as they ask for something. */
function tcpProxy(target: ProxyTarget, fault: Fault, now: () => number): Server {
  const isDown = () => fault.isDown?.(now()) === true;
  return createServer({ noDelay: true }, (client) => {
    if (isDown()) {
      client.resetAndDestroy();
      return;
    }
    const upstream = new Socket().setNoDelay(true).connect(target.port, target.host);
    endTogether(client, upstream);
    client.on("data", (chunk) => {
      if (isDown()) client.resetAndDestroy();
      else upstream.write(chunk);
    });
    client.on("end", () => upstream.end());
    passOn(upstream, client, fault.delayMs ?? 0);
  });
}

/** Passes an answer on piece by piece, each `delayMs` later. */
function passOn(from: Socket, to: Socket, delayMs: number): void {
  const later = (action: () => void): void => {
    if (delayMs === 0) action();
    else setTimeout(action, delayMs);
  };
  from.on("data", (chunk) =>
    later(() => {
      if (to.writable) to.write(chunk);
    }),
  );
  from.on("end", () => later(() => to.end()));
}

/** A broken or reset connection breaks its other half. */
function endTogether(client: Socket, upstream: Socket): void {
  for (const [socket, peer] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    socket.on("error", () => peer.destroy());
    socket.on("close", (hadError) => {
      if (hadError || socket === client) peer.destroy();
    });
  }
}

/** Passes HTTP on, with one bit of every read object flipped. */
function alteringProxy(target: ProxyTarget): Server {
  return createHttpServer((asked, reply) => {
    const { method, url, headers } = asked;
    const forwarded = request({ ...target, method, path: url, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      const isRead = method === "GET" && (answer.statusCode === 200 || answer.statusCode === 206);
      if (isRead) answer.pipe(flippingFirstBit()).pipe(reply);
      else answer.pipe(reply);
    });
    forwarded.on("error", () => reply.destroy());
    reply.on("close", () => forwarded.destroy());
    asked.pipe(forwarded);
  });
}

function flippingFirstBit(): Transform {
  let flipped = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const altered = Buffer.from(chunk);
      if (!flipped && altered.length > 0) {
        altered[0] = (altered[0] ?? 0) ^ 1;
        flipped = true;
      }
      done(null, altered);
    },
  });
}
