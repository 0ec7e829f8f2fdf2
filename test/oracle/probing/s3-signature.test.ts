import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { describe, it } from "node:test";
import { S3Storage } from "../../../oracle/adapters/s3/s3-storage.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { guardedHttp } from "../../helpers/probing/guarded.ts";
import { serveHttp } from "../../helpers/probing/servers.ts";

const never = new AbortController().signal;
const ACCESS = { region: "eu-west-3", bucket: "mine", accessKeyId: "AKID", secretAccessKey: "s3cr3t/+" };

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");

/** The Authorization header that the AWS documentation of Signature Version 4 asks for, from the request as it arrived. */
function expectedAuthorization({ method, url = "", headers }: IncomingMessage, body: Buffer): string {
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1] ?? "";
  const date = String(headers["x-amz-date"]);
  const canonical = [
    method,
    url,
    "",
    ...signed.split(";").map((name) => `${name}:${headers[name]}`),
    "",
    signed,
    sha256(body),
  ].join("\n");
  const scope = `${date.slice(0, 8)}/${ACCESS.region}/s3/aws4_request`;
  const key = [ACCESS.region, "s3", "aws4_request"].reduce<Buffer>(
    (derived, part) => hmac(derived, part),
    hmac(`AWS4${ACCESS.secretAccessKey}`, date.slice(0, 8)),
  );
  const signature = hmac(key, ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n")).toString(
    "hex",
  );
  return `AWS4-HMAC-SHA256 Credential=${ACCESS.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}

describe("S3 requests", () => {
  const clock = new ManualClock(Date.UTC(2026, 10, 20, 12, 34, 56, 789));
  const { http } = guardedHttp({ clock });
  const storage = new S3Storage({ http, clock });

  it("carry a signature that a server can verify, over host, date and payload", async () => {
    const seen: string[] = [];
    await using server = await serveHttp(async (request, response) => {
      const body = Buffer.from(await new Response(request).arrayBuffer());
      const { authorization = "" } = request.headers;
      assert.equal(authorization, expectedAuthorization(request, body));
      assert.match(authorization, /SignedHeaders=host;x-amz-content-sha256;x-amz-date,/);
      assert.equal(request.headers["x-amz-content-sha256"], sha256(body));
      assert.equal(request.headers["x-amz-date"], "20261120T123456Z");
      seen.push(`${request.method} ${request.url} ${request.headers.range ?? ""}`);
      response.end();
    });
    for (const endpoint of [server.url, `${server.url}/`, `${server.url}/prefix/`]) {
      const access = { ...ACCESS, endpoint };
      await storage.put(access, "key", Buffer.from("content"), never);
      await storage.getRange(access, "key", { first: 2, last: 5 }, never);
      await storage.delete(access, "key", never);
    }
    assert.deepEqual(seen.slice(0, 3), ["PUT /mine/key ", "GET /mine/key bytes=2-5", "DELETE /mine/key "]);
    assert.equal(seen[6], "PUT /prefix/mine/key ");
  });
});
