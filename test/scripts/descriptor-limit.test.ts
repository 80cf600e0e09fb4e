import { describe, expect, it } from "vitest";
import { descriptorNotice, hardDescriptorLimit, usersAllowed } from "../../scripts/serve/descriptor-limit";

describe("the limit of open files", () => {
  it("allows a fifth as many users, less what the process itself needs", () => {
    // Measured: with 1,024 descriptors workerd ended after 201 users.
    expect(usersAllowed(1_024)).toBe(200);
    expect(usersAllowed(1_048_576)).toBe(209_710);
    expect(usersAllowed(16)).toBe(0);
  });

  it("is told to the operator", () => {
    expect(descriptorNotice(1_024)).toContain("1024, enough for about 200 connected users");
    expect(descriptorNotice(Number.POSITIVE_INFINITY)).toBe("open files: unlimited");
  });

  it("is read from the machine", () => {
    expect(hardDescriptorLimit()).toBeGreaterThan(0);
  });
});
