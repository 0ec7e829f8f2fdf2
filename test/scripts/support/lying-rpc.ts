// A JSON-RPC that passes requests on to a real one, and lies where it is told to.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** By method: what becomes of the true result. */
export type Lies = Readonly<Record<string, (truth: unknown) => unknown>>;

interface Answer {
  readonly id: number;
  readonly result?: unknown;
}

export async function lyingRpc(target: string, lies: Lies) {
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const headers = { "content-type": "application/json" };
    const honest = (await (await fetch(target, { method: "POST", headers, body })).json()) as unknown;
    const asked = [JSON.parse(body)].flat() as { id: number; method: string }[];
    const answers = ([honest].flat() as Answer[]).map((answer) => {
      const lie = lies[asked.find(({ id }) => id === answer.id)?.method ?? ""];
      return lie === undefined ? answer : { ...answer, result: lie(answer.result) };
    });
    response.writeHead(200, headers).end(JSON.stringify(Array.isArray(honest) ? answers : answers[0]));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  return body;
}
