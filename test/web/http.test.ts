import { afterEach, describe, expect, it, vi } from "vitest";
import { openHttp, queryOf } from "../../web/api/http";
import { RequestProblem } from "../../web/api/problem";

afterEach(() => vi.unstubAllGlobals());

/** The network, which is none of ours: what was asked, and that answer. */
function network(answer: () => Promise<Response>) {
  const asked: { readonly url: string; readonly init: RequestInit }[] = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return answer();
  });
  return asked;
}

describe("a request with a bearer token", () => {
  it("has it in the Authorization field alone, and asks for no cookie", async () => {
    const asked = network(async () => Response.json({ ok: true }));
    const body = await openHttp("secret-token").json("/v1/accounts", {
      query: { limit: 5, after: undefined },
    });
    expect(body).toEqual({ ok: true });
    expect(asked[0]?.url).toBe("/v1/accounts?limit=5");
    expect(asked[0]?.init).toMatchObject({
      ...{ method: "GET", credentials: "omit", cache: "no-store", redirect: "error" },
      headers: { Authorization: "Bearer secret-token" },
    });
    expect(asked[0]?.init.body).toBeUndefined();
  });

  it("gives nothing for 204, and a file with its name", async () => {
    network(async () => new Response(null, { status: 204 }));
    expect(await openHttp("t").json("/x", { method: "DELETE" })).toBeUndefined();
    const headers = { "Content-Disposition": 'attachment; filename="call.pcapng"' };
    network(async () => new Response("bytes", { headers }));
    const { blob, name } = await openHttp("t").file("/x");
    expect([await blob.text(), name]).toEqual(["bytes", "call.pcapng"]);
  });

  it("comes to a problem when it is refused or nobody answers, and to itself when it is given up", async () => {
    network(async () => Response.json({ detail: "No." }, { status: 403 }));
    await expect(openHttp("t").json("/x")).rejects.toMatchObject({ status: 403, message: "No." });
    network(() => Promise.reject(new TypeError("fetch failed")));
    await expect(openHttp("t").json("/x")).rejects.toBeInstanceOf(RequestProblem);
    const end = new AbortController();
    end.abort();
    network(() => Promise.reject(end.signal.reason));
    await expect(openHttp("t").json("/x", { signal: end.signal })).rejects.toBe(end.signal.reason);
  });
});

it("a query leaves out what is not given, and escapes what is", () => {
  expect(queryOf({ a: "x&y", b: undefined, c: "", d: 0 })).toBe("?a=x%26y&d=0");
  expect(queryOf()).toBe("");
});
