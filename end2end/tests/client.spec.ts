import createClient from "openapi-fetch";
import type { paths } from "../generated/api";
import { expect, origin, stranger, test } from "./support";

// The client knows the API from docs/openapi.json alone: a wrong path, member or status does not compile.

test("a client that is generated from the document registers, signs in and asks who it is", async ({ address }) => {
  const client = createClient<paths>({ baseUrl: origin(), headers: { "X-Forwarded-For": address } });
  const { username, password } = stranger();

  const registered = await client.POST("/api/v1/register", { body: { username, password } });
  expect(registered.error).toBeUndefined();
  expect(registered.data?.username).toBe(username);

  const signedIn = await client.POST("/api/v1/login", { body: { identifier: username, password } });
  const token = signedIn.data?.access_token ?? "";
  expect(token).not.toBe("");

  const headers = { Authorization: `Bearer ${token}` };
  const me = await client.GET("/api/v1/me", { headers });
  expect(me.data?.id).toBe(registered.data?.id);

  // A refusal is typed as well.
  const refused = await client.GET("/api/v1/users", { headers });
  expect(refused.error?.code).toBe("forbidden");
  expect(refused.response.headers.get("www-authenticate")).toContain("users:read");
});
