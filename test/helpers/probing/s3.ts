import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface S3rver {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}
type S3rverClass = new (options: {
  readonly address: string;
  readonly port: number;
  readonly silent: boolean;
  readonly directory: string;
}) => S3rver;

const S3rver = createRequire(import.meta.url)("s3rver") as S3rverClass;

/** A real S3 server on loopback with an empty store. It does not check signatures (a limit of s3rver). */
export async function startS3(): Promise<{ readonly url: string } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), "icn-s3-"));
  const server = new S3rver({ address: "127.0.0.1", port: 0, silent: true, directory });
  const { port } = await server.run();
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  };
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

export const S3_KEYS = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
