import { request, type APIRequestContext } from "@playwright/test";
import { expect, origin, type Person } from "./index";

/** Other browsers of the same person. */
export const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
export const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
export const EDGE =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";

/** Does something as another program, from an address of its own. */
async function elsewhere<T>(userAgent: string, act: (api: APIRequestContext) => Promise<T>): Promise<T> {
  const extraHTTPHeaders = { "X-Forwarded-For": "192.0.2.7" };
  const api = await request.newContext({ baseURL: origin(), userAgent, extraHTTPHeaders });
  try {
    return await act(api);
  } finally {
    await api.dispose();
  }
}

/** Signs in elsewhere; answers the refresh token of that session. */
export async function signInElsewhere(person: Person, agent: string): Promise<string> {
  return elsewhere(agent, async (api) => {
    const data = { identifier: person.username, password: person.password, session: "token" };
    const answer = await api.post("/api/v1/login", { data });
    expect(answer.status(), await answer.text()).toBe(200);
    return (await answer.json()).refresh_token;
  });
}

/** Signs in elsewhere, and ends all other sessions from there. */
export async function endAllFromElsewhere(person: Person, agent: string) {
  await elsewhere(agent, async (api) => {
    const data = { identifier: person.username, password: person.password, session: "token" };
    const { access_token } = await (await api.post("/api/v1/login", { data })).json();
    const answer = await api.delete("/api/v1/me/sessions", { headers: { authorization: `Bearer ${access_token}` } });
    expect(answer.status(), await answer.text()).toBe(204);
  });
}

/** Somebody guesses. */
export async function failElsewhere(person: Person, agent: string) {
  await elsewhere(agent, async (api) => {
    const data = { identifier: person.username, password: "not the password at all" };
    expect((await api.post("/api/v1/login", { data })).status()).toBe(401);
  });
}

/** Somebody uses a copy of a refresh token that was replaced long ago: that session ends. */
export async function copySession(person: Person, agent: string) {
  const first = await signInElsewhere(person, agent);
  await elsewhere(agent, async (api) => {
    const refresh = (token: string) => api.post("/api/v1/token/refresh", { data: { refresh_token: token } });
    let newest = first;
    for (let times = 0; times < 3; times += 1) {
      const answer = await refresh(newest);
      expect(answer.status()).toBe(200);
      newest = (await answer.json()).refresh_token;
    }
    expect((await refresh(first)).status()).toBe(400);
  });
}

/** Strangers from everywhere guess until the account takes no more. */
export async function burn(person: Person) {
  await elsewhere("curl/8.5.0", async (api) => {
    for (let n = 0; n < 40; n += 1) {
      const answer = await api.post("/api/v1/login", {
        headers: { "X-Forwarded-For": `198.18.${Math.floor(Math.random() * 256)}.${n}` },
        data: { identifier: person.username, password: "wrong lanterns by a door" },
      });
      if (answer.status() === 429) return;
      expect(answer.status()).toBe(401);
    }
    throw new Error(`nobody stopped the guessing at ${person.username}`);
  });
}
