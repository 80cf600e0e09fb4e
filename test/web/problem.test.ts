import { describe, expect, it } from "vitest";
import { problemOf, RequestProblem, unreachable, wordsOfThrow } from "../../web/api/problem";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/problem+json", ...headers },
  });

const words = async (given: Response): Promise<string> => (await problemOf(given)).message;

describe("RFC 9457 problems in words", () => {
  it("say what to do where we know it", async () => {
    const wrong = await problemOf(answer(401, { type: "urn:durasip:problem:admin-token-wrong", title: "x" }));
    expect([wrong.kind, wrong.isSignedOut]).toEqual(["admin-token-wrong", true]);
    expect(wrong.message).toContain("not this gateway’s admin token");
    expect(await words(answer(503, { type: "urn:durasip:problem:admin-api-closed" }))).toContain(
      "ADMIN_TOKEN",
    );
  });

  it("say what is wrong with the fields of a form", async () => {
    const errors = [
      { where: "#/aor", detail: "is no address-of-record" },
      { where: "limit", detail: "is over 9" },
    ];
    expect(await words(answer(400, { errors }))).toBe("aor is no address-of-record; limit is over 9.");
  });

  it("fall back on detail, title and status", async () => {
    expect(await words(answer(404, { title: "Not found", detail: "There is no such account." }))).toBe(
      "There is no such account.",
    );
    expect(await words(answer(409, { title: "It conflicts" }))).toBe("It conflicts.");
    expect(await words(answer(429, {}, { "Retry-After": "7" }))).toContain("in 7 seconds");
    expect(await words(new Response("<html>", { status: 502 }))).toBe("The gateway answered 502.");
    expect(
      await words(new Response("{", { status: 500, headers: { "Content-Type": "application/json" } })),
    ).toBe("The gateway answered 500.");
  });

  it("are never a stranger's throw", () => {
    expect(wordsOfThrow(unreachable)).toContain("does not answer");
    expect(wordsOfThrow(new RequestProblem(400, "", "As it is."))).toBe("As it is.");
    expect(wordsOfThrow(new TypeError("x is not a function"))).not.toContain("function");
  });
});
